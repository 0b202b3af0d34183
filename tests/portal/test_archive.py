"""All data of a workspace as one archive."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import httpx
import pytest

from services.portal.archive import packing, readme
from services.portal.archive.packing import AccessLost, name_of, unlike
from tests.portal.browsing import Visit
from tests.portal.documents_answers import PDF
from tests.portal.exports_answers import ARCHIVED, LINES, archive_part
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident

ARCHIVE = "/w/northwind/archive"
FILE = f"{ARCHIVE}/file"
BATCH = ident("batch")


def all_done(fakes: FakeServices) -> None:
    fakes.archives = {service: [archive_part(service, BATCH)] for service in ARCHIVED}


def unpacked(answer: httpx.Response) -> dict[str, bytes]:
    with ZipFile(BytesIO(answer.content)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


async def test_an_admin_has_an_archive_prepared_in_every_service_under_one_id(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas", **{"Accept-Language": "de-AT"})
    sent = re.findall(
        r'name="(\w+)" value="([^"]*)"', (await browser.get(ARCHIVE)).text.split(f'action="{ARCHIVE}"')[1]
    )

    answers = [await browser.post(ARCHIVE, data=dict(sent)) for _ in range(2)]
    page = (await browser.get(ARCHIVE)).text
    part = (await browser.get(ARCHIVE, headers={"HX-Request": "true"})).text

    asked = [body for service in ARCHIVED for body in fakes.sent("POST", f"/api/{service}/exports/batches")]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, ARCHIVE)] * 2
    assert len({body["batch_id"] for body in asked}) == 1, "a form that is sent twice is one archive"
    assert {body["locale"] for body in asked} == {"de-AT"}
    assert len(asked) == 2 * len(ARCHIVED)
    assert 'hx-trigger="every 2s"' in page
    assert "0 von 5" in part
    assert f'href="{FILE}"' not in page


async def test_the_archive_is_unpacked_with_its_lists_its_pdfs_and_a_readme(visit: Visit, fakes: FakeServices) -> None:
    all_done(fakes)
    browser = visit("jonas")

    page = (await browser.get(ARCHIVE)).text
    answer = await browser.get(FILE)

    files = unpacked(answer)
    assert f'href="{FILE}"' in page
    assert "every 2s" not in page
    assert answer.headers["content-disposition"] == 'attachment; filename="northwind-2026-11-22.zip"'
    assert list(files) == [
        "README.txt", "billing/invoices.jsonl", "billing/documents.jsonl", "provisioning/services.jsonl",
        "identity/users.jsonl", "audit/entries.jsonl", "billing/invoices/INV-2026-00003.pdf",
        "billing/invoices/INV-2026 4.pdf", "billing/documents/2026-11-19 Framework contract 2026.pdf",
    ]  # fmt: skip
    assert files["billing/invoices.jsonl"] == LINES["invoices"]
    assert files["billing/invoices/INV-2026-00003.pdf"].startswith(b"%PDF")
    assert files["billing/documents/2026-11-19 Framework contract 2026.pdf"] == PDF
    for said in ("Northwind", "What invoices are.", "Lines: 2", "total_minor  Total, in the smallest unit"):
        assert said in files["README.txt"].decode()
    pdfs = [each.url.params["archive"] for each in fakes.seen if each.url.path.endswith(("/pdf", "documents/file"))]
    assert set(pdfs) == {BATCH}, "the log has the archive, not each PDF"


async def test_a_pdf_that_is_not_there_is_named_and_the_rest_is_packed(visit: Visit, fakes: FakeServices) -> None:
    all_done(fakes)
    fakes.document = "printing"

    files = unpacked(await visit("jonas").get(FILE))

    assert b"billing/invoices/INV-2026-00003.pdf\n" in files["missing.txt"]
    assert [name for name in files if name.endswith(".pdf")] == [
        "billing/documents/2026-11-19 Framework contract 2026.pdf"
    ]


async def test_only_the_newest_pdfs_are_packed_and_the_readme_says_so(
    visit: Visit, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (packing, readme):
        monkeypatch.setattr(module, "MOST_PDFS", 1)
    all_done(fakes)

    files = unpacked(await visit("jonas").get(FILE))

    assert [name for name in files if name.startswith("billing/invoices/")] == ["billing/invoices/INV-2026-00003.pdf"]
    assert b"Only the newest 1 of 2 are here." in files["README.txt"]


async def broken_off(browser: httpx.AsyncClient, error: type[Exception], said: str) -> bytes:
    """What a browser has of a download that breaks off, which is an error of the server."""
    with pytest.raises(error, match=said):
        await browser.get(FILE)
    browser._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    return (await browser.get(FILE)).content


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (f"/api/identity/exports/{ident('identity users')}/file", httpx.Response(500)),
        (f"/api/billing/invoices/{ident('invoice-4')}/pdf", problem(403, "forbidden", "for developers")),
    ],
)
async def test_a_file_that_cannot_be_read_midway_breaks_the_download_off(
    visit: Visit, fakes: FakeServices, path: str, answer: httpx.Response
) -> None:
    all_done(fakes)
    fakes.undocumented = {path}
    fakes.replies["GET", path] = answer

    sent = await broken_off(visit("jonas"), RuntimeError, "response already started")

    assert sent.startswith(b"PK")
    with pytest.raises(BadZipFile):
        ZipFile(BytesIO(sent))


async def test_a_long_download_goes_on_with_new_tokens_until_the_person_works_elsewhere(
    visit: Visit, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "RENEWED_AFTER", timedelta(0))
    all_done(fakes)
    browser = visit("mei")
    first, asked = unpacked(await browser.get(FILE)), fakes.seen.copy()
    usual = fakes.export_file

    def switching(request: httpx.Request, service: str, export_id: str) -> Any:
        fakes.sessions["mei"].acting = "halcyon" if service == "identity" else "northwind"
        return usual(request, service, export_id)

    monkeypatch.setattr(fakes, "export_file", switching)
    with pytest.raises(AccessLost):
        await browser.get(FILE)

    assert "billing/invoices/INV-2026-00003.pdf" in first
    assert sum(each.url.path.endswith("/tokens") for each in asked) > len(first) - 1


@pytest.mark.parametrize(
    ("service", "changes", "said"),
    [
        ("billing", None, "could not be asked for"),
        ("identity", {"state": "failed"}, "could not be made"),
        ("provisioning", {"expires_at": "2020-01-01T00:00:00Z"}, "Prepare another one"),
    ],
)
async def test_what_is_in_the_way_is_said_before_a_download(
    visit: Visit, fakes: FakeServices, service: str, changes: dict[str, str] | None, said: str
) -> None:
    all_done(fakes)
    fakes.archives[service] = [archive_part(service, BATCH, **changes)] if changes else []
    browser = visit("jonas")

    page, answer = (await browser.get(ARCHIVE)).text, await browser.get(FILE)

    assert said in page
    assert f'href="{FILE}"' not in page
    assert (answer.status_code, answer.headers["location"]) == (303, ARCHIVE)


async def test_what_a_service_missed_is_asked_for_again_as_the_rest_of_the_same_archive(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    fakes.down = {"billing"}
    await browser.post(ARCHIVE, data={})
    away = (await browser.get(ARCHIVE)).text
    fakes.down = set()
    for parts in fakes.archives.values():
        parts[0] = archive_part("audit", parts[0]["batch_id"])

    [batch_id] = re.findall(r'name="batch_id" value="([^"]*)"', (await browser.get(ARCHIVE)).text)
    await browser.post(ARCHIVE, data={"batch_id": batch_id})

    assert "every 2s" in away
    assert fakes.archives["billing"][0]["batch_id"] == batch_id == fakes.archives["identity"][0]["batch_id"]


async def test_too_many_archives_are_refused_in_words(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", "/api/audit/exports/batches"] = problem(409, "too-many-archives", "for developers")
    browser = visit("jonas")

    await browser.post(ARCHIVE, data={})

    assert "At most three are possible within a day." in (await browser.get(ARCHIVE)).text


@pytest.mark.parametrize("who", ["tomas", "rosa", "tom-on-behalf"])
async def test_others_than_admins_in_their_own_name_get_none(visit: Visit, fakes: FakeServices, who: str) -> None:
    all_done(fakes)
    browser = visit(who)

    page, file = await browser.get(ARCHIVE), await browser.get(FILE)
    form = await browser.post(ARCHIVE, data={})

    assert (page.status_code, file.status_code) == (403, 303)
    assert form.status_code == 403
    assert not any(each.url.path.endswith("/file") for each in fakes.seen)


async def test_while_nothing_answers_the_page_says_so(visit: Visit, fakes: FakeServices) -> None:
    fakes.down = {*ARCHIVED} - {"identity"}
    all_done(fakes)

    page = (await visit("jonas").get(ARCHIVE)).text

    assert "cannot be had just now" in page


def test_names_of_files_mean_nothing_to_a_file_system_and_differ() -> None:
    taken: set[str] = set()
    rows = [{"number": "../../etc/passwd"}, {"number": "a:b|c"}, {"number": "A:B/C"}, {"number": "..."}]

    names = [unlike(name_of(row), taken) for row in rows]

    assert names == ["etc-passwd", "a-b-c", "A-B-C (2)", "-"]
