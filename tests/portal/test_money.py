"""Pages of people whose role does not see money."""

import re

import httpx
import pytest
from fastapi import FastAPI

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.business import INVOICES
from tests.portal.entries import ENTRIES
from tests.portal.fake_services import FakeServices
from tests.portal.test_security import ENDLESS, PARAMETERS, routes

AMOUNT = re.compile(r"[$€£¥]\s?\d|\d[\d.,]*\s?(?:[$€£¥]|USD|EUR)|\b(?:USD|EUR)\s?\d")
EXAMPLE = "€1,234.56"
"""Nobody's money: it shows somebody's formats."""
SUPPORT = {"rosa": "northwind", "lars-support": "larkspur", "tom-support": "meridian"}


@pytest.mark.rule("P21")
@pytest.mark.parametrize(("who", "workspace"), SUPPORT.items())
async def test_no_page_shows_support_an_amount(
    portal: FastAPI, visit: Visit, fakes: FakeServices, who: str, workspace: str
) -> None:
    fakes.order_step, fakes.invoice_paid = 4, True
    fakes.undocumented = {"/api/billing/openapi.json"}
    for path, rows in (("customers", samples.CUSTOMERS[-1:]), ("partners", samples.PARTNERS[1:2])):
        # Only children that the person is linked to in Support capacity: another link has another role.
        more = {"totals": None, "inactive_hidden": 0, "too_many_found": False} if path == "customers" else {}
        answer = httpx.Response(200, json={"items": rows, "next": None, **more})
        fakes.replies["GET", f"/api/identity/{path}"] = answer
        fakes.replies["GET", f"/api/identity/partners/{PARAMETERS['partner_id']}/customers"] = fakes.replies[
            "GET", "/api/identity/customers"
        ]
    read = 0
    for method, path in routes(portal):
        if method == "GET" and path != ENDLESS and not path.startswith(("/static", "/brand")):
            page = await visit(who).get(path.replace(f"/{PARAMETERS['slug']}/", f"/{workspace}/", 1))
            told = page.text.replace("$0.00 MRR", "").replace(EXAMPLE, "")  # the words of a filter
            assert AMOUNT.search(told) is None, path
            read += page.status_code == 200

    assert read > 12
    assert refused_of_billing(fakes) == [], "the portal does not even ask"


def refused_of_billing(fakes: FakeServices) -> list[str]:
    return [each.url.path for each in fakes.seen if re.match("/api/billing/(plans|subscriptions|spend)", each.url.path)]


@pytest.mark.rule("P21")
async def test_the_scan_finds_amounts_where_there_are_some(visit: Visit) -> None:
    for path in ("", "orders/new/port", "billing", f"billing/invoices/{INVOICES[0]['id']}"):
        page = await visit("jonas").get(f"/w/northwind/{path}")
        assert AMOUNT.search(page.text), path


@pytest.mark.rule("P21", "D10")
async def test_prices_are_hidden_in_words_and_the_product_is_still_shown(visit: Visit) -> None:
    support, regular = visit("rosa"), visit("jonas")

    page = await support.get("/w/northwind/orders/new/port")
    forced = await support.post("/w/northwind/orders/new/port", data={"plan_version_id": "x"}, follow_redirects=True)

    assert page.status_code == 200
    assert "The plans and their prices: hidden with your role" in page.text
    assert "Dedicated port" in page.text
    assert forced.status_code == 403
    assert "Prices are hidden with your role" in (await support.get("/w/northwind/orders/new")).text
    assert "see the price before you order" in (await regular.get("/w/northwind/orders/new")).text


@pytest.mark.rule("D10")
async def test_the_log_names_what_is_hidden_and_what_cannot_be_read(visit: Visit, fakes: FakeServices) -> None:
    hidden = ENTRIES[0] | {"hidden": ["total_minor"]}
    broken = ENTRIES[0] | {"id": "00000000-0000-4000-8000-00000000000e", "details": None}
    fakes.replies["GET", "/api/audit/entries"] = httpx.Response(200, json={"items": [hidden, broken], "next": None})

    page = await visit("rosa").get("/w/northwind/audit")

    assert re.search(r"total_minor</dt>\s*<dd>\s*Hidden from you", page.text)
    assert "Cannot be read" in page.text
    assert broken["id"] in page.text
