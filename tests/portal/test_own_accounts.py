"""All accounts of a person on one page."""

import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.own_accounts_answers import ending, of_billing, of_identity, of_provisioning, owed

PATH = "/me/accounts"


@pytest.mark.rule("I1", "I6", "I8", "D20")
async def test_one_page_says_what_all_accounts_need_and_leads_there(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["ana"].workspaces = ["meridian", "northwind"]
    browser = visit("ana")
    fakes.own_waiting = [of_identity("meridian", access_requests=2), of_identity("northwind", holders_check_due=True)]
    fakes.own_orders = [of_provisioning("northwind", orders_to_approve=1)]
    fakes.own_money = [
        of_billing("meridian", owed=[owed("EUR", 10_000)]),
        of_billing("northwind", owed=[owed("EUR", 5_000, 5_000), owed("USD", 100)], ending=[ending("end", "Uplink")]),
    ]

    overview, shown = (await browser.get("/w/meridian/")).text, (await browser.get(PATH)).text

    assert f'href="{PATH}"' in overview
    for text in (
        "2 people ask for access.",
        "Once a year: are the two holders of the account still right?",
        "1 order waits for your approval.",
        "€150.00",
        "€50.00 of it overdue",
        "$1.00 to pay",
        "Uplink",
        "Ends on",
    ):
        assert text in shown, text
    headings = re.findall(r'<h2 id="account-\d+">([^<]+)', shown)
    assert headings == ["Northwind Logistics", "Meridian Partners"], "what is overdue comes first"
    assert 'value="/w/northwind/billing/invoices?status=overdue"' in shown


@pytest.mark.rule("I1", "D10")
async def test_a_service_that_is_down_hides_only_what_it_knows(visit: Visit, fakes: FakeServices) -> None:
    fakes.sessions["ana"].workspaces = ["meridian", "northwind"]
    browser = visit("ana")
    fakes.own_waiting = [of_identity("northwind", access_requests=101)]
    fakes.down.add("billing")

    answer = await browser.get(PATH)

    assert answer.status_code == 200
    assert "What is to pay cannot be shown just now." in answer.text.replace("<b>", "").replace("</b>", "")
    assert "100+ people ask for access." in answer.text
