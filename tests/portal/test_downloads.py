"""What customers can download: the page, the way to a file, and what verifies it."""

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.releases_answers import DIGEST, LINK
from tests.portal.samples import ident
from tests.portal.test_manual_tasks import text_of

LIST = "/w/northwind/downloads"


@pytest.mark.rule("I4", "I10", "I22")
async def test_the_page_shows_the_releases_of_a_product_with_their_files(visit: Visit) -> None:
    first = (await visit("jonas").get(LIST)).text
    console = (await visit("jonas").get(f"{LIST}?product=console")).text

    assert "Agent 7.0" in text_of(first)
    assert f'href="{LIST}?product=console"' in first
    said = text_of(console)
    for text in ("Console 2.1", "Console 2.0", "New in 2.0", "console-2.1.tar.gz", "1.23 MB", "SHA256SUMS.sig"):
        assert text in said
    assert f'value="{DIGEST}"' in console
    assert f'href="{LIST}/files/{ident("file-2.0")}"' in console
    assert "product=console&amp;cursor=more" in console


@pytest.mark.rule("I4")
async def test_a_locked_release_says_why_and_how_it_is_unlocked(visit: Visit) -> None:
    page = (await visit("jonas").get(f"{LIST}?product=console")).text
    of_reader = (await visit("tomas").get(f"{LIST}?product=console")).text

    assert "Released after your maintenance ended on" in text_of(page)
    assert f'href="/w/northwind/subscriptions/{ident("service-licence")}/renew"' in page
    assert f'href="{LIST}/files/{ident("file-2.1")}"' not in page
    assert "Renew it to download this release" in of_reader


@pytest.mark.rule("I4")
async def test_the_button_leads_to_a_link_that_no_page_shows(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    answer = await browser.get(f"{LIST}/files/{ident('file-2.0')}")
    locked = await browser.get(f"{LIST}/files/{ident('file-2.1')}", follow_redirects=True)

    assert (answer.status_code, answer.headers["location"]) == (303, LINK)
    assert fakes.sent("POST", "/api/provisioning/downloads")[0] == {"file_id": ident("file-2.0")}
    assert LINK not in (await browser.get(LIST)).text
    assert "This release came out after your maintenance ended." in locked.text


@pytest.mark.rule("I4")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("SHA256SUMS", f"{DIGEST}  console.tar.gz\n".encode()),
        ("SHA256SUMS.sig", b"signed"),
        ("signing-key.pem", b"-----BEGIN"),
    ],
)
async def test_what_verifies_the_files_is_downloaded_as_files(visit: Visit, name: str, content: bytes) -> None:
    answer = await visit("jonas").get(f"{LIST}/releases/{ident('offered-2.0')}/{name}")

    assert answer.content == content
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_no_other_file_verifies_anything(visit: Visit) -> None:
    assert (await visit("jonas").get(f"{LIST}/releases/{ident('offered-2.0')}/passwd")).status_code == 404


async def test_without_anything_to_download_the_page_says_when_there_will_be(visit: Visit, fakes: FakeServices) -> None:
    fakes.has_downloads = False

    page = (await visit("jonas").get(LIST)).text

    assert "Nothing to download" in page
    assert "while you have a valid licence or an active service" in page


async def test_the_page_says_when_provisioning_does_not_answer(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    await browser.get(LIST)
    fakes.down = {"provisioning"}

    assert "Downloads cannot be shown just now." in text_of((await browser.get(LIST)).text)


@pytest.mark.rule("I4")
async def test_a_range_of_a_file_passes_through_where_there_is_no_gateway(visit: Visit, fakes: FakeServices) -> None:
    fakes.undocumented = {LINK}
    sent = {"content-range": "bytes 2-4/9", "etag": '"abc"', "accept-ranges": "bytes",
            "content-type": "application/octet-stream"}  # fmt: skip
    fakes.replies["GET", LINK] = httpx.Response(206, content=b"cde" * 1000, headers=sent)

    answer = await visit().get(LINK, headers={"range": "bytes=2-4", "if-range": '"abc"', "accept-encoding": "gzip"})

    assert (answer.status_code, answer.content) == (206, b"cde" * 1000)
    assert sent.items() <= dict(answer.headers).items()
    assert "content-encoding" not in answer.headers
    assert (fakes.seen[-1].headers["range"], fakes.seen[-1].headers["if-range"]) == ("bytes=2-4", '"abc"')
