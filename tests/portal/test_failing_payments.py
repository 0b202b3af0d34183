"""Customers that do not pay, on the overview of who sells to them."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

OVERVIEW = "/w/meridian/"
PATH = ("GET", "/api/billing/failing-payments")


def panel(page: str) -> str:
    found = re.search(r'<section class="panel" aria-labelledby="failing">(.*?)</section>', page, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", found[1])


@pytest.mark.rule("P13", "D20")
async def test_the_overview_says_who_owes_how_much_and_since_when(visit: Visit) -> None:
    found = panel((await visit("ana").get(OVERVIEW)).text)

    assert "2 customers" in found
    assert "€1,600.00 + $5.00" in found
    assert '<a href="/partner/meridian/customers?q=PC-1001">Northwind</a>' in found
    assert "23 days overdue" in found
    assert "Not due yet · payment failed" in found


async def test_that_all_is_paid_is_said_in_words(visit: Visit, fakes: FakeServices) -> None:
    nothing = {"customers": 0, "is_all": True, "totals": [], "items": []}
    fakes.replies[PATH] = httpx.Response(200, json=nothing)

    found = panel((await visit("ana").get(OVERVIEW)).text)

    assert "No invoice of your customers is overdue, and no payment has failed." in found


async def test_more_than_are_counted_are_no_round_number(visit: Visit, fakes: FakeServices) -> None:
    some = (await fakes(httpx.Request("GET", "http://billing/api/billing/failing-payments"))).json()
    fakes.replies[PATH] = httpx.Response(200, json=some | {"customers": 900, "is_all": False})

    found = panel((await visit("ana").get(OVERVIEW)).text)

    assert "More than 900 customers" in found


@pytest.mark.rule("P13", "P21")
async def test_who_does_not_see_all_customers_sees_no_amount(visit: Visit) -> None:
    found = panel((await visit("tom").get(OVERVIEW)).text)

    assert "hidden with your role in this workspace" in found
    assert "€" not in found


@pytest.mark.rule("D10")
async def test_billing_that_is_away_takes_its_panel_along_and_no_other(visit: Visit, fakes: FakeServices) -> None:
    fakes.down = {"billing"}

    page = (await visit("ana").get(OVERVIEW)).text

    assert "Payments that fail cannot be shown just now." in panel(page).replace("<b>", "").replace("</b>", "")
    assert "Customers at a glance" in page
