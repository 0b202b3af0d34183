"""Addresses that mails come back from: for staff, for the person, and in the lists of a company's people."""

import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.mails_answers import SUPPRESSED
from tests.portal.samples import at, ident
from tests.portal.test_failed_orders import row

PATH = "/provider/larkspur/undelivered-mails/addresses"
AP, OPS = (each["id"] for each in SUPPRESSED)
RETURNED = {"since": at(hours=3), "reason": "no_mailbox", "tries_left": 2}


async def test_staff_see_which_addresses_are_suppressed_and_why(visit: Visit) -> None:
    page = (await visit("lars").get(PATH)).text

    for text in (
        "ap@",
        "halcyon",
        "The billing contact of a bill group",
        "There is no such mailbox (5.1.1).",
        "Release",
    ):
        assert text in row(page, AP)
    assert f'href="/provider/larkspur/customers/{ident("Halcyon Health")}"' in row(page, AP)
    for text in ("Brookside", "A contact of the company", "Three mails came back within 30 days (5.2.2)."):
        assert text in row(page, OPS)
    assert "/customers/" not in row(page, OPS), "the account of a partner's customer is the partner's"


async def test_staff_search_and_come_from_the_undelivered_mails(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    assert f'href="{PATH}"' in (await browser.get("/provider/larkspur/undelivered-mails")).text

    page = (await browser.get(f"{PATH}?q=halcyon")).text

    assert 'type="search"' in page
    assert AP in page
    assert OPS not in page


@pytest.mark.rule("D24")
async def test_an_address_is_released_after_a_question_and_once(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    asked = (await browser.get(f"{PATH}/{AP}/release")).text
    [key] = re.findall(r'name="idempotency_key" value="([^"]+)"', asked)

    answer = await browser.post(f"{PATH}/{AP}/release", data={"idempotency_key": key})
    after = (await browser.get(answer.headers["location"])).text
    again = await browser.post(f"{PATH}/{AP}/release", data={"idempotency_key": key})

    assert "Release " in asked
    assert "halcyon" in asked
    assert AP in {each["id"] for each in SUPPRESSED}, "nothing was released by the question"
    assert "Mails are sent to this address again." in after
    assert AP not in after
    assert (again.status_code, again.headers["location"]) == (303, PATH)


@pytest.mark.rule("D24")
@pytest.mark.parametrize("path", ["/me/mails", "/me/notifications"])
async def test_a_person_is_told_that_mails_come_back_and_tries_again(
    visit: Visit, fakes: FakeServices, path: str
) -> None:
    browser = visit("jonas")
    before = (await browser.get(path)).text
    fakes.own_suppression = RETURNED
    told = (await browser.get(path)).text
    form = told.partition('id="mails-come-back"')[2]
    [key] = re.findall(r'name="idempotency_key" value="([^"]+)"', form)[:1]

    answer = await browser.post("/me/mails/try-again", data={"idempotency_key": key})
    after = (await browser.get(answer.headers["location"])).text

    assert "Mails to you come back" not in before
    assert "Mails to you come back" in told
    assert "there is no mailbox" in told
    assert "A test mail is on its way to you." in after
    assert "Mails to you come back" not in after


async def test_who_has_tried_three_times_today_is_told_so(visit: Visit, fakes: FakeServices) -> None:
    fakes.own_suppression = RETURNED | {"tries_left": 0, "reason": "often_refused"}

    page = (await visit("jonas").get("/me/mails")).text

    assert "You have tried three times today." in page
    assert "perhaps it is full" in page
    assert "/me/mails/try-again" not in page


async def test_the_people_of_a_company_see_which_contacts_mails_come_back_from(visit: Visit) -> None:
    page = (await visit("ana").get("/w/meridian/contacts")).text

    assert "Mails to this address come back since" in row(page, ident("noc"))
    assert "Mails to this address come back since" not in row(page, ident("ops"))
