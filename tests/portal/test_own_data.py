"""*Your data*: what is kept of a person, and having their account deleted."""

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
