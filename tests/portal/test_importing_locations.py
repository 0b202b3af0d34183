"""Importing locations from a file: what is wrong in it, what it would add, and adding it."""

import re
from typing import Any

import httpx
import pytest

from services.portal.csv_files import MOST_BYTES, packed, read_csv
from services.portal.locations.imported import COLUMNS
from tests.portal.answering import problem, refused_fields
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.test_locations import OWN, SOLD

SIDES = pytest.mark.parametrize(("who", "path", "api"), [
    ("jonas", OWN, "/api/provisioning/locations/import"),
    ("ana", SOLD, f"/api/provisioning/customers/{ident('northwind')}/locations/import"),
])  # fmt: skip
FILE = "Name;City;Country\r\nHamburg;Hamburg;de\r\nBerlin office;Berlin;DE\r\nKöln Süd;Köln;DE\r\n"
KEY = "a-key-of-this-form"


async def check(browser: httpx.AsyncClient, path: str, content: str | bytes) -> httpx.Response:
    return await browser.post(f"{path}/import", files={"file": ("locations.csv", content)})


async def imported(browser: httpx.AsyncClient, path: str, content: bytes) -> httpx.Response:
    return await browser.post(f"{path}/import", data={"content": packed(content), "idempotency_key": KEY})


def faults(answer: httpx.Response) -> list[list[str]]:
    """The cells of each row of the table of what is wrong."""
    [table] = re.findall(r'<table class="list" role="table" aria-labelledby="faults">.*?</table>', answer.text, re.S)
    rows = re.findall(r'<tr role="row">(.*?)</tr>', table, re.S)[1:]
    return [[" ".join(cell.split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


@pytest.mark.rule("L1")
@SIDES
async def test_a_file_is_shown_first_and_imported_as_it_was_shown(
    visit: Visit, fakes: FakeServices, who: str, path: str, api: str
) -> None:
    fakes.have_locations()
    browser, content = visit(who), FILE.encode("cp1252")

    listed = (await browser.get(path)).text
    empty = (await browser.get(f"{path}/import")).text
    shown = await check(browser, path, content)
    [carried] = re.findall(r'name="content" value="([^"]*)"', shown.text)
    done = await browser.post(f"{path}/import", data={"content": carried, "idempotency_key": KEY})

    assert f'href="{path}/import"' in listed
    assert ("E-mail address of the contact" in empty, "Import 2 locations" in empty) == (True, False)
    assert shown.status_code == 200
    assert "2 locations would be added." in shown.text
    assert "1 is there already and stays as it is." in shown.text
    assert "<li>Köln Süd, Köln</li>" in shown.text
    assert "Import 2 locations" in shown.text
    assert (done.status_code, done.headers["location"]) == (303, path)
    [sent] = fakes.sent("POST", api)
    assert sent == fakes.sent("POST", f"{api}/check")[0]
    assert sent["rows"][0] == {"display_name": "Hamburg", "city": "Hamburg", "country": "DE"}
    assert "2 locations are added." in (await browser.get(path)).text


@pytest.mark.rule("L1")
@SIDES
async def test_each_error_has_its_line_its_column_and_a_sentence(
    visit: Visit, fakes: FakeServices, who: str, path: str, api: str
) -> None:
    fakes.have_locations()
    file = f'Postal code,Name,City,Paid by\n,"Two\nlines",A\n,Berlin office,Bonn,\n{"1" * 21},C,C,Nobody’s\n'

    shown = await check(visit(who), path, file)

    assert shown.status_code == 422
    assert faults(shown) == [
        ["Line 4", "Name", "Another location has this name already, or a closed one. Choose another name."],
        ["Line 5", "Paid by", "There is no open bill group of this name."],
        ["Line 5", "Postal code", "At most 20 characters are possible."],
    ]
    assert 'name="content"' not in shown.text
    assert fakes.sent("POST", api) == []


async def test_what_no_service_takes_in_any_field_has_its_line_too(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", "/api/provisioning/locations/import/check"] = refused_fields(rows__1__street="card_number")

    shown = await check(visit("jonas"), OWN, "Name,City,Street and number\nA,A,\n\nB,B,4111111111111111\n")

    assert [row[:2] for row in faults(shown)] == [["Line 4", "Street and number"]]


async def test_what_changed_meanwhile_is_shown_again_and_nothing_is_written(visit: Visit, fakes: FakeServices) -> None:
    fakes.have_locations()

    done = await imported(visit("jonas"), OWN, b"Name,City\nHamburg,Hamburg\nCologne,Bonn\n")

    assert done.status_code == 422
    assert "Something has changed since the file was shown." in done.text
    assert [row[:2] for row in faults(done)] == [["Line 3", "Name"]]


async def test_a_form_that_was_sent_with_another_file_is_shown_anew(visit: Visit, fakes: FakeServices) -> None:
    refusal = problem(422, "idempotency-key-reused", "Take a new one.")
    fakes.replies["POST", "/api/provisioning/locations/import"] = refusal

    done = await imported(visit("jonas"), OWN, b"Name,City\nHamburg,Hamburg\n")

    assert done.status_code == 409
    assert "Import 1 location" in done.text
    assert KEY not in done.text


async def test_a_customer_that_has_too_many_is_told_so(visit: Visit, fakes: FakeServices) -> None:
    refusal = problem(409, "too-many-locations", "At most 20,000.")
    fakes.replies["POST", "/api/provisioning/locations/import/check"] = refusal

    shown = await check(visit("jonas"), OWN, FILE)

    assert faults(shown) == [
        ["The whole file", "–", "A customer has at most 20,000 locations. Close what is not needed."]
    ]  # fmt: skip


@pytest.mark.parametrize("content", [
    b"", b"\0" * 99, b"\x89PNG\r\n\x1a\n\0\0", b"x" * (MOST_BYTES + 1), b"x" * 130_000,
    b'"' * 9, b'Name\n"A', b"Fax\n1",
])  # fmt: skip
async def test_what_is_no_file_of_locations_is_refused(visit: Visit, fakes: FakeServices, content: bytes) -> None:
    browser = visit("jonas")

    shown, done = await check(browser, OWN, content), await imported(browser, OWN, content)

    assert (shown.status_code, done.status_code) == (422, 422)
    assert faults(shown) == faults(done)
    assert not any("import" in str(request.url) for request in fakes.seen)


@pytest.mark.parametrize("entered", [
    {}, {"content": "no base64"}, {"content": "ü"}, {"file": "a text"}, {"content": "\0"},
])  # fmt: skip
async def test_what_no_browser_sends_is_refused(visit: Visit, fakes: FakeServices, entered: dict[str, Any]) -> None:
    assert (await visit("jonas").post(f"{OWN}/import", data=entered)).status_code == 422


@pytest.mark.parametrize(("who", "path"), [("jonas", OWN), ("ana", SOLD)])
async def test_ten_megabytes_are_refused_before_they_are_read(
    visit: Visit, fakes: FakeServices, who: str, path: str
) -> None:
    assert (await check(visit(who), path, b"x" * 10_000_000)).status_code == 413
    assert (await imported(visit(who), path, b"x" * MOST_BYTES)).status_code == 422


async def test_more_than_a_hundred_errors_are_counted(visit: Visit, fakes: FakeServices) -> None:
    fakes.have_locations()

    shown = await check(visit("jonas"), OWN, "Name,City,Paid by\n" + "A,A,Nobody’s\n" * 120)

    assert len(faults(shown)) == 100
    assert "And 20 more." in shown.text


@SIDES
async def test_the_example_is_a_file_that_can_be_imported(
    visit: Visit, fakes: FakeServices, who: str, path: str, api: str
) -> None:
    example = await visit(who).get(f"{path}/import/example/file")

    assert example.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row.values["city"] for row in read_csv(example.content, COLUMNS)] == ["Berlin", "Amsterdam"]


@pytest.mark.rule("D26")
async def test_who_may_not_add_locations_imports_none(visit: Visit, fakes: FakeServices) -> None:
    fakes.have_locations()
    browser = visit("mara")

    answers = [await browser.get(f"{OWN}/import"), await browser.get(f"{OWN}/import/example/file"),
               await check(browser, OWN, FILE)]  # fmt: skip

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert f'href="{OWN}/import"' not in (await browser.get(OWN)).text
