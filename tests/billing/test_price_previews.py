"""What an order would cost, before it is placed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.amounts import Price, due_amounts
from services.billing.money import Money
from services.billing.price_previews.service import price_of
from tests.billing.harness import BillingHarness, key

PREVIEWS = "/api/billing/price-previews"
DAY = date(2027, 1, 10)
PRICE = st.integers(0, 10**12)


@pytest.mark.rule("D20")
@given(PRICE, PRICE, st.integers(1, 1000), st.sampled_from([1, 3, 12]), st.decimals(0, 100, places=2))
def test_an_invoice_for_a_whole_interval_has_the_amounts_of_the_preview(
    recurring: int, one_off: int, quantity: int, months: int, tax_percent: Decimal
) -> None:
    per_interval = price_of(Money(recurring, "EUR") * quantity, tax_percent)
    once = price_of(Money(one_off, "EUR") * quantity, tax_percent)

    lines, _ = due_amounts(Price("EUR", recurring, one_off, quantity, months), DAY, DAY, DAY, tax_percent, new=True)

    invoiced = {line.kind: (line.net_minor, line.tax_minor) for line in lines}
    for kind, price in (("recurring", per_interval), ("one_off", once)):
        [tax] = price["taxes"]
        assert invoiced.get(kind, (0, 0)) == (price["net_minor"], tax["tax_minor"])
        assert price["gross_minor"] == price["net_minor"] + tax["tax_minor"]
    assert sum(net + tax for net, tax in invoiced.values()) == per_interval["gross_minor"] + once["gross_minor"]


async def preview(billing: BillingHarness, role: str, **query: Any) -> Any:
    caller = await billing.running.caller(role)
    return await caller.http.get(PREVIEWS, params=query)


@pytest.mark.rule("D20", "D21")
async def test_the_first_whole_invoice_of_an_order_is_what_was_previewed(billing: BillingHarness) -> None:
    plan, customer = await billing.plan(33_333, one_off=1_001, months=12), await billing.customer()

    answer = await preview(billing, "regular", plan_version_id=plan, quantity=7)
    await billing.subscribed(customer, plan, quantity=7)
    await billing.run_jobs()

    found = answer.json()
    [invoice] = await billing.invoices(customer)
    listed = await (await billing.admin(customer)).http.get("/api/billing/subscriptions")
    [subscription] = listed.json()["items"]
    assert (subscription["recurring_minor"], subscription["recurring_total_minor"]) == (33_333, 233_331)
    assert found == {
        "plan_version_id": str(plan), "quantity": 7, "currency": "EUR", "interval_months": 12, "billed": "in_advance",
        "recurring": {"net_minor": 233_331, "taxes": [{"tax_percent": "20", "tax_minor": 46_666}],
                      "gross_minor": 279_997},
        "once": {"net_minor": 7_007, "taxes": [{"tax_percent": "20", "tax_minor": 1_401}], "gross_minor": 8_408},
        "term_months": 0, "at_term_end": "renew",
    }  # fmt: skip
    assert invoice["total_minor"] == found["recurring"]["gross_minor"] + found["once"]["gross_minor"]
    assert invoice["net_minor"] == found["recurring"]["net_minor"] + found["once"]["net_minor"]


@pytest.mark.rule("P21")
async def test_prices_are_for_those_who_may_see_money(billing: BillingHarness) -> None:
    plan = await billing.plan()

    status = {
        role: (await preview(billing, role, plan_version_id=plan)).status_code for role in ("read_only", "support")
    }

    assert status == {"read_only": 200, "support": 403}


@pytest.mark.parametrize(
    ("query", "status"),
    [({"quantity": 0}, 422), ({"quantity": 1001}, 422), ({"plan_version_id": str(uuid4())}, 404)],
)
async def test_what_cannot_be_ordered_has_no_price(billing: BillingHarness, query: dict[str, Any], status: int) -> None:
    plan = await billing.plan()

    answer = await preview(billing, "admin", **({"plan_version_id": plan} | query))

    assert answer.status_code == status


async def publish(billing: BillingHarness, terms: Any) -> Any:
    body = {"product_id": str(uuid4()), "display_name": "Yearly", "currency": "EUR", "recurring_minor": 900}
    return await billing.provider.http.post("/api/billing/plans", json=body | {"terms": terms}, headers=key())


async def test_a_plan_says_for_which_configurations_it_is(billing: BillingHarness) -> None:
    terms = {"term_months": [12, 24.5], "site": ["AMS"], "backup": [True]}

    answer = await publish(billing, terms)

    product_id = answer.json()["product_id"]
    [listed] = (await billing.provider.http.get(f"/api/billing/plans?product_id={product_id}")).json()["items"]
    told = await billing.running.database.events("billing.plan_published")
    assert answer.status_code == 201
    assert answer.json()["terms"] == listed["terms"] == told[-1]["terms"] == terms


@pytest.mark.parametrize(
    "terms",
    [{"a": []}, {"a": "x"}, {"a": [None]}, {"a": [{"b": 1}]}, {"a": ["x" * 201]}, {f"f{n}": [1] for n in range(21)},
     {"a": ["x" * 199] * 30}],
)  # fmt: skip
async def test_terms_are_few_values_of_few_fields(billing: BillingHarness, terms: Any) -> None:
    assert (await publish(billing, terms)).status_code == 422


async def test_a_plan_without_terms_is_for_every_configuration(billing: BillingHarness) -> None:
    await billing.plan()

    [listed, *_] = (await billing.provider.http.get("/api/billing/plans")).json()["items"]

    assert listed["terms"] == {}
