"""*Your data*: what is kept of a person, downloading it, and having their account deleted."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

PATH = "/me/data"


@pytest.mark.rule("D27")
async def test_a_person_asks_for_it_and_takes_it_back(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    before = (await browser.get(PATH)).text
    wrong = await browser.post(f"{PATH}/delete", data={"address": "somebody@else.example"})
    asked = await browser.post(f"{PATH}/delete", data={"address": "jonas@northwind.example"})
    waits = (await browser.get(PATH)).text
    kept = await browser.post(f"{PATH}/keep")
    after = (await browser.get(PATH)).text

    assert "Delete my account" in before
    assert "You lose access. What you ordered stays with the company." in before
    assert (wrong.status_code, "Enter the address with which you sign in." in wrong.text) == (422, True)
    assert [answer.headers["location"] for answer in (asked, kept)] == [PATH, PATH]
    assert "Keep my account" in waits
    assert "Delete my account" not in waits
    assert "Your account stays." in after
    assert fakes.erasure is None


@pytest.mark.rule("D27", "D1")
@pytest.mark.parametrize(
    ("obstacle", "says"), [("holder", "You hold this account"), ("last_admin", "You are its last admin")]
)
async def test_who_is_needed_reads_where_and_what_to_do(
    visit: Visit, fakes: FakeServices, obstacle: str, says: str
) -> None:
    fakes.obstacle = obstacle

    shown = (await visit("jonas").get(PATH)).text

    assert says in shown
    assert "Delete my account" not in shown


@pytest.mark.rule("D27")
async def test_who_signed_in_long_ago_signs_in_again_first(visit: Visit, fakes: FakeServices) -> None:
    fakes.signed_in_lately = False

    shown = (await visit("jonas").get(PATH)).text

    assert "Sign out and in again first" in shown
    assert "Delete my account" not in shown


@pytest.mark.rule("D27")
async def test_a_person_downloads_all_that_is_kept_of_them_as_one_file(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    assert "Download my data" in (await browser.get(PATH)).text

    answer = await browser.post(f"{PATH}/download")

    archive = ZipFile(BytesIO(answer.content))
    assert answer.headers["content-type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="your-data-\d{4}-\d\d-\d\d\.zip"', answer.headers["content-disposition"])
    assert "no-store" in answer.headers["cache-control"]
    assert archive.testzip() is None
    assert archive.namelist() == [
        "README.txt", "identity/users.json", "identity/sessions.json", "billing/payments.json",
        "provisioning/orders.json", "notifications/notices.json", "audit/entries.json",
    ]  # fmt: skip
    assert json.loads(archive.read("identity/sessions.json")) == [{"ip": "192.0.2.7"}, {}]
    assert json.loads(archive.read("notifications/notices.json"))[0]["text"] == "Größe: 1 × 2"
    said = archive.read("README.txt").decode()
    for line in (
        "What is kept of you at Meridian Partners", "identity/sessions.json (2 entries)", "    About sessions.",
        "provisioning/orders.json (the first 1 entries; there are more)", "support@larkspur.example", "jonas@",
    ):  # fmt: skip
        assert line in said
    assert fakes.own_downloads == 1


@pytest.mark.rule("D27")
async def test_the_archive_explains_itself_in_the_persons_language(visit: Visit, fakes: FakeServices) -> None:
    answer = await visit("jonas").post(f"{PATH}/download", headers={"accept-language": "de-AT"})

    said = ZipFile(BytesIO(answer.content)).read("README.txt").decode()
    assert "Was bei Meridian Partners von Ihnen gespeichert ist" in said
    assert "identity/sessions.json (2 Einträge)" in said
    assert fakes.asked_in == ["de-AT"]


@pytest.mark.rule("D27")
async def test_there_is_no_half_archive_while_a_service_is_away(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    fakes.down = {"billing", "audit"}

    answer = await browser.post(f"{PATH}/download")

    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    said = (await browser.get(PATH)).text
    assert "this is not available just now: billing, the log. Try again later." in said
    assert fakes.own_downloads == 0


@pytest.mark.rule("D27")
async def test_who_may_not_download_it_now_reads_why(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    fakes.own_downloads = 5
    often = await browser.post(f"{PATH}/download")
    said_often = (await browser.get(PATH)).text
    fakes.signed_in_lately = False
    late = await browser.post(f"{PATH}/download")
    said_late = (await browser.get(PATH)).text

    assert [answer.headers.get("location") for answer in (often, late)] == [PATH, PATH]
    assert "Your data can be downloaded five times a day. Try again later." in said_often
    assert "Sign out and in again, so that we know that it is you." in said_late
    assert "Download my data" not in said_late
