"""What was mailed to a person, and having it sent again (D23)."""

import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.notices_answers import OWN_MAILS

PATH = "/me/mails"
SENT, SWITCHED_OFF, FAILED = (each["id"] for each in OWN_MAILS)


def item(page: str, mail: str) -> str:
    [found] = re.findall(rf'<li id="mail-{mail}">.*?</li>', page, re.DOTALL)
    return str(found)


async def test_each_mail_is_listed_with_what_became_of_it_and_why(visit: Visit) -> None:
    page = (await visit("jonas").get(PATH)).text

    assert "Lyon 2 · Northwind Logistics" in item(page, SENT)
    assert "Send again" in item(page, SENT)
    assert "You have switched off mails of this kind." in item(page, SWITCHED_OFF)
    assert "Send again" not in item(page, SWITCHED_OFF)
    assert "It could not be delivered." in item(page, FAILED)


@pytest.mark.rule("D23")
async def test_a_mail_is_sent_again_once_however_often_the_form_is_sent(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    [key] = re.findall(r'name="idempotency_key" value="([^"]+)"', (await browser.get(PATH)).text)

    answer = await browser.post(f"{PATH}/{SENT}/again", data={"idempotency_key": key})

    [asked] = [each for each in fakes.seen if each.url.path.endswith("/again")]
    assert asked.headers["idempotency-key"] == key
    assert "The mail is sent again." in (await browser.get(answer.headers["location"])).text


async def test_it_is_said_why_a_mail_is_not_sent_again(visit: Visit) -> None:
    browser = visit("jonas")

    answer = await browser.post(f"{PATH}/{FAILED}/again")

    assert (
        "It is still being sent, or was sent again within the last hour."
        in (await browser.get(answer.headers["location"])).text
    )
