"""The provider's page of mails that wait for a recipient or could not be sent."""

import re

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.mails_answers import UNDELIVERED
from tests.portal.samples import ident
from tests.portal.test_failed_orders import form_of, row

PATH = "/provider/larkspur/undelivered-mails"
GIVEN_UP, WAITING, RETRYING = (each["id"] for each in UNDELIVERED)


async def test_staff_see_which_mail_is_not_delivered_and_why(visit: Visit) -> None:
    page = (await visit("lars").get(PATH)).text

    for text in (
        "New invoice",
        "INV-2026-00009",
        "Given up",
        "refused it with the code 550",
        "after 3 tries",
        "Try again",
    ):
        assert text in row(page, GIVEN_UP)
    for text in ("INV-2026-00008", "Waits for a recipient", "has no billing contact with an address"):
        assert text in row(page, WAITING)
    for text in ("Sign-in from a new browser", "Is tried again:", "was not reached", "after 1 try"):
        assert text in row(page, RETRYING)
    assert "Try again" not in row(page, WAITING), "it goes by itself"


async def test_a_row_leads_to_the_account_where_the_contact_can_be_put_right(visit: Visit) -> None:
    page = (await visit("lars").get(PATH)).text

    account = f"/provider/larkspur/customers/{ident('Northwind Logistics')}"
    assert f'href="{account}"' in row(page, WAITING)
    assert "<a " not in row(page, RETRYING), "the account of a partner's customer is the partner's"


async def test_a_mail_that_was_given_up_is_tried_again(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    sent = form_of((await browser.get(PATH)).text, GIVEN_UP)

    answer = await browser.post(f"{PATH}/{GIVEN_UP}/retry", data=sent)
    after = (await browser.get(answer.headers["location"])).text

    [asked] = [each for each in fakes.seen if each.url.path.endswith("/retry")]
    assert asked.headers["idempotency-key"] == sent["idempotency_key"]
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert "The mail is being tried again." in after
    assert "Is tried again:" in row(after, GIVEN_UP)


async def test_a_mail_that_was_sent_meanwhile_is_told(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    sent = form_of((await browser.get(PATH)).text, GIVEN_UP)
    fakes.undelivered = []

    answer = await browser.post(f"{PATH}/{GIVEN_UP}/retry", data=sent)

    after = (await browser.get(answer.headers["location"])).text
    assert "It does not exist, or you may not see it." in after
    assert "Every mail is delivered" in after


async def test_the_page_is_in_the_navigation_of_staff_alone(visit: Visit) -> None:
    staff, customer = (await visit("lars").get(PATH)).text, (await visit("jonas").get("/w/northwind/")).text

    assert re.search(rf'href="{PATH}"[^>]*>', staff)
    assert "undelivered-mails" not in customer
