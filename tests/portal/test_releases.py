"""Releases of a product for the provider's staff: the list, a draft and its files, publishing and withdrawing."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, problem
from tests.portal.releases_answers import DIGEST, FILE, RELEASE
from tests.portal.samples import ident
from tests.portal.test_manual_tasks import text_of

LIST = "/provider/larkspur/products/port/releases"
HERE = f"{LIST}/{RELEASE['id']}"
API = f"/api/provisioning/releases/{RELEASE['id']}"
FILE_BEGINS = b'--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\images\\big.iso"\r\n\r\n'
DRAFT = {"version": "2.2", "released_on": "2026-12-01", "notes": "New\nthings"}


async def post(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await browser.post(path, data=fields, follow_redirects=True)


async def upload(browser: httpx.AsyncClient, name: str, content: bytes) -> httpx.Response:
    return await browser.post(f"{HERE}/files", files={"file": (name, content)}, follow_redirects=True)


@pytest.mark.rule("I4")
async def test_the_product_leads_to_its_releases(staff: httpx.AsyncClient) -> None:
    product = (await staff.get("/provider/larkspur/products/port")).text
    page = (await staff.get(LIST)).text

    assert f'href="{LIST}"' in product
    said = text_of(page)
    for text in ("Releases of Dedicated port", "2.1", "Published", "3 downloads"):
        assert text in said
    assert f'href="{HERE}"' in page
    assert "cursor=more" in page


@pytest.mark.rule("I4")
async def test_a_release_is_entered_and_shown_as_a_draft(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    form = (await staff.get(f"{LIST}/new")).text
    page = (await post(staff, f"{LIST}/new", **DRAFT)).text

    assert 'type="date"' in form
    [sent] = fakes.sent("POST", "/api/provisioning/releases")
    assert sent == DRAFT | {"product_id": RELEASE["product_id"]}
    said = text_of(page)
    for text in (
        "The draft is saved. Add its files next.",
        "Dedicated port 2.2",
        "Draft",
        "None yet.",
        "At most 500 MB",
    ):
        assert text in said
    assert "Publish</button>" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": "1.0"}, "Another release of this product has this version. Choose another one."),
        ({"released_on": ""}, "Enter a date."),
    ],
)
async def test_what_is_wrong_with_a_draft_is_said_at_its_field(
    staff: httpx.AsyncClient, fakes: FakeServices, changes: dict[str, str], said: str
) -> None:
    fakes.now_draft()

    for path in (f"{LIST}/new", f"{HERE}/edit"):
        answer = await post(staff, path, **(DRAFT | changes))

        [field] = changes
        assert re.search(f'id="{field}-about">.*{re.escape(said)}', answer.text)
        assert "New\nthings</textarea>" in answer.text


@pytest.mark.rule("I4")
async def test_a_file_is_passed_on_as_it_is_and_shown_with_its_checksum(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    fakes.now_draft()
    content = b"--\r\nContent-Disposition: form-data\r\n\r\n" + bytes(range(256)) * 5_000

    page = (await upload(staff, "console-2.1.tar.gz", content)).text

    assert fakes.uploaded == content
    assert fakes.seen[-1].url.path != API
    said = text_of(page)
    for text in ("The file is added, with its checksum.", "console-2.1.tar.gz", "1.28 MB", DIGEST):
        assert text in said
    assert "Publish</button>" in page


async def test_a_large_file_does_not_go_through_the_memory_of_the_portal(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    fakes.now_draft()

    async def form() -> AsyncIterator[bytes]:
        yield FILE_BEGINS
        for _ in range(200):
            yield bytes(65_536)
        yield b"\r\n--x--\r\n"

    answer = await staff.post(
        f"{HERE}/files", content=form(), headers={"content-type": "multipart/form-data; boundary=x"}
    )

    assert answer.status_code == 303
    assert len(fakes.uploaded) == 200 * 65_536, "more than any body that the portal holds"
    assert [each.url.path for each in fakes.seen if each.method == "PUT"] == [f"{API}/files/big.iso"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Choose a file."),
        ("my file.zip", b"x", "Name it with letters, digits, dots, dashes and underscores only"),
    ],
)
async def test_what_cannot_be_a_file_is_said_at_its_field(
    staff: httpx.AsyncClient, fakes: FakeServices, name: str, content: bytes, said: str
) -> None:
    fakes.now_draft()

    answer = await upload(staff, name, content)

    assert answer.status_code == 422
    assert re.search(f'id="file-about">.*{re.escape(said)}', answer.text)


async def test_a_file_that_is_too_large_is_said_at_its_field(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.now_draft()
    fakes.replies["PUT", f"{API}/files/a.iso"] = problem(413, "body-too-large", "Send at most 1 byte.")

    answer = await upload(staff, "a.iso", b"xx")

    assert answer.status_code == 413
    assert "This file is too large to be uploaded. Ask an operator to put it into the store." in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", FILE_BEGINS + b"ab"),
        ("multipart/form-data", b"--x"),
        ("application/x-www-form-urlencoded", b"file=a"),
        ("multipart/form-data; boundary=x", b"soup"),
    ],
)  # fmt: skip
async def test_a_form_that_breaks_off_or_is_none_keeps_nothing(
    staff: httpx.AsyncClient, fakes: FakeServices, kind: str, body: bytes
) -> None:
    fakes.now_draft()

    answer = await staff.post(f"{HERE}/files", content=body, headers={"content-type": kind})

    assert answer.status_code == 422
    assert fakes.release["files"] == []


@pytest.mark.rule("I4")
async def test_a_file_that_lies_in_the_store_is_chosen_from_a_list(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    fakes.now_draft()

    before = (await staff.get(HERE)).text
    after = (await post(staff, f"{HERE}/files/choose", name="appliance.img")).text
    gone = await post(staff, f"{HERE}/files/choose", name="other.img")

    assert "appliance.img (9 GB)" in before
    assert "Checksum being computed" in after
    assert "Publish</button>" not in after
    assert "appliance.img (9 GB)" not in after
    assert gone.status_code == 422
    assert "It is not there any more. Choose another one." in gone.text


@pytest.mark.rule("I4")
async def test_a_draft_is_published_and_a_published_release_is_withdrawn_for_a_reason(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    fakes.now_draft(FILE)

    published = (await post(staff, f"{HERE}/publish")).text
    without = await post(staff, f"{HERE}/withdraw", reason="")
    withdrawn = (await post(staff, f"{HERE}/withdraw", reason="It does not start")).text

    assert "The release is published. Customers can download it." in published
    assert (without.status_code, "Please fill this in." in without.text) == (422, True)
    assert "It does not start" in text_of(withdrawn)
    assert "Withdraw</a>" not in withdrawn


async def test_a_file_is_removed_and_a_draft_without_files_is_not_published(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    fakes.now_draft(FILE)

    removed = (await post(staff, f"{HERE}/files/{FILE['id']}/remove")).text
    refused = (await post(staff, f"{HERE}/publish")).text

    assert "The file is removed." in removed
    assert "A release needs a file." in refused


async def test_a_release_is_found_below_its_own_product_alone(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.now_released(product_id=ident("another"))

    assert (await staff.get(HERE)).status_code == 404


async def test_others_do_not_see_releases(visit: Visit) -> None:
    for who in ("lars-reading",):
        assert (await visit(who).get(LIST)).status_code == 403
        assert (await visit(who).post(f"{HERE}/files", files={"file": ("a.iso", b"x")})).status_code == 403
