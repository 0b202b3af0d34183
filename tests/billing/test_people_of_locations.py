"""The people of a location: they see and pay the invoices of its bill group where that lets them (D26)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.billing.harness import BillingHarness
from tests.billing.test_customers_groups import change
from tests.harness.services import Caller

SHOWN = ("invoices", "subscriptions", "bill-groups", "spend", "payment-methods")


async def seen(caller: Caller) -> dict[str, int]:
    """How many there are of each; for what is refused, its status."""
    found = {}
    for name in SHOWN:
        answer = await caller.http.get(f"/api/billing/{name}")
        body: Any = answer.json()
        items = body["items"] if isinstance(body, dict) and "items" in body else body
        found[name] = len(items) if answer.status_code == 200 else answer.status_code
    return found


@pytest.mark.rule("D26", "L15")
async def test_a_locations_people_see_and_pay_invoices_only_where_the_bill_group_lets_them(
    billing: BillingHarness,
) -> None:
    customer, invoice = await billing.invoiced()
    await billing.bill_group(customer, "USD")
    await billing.subscribed(customer, await billing.plan(1_000, currency="USD"))
    await billing.run_jobs()
    [dollars] = [i for i in await billing.invoices(customer) if i["currency"] == "USD"]
    group = invoice["bill_group_id"]
    mara = await billing.running.caller(
        "regular", workspace_id=customer, bill_group_id=group, location_ids=[uuid4(), uuid4()]
    )

    before, unpaid = await seen(mara), await billing.pay(mara, invoice)
    await change(billing, customer, group, locations_see_invoices=True)
    after = await seen(mara)
    others, paid = await billing.pay(mara, dollars), await billing.pay(mara, invoice)
    await change(billing, customer, group, locations_see_invoices=False)
    closed = await seen(mara)

    nothing = dict.fromkeys(SHOWN, 0) | {"payment-methods": 403}
    assert (before, closed) == (nothing, nothing)
    assert after == {"invoices": 1, "subscriptions": 1, "bill-groups": 1, "spend": 1, "payment-methods": 403}
    assert (unpaid.status_code, others.status_code, paid.status_code) == (404, 404, 201)
    said = [event["locations_see_invoices"] for event in await billing.events("bill_group_updated", customer)]
    assert said[-2:] == [True, False]


@pytest.mark.rule("D26")
async def test_what_a_bill_group_lets_them_see_they_do_not_change(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    group = invoice["bill_group_id"]
    await change(billing, customer, group, locations_see_invoices=True)
    mara = await billing.running.caller("regular", workspace_id=customer, bill_group_id=group, location_ids=[uuid4()])
    [subscription] = (await mara.http.get("/api/billing/subscriptions")).json()["items"]

    contact = {"address": "mara@northwind.example", "display_name": "Mara"}
    refused = [
        await mara.http.put(f"/api/billing/bill-groups/{group}/contacts/billing", json=contact),
        await mara.http.put(f"/api/billing/bill-groups/{group}/profile", json={"po_number": "1"}),
        await mara.http.put(
            f"/api/billing/subscriptions/{subscription['id']}/at-term-end", json={"at_term_end": "end"}
        ),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 404]
