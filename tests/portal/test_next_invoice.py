"""The upcoming invoice: its date, its estimated amount, and its lines."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident
from tests.portal.upcoming import NEXT_INVOICE, NO_NEXT_INVOICE

BILLING = "/w/northwind/billing"
PAGE = f"{BILLING}/{ident('group')}/next-invoice"
API = f"/api/billing/next-invoices/{ident('group')}"
GROUP = f"/provider/larkspur/customers/{ident('northwind')}/bill-groups/{ident('group')}"
OF_GROUP = f"/api/billing/customers/{ident('northwind')}/bill-groups/{ident('group')}/next-invoice"


@pytest.mark.rule("O4", "O11")
async def test_the_billing_page_says_the_date_and_the_estimated_amount(visit: Visit) -> None:
    page = (await visit("jonas").get(BILLING)).text

    assert "Next billing date" in page
    assert re.search(r"Estimated amount: <b>\$17,688.00</b>", page)
    assert f'href="{PAGE}"' in page


@pytest.mark.rule("O4")
async def test_the_upcoming_invoice_has_its_lines_and_says_that_it_is_an_estimate(visit: Visit) -> None:
    page = (await visit("jonas").get(PAGE)).text

    for said in ("This is an estimate.", "Metal M4, Monthly", "20 of 31 days of $775.00 per month", "Tax 20",
                 "Estimated total", "$17,688.00", "102 more lines are not shown."):  # fmt: skip
        assert said in page


@pytest.mark.rule("O4", "O33")
async def test_staff_see_the_same_on_the_page_of_the_bill_group(visit: Visit) -> None:
    browser = visit("lars")

    group, lines = (await browser.get(GROUP)).text, (await browser.get(f"{GROUP}/next-invoice")).text

    assert "$17,688.00" in group
    assert f'href="{GROUP}/next-invoice"' in group
    assert "This is an estimate." in lines
    assert "Metal M4, Monthly" in lines


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (NO_NEXT_INVOICE, "No upcoming invoice"),
        (NEXT_INVOICE | {"estimated_minor": None, "net_minor": None, "taxes": [], "lines": [], "line_count": 0},
         "The amount of this invoice is known when it is issued."),
        (NEXT_INVOICE | {"estimated_minor": 0, "net_minor": 0, "taxes": [], "lines": [], "line_count": 0},
         "costs nothing"),
    ],
)  # fmt: skip
async def test_without_an_estimate_the_page_says_why(
    visit: Visit, fakes: FakeServices, answer: dict[str, object], said: str
) -> None:
    fakes.replies["GET", API] = httpx.Response(200, json=answer)
    browser = visit("jonas")

    assert said in (await browser.get(PAGE)).text
    assert (await browser.get(BILLING)).status_code == 200


async def test_an_estimate_that_does_not_come_leaves_the_rest_of_the_page(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", API] = problem(503, "unavailable", "Not now.")
    fakes.replies["GET", OF_GROUP] = problem(503, "unavailable", "Not now.")

    page, staffs = (await visit("jonas").get(BILLING)).text, (await visit("lars").get(GROUP)).text

    for each in (page, staffs):
        assert "The estimated amount cannot be shown just now" in each
        assert "INV-2026-00003" in each


async def test_who_sees_no_money_sees_no_estimate_and_asks_for_none(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("jonas-support").get(BILLING)).text

    assert "$17,688.00" not in page
    assert fakes.reads(API) == 0
