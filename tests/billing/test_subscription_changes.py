"""Subscriptions that change, pause and end: to the day, once, and as their previews say."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.events.provisioning import (
    CancellationOrdered,
    CancellationUndone,
    OrderPlaced,
    ServiceChanged,
    ServiceDeleted,
    ServiceResumed,
    ServiceSuspended,
)
from tests.billing.harness import BillingHarness, key

LINES = """
SELECT i.number, l.kind, l.period_from, l.period_to, l.net_minor FROM invoice_lines l
JOIN invoices i ON i.id = l.invoice_id WHERE l.workspace_id = :w ORDER BY i.number, l.position
"""


async def plan_of(billing: BillingHarness, product: UUID, name: str, **prices: Any) -> UUID:
    """A plan version of the product."""
    body = {"product_id": str(product), "display_name": name, "currency": "EUR", **prices}
    answer = await billing.provider.http.post("/api/billing/plans", json=body, headers=key())
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["plan_version_id"])


async def subscription_of(billing: BillingHarness, order: OrderPlaced) -> dict[str, Any]:
    [row] = await billing.rows("SELECT * FROM subscriptions WHERE service_id = :s", s=order.service_id)
    return row


async def last_lines(billing: BillingHarness, customer: UUID) -> list[tuple[str, date, date, int]]:
    """Of the newest invoice."""
    rows = await billing.rows(LINES, w=customer)
    newest = max(row["number"] for row in rows)
    return [tuple(row.values())[1:] for row in rows if row["number"] == newest]


@pytest.mark.rule("K2", "I3")
async def test_a_change_gives_back_unused_days_and_bills_the_new_price_from_that_day_on(
    billing: BillingHarness,
) -> None:
    customer = await billing.customer()
    small = await billing.plan(31_000, one_off=5_000)
    product = (await billing.rows("SELECT product_id FROM plans"))[0]["product_id"]
    large = await plan_of(billing, product, "Large", recurring_minor=62_000, one_off_minor=9_000)
    order = await billing.subscribed(customer, small)
    await billing.run_jobs()  # 10 January to 9 February
    await billing.day_by_day(21)  # 31 January
    admin = await billing.admin(customer)
    asked: dict[str, str | int] = {"service_id": str(order.service_id), "plan_version_id": str(large), "quantity": 2}
    preview = (await admin.http.get("/api/billing/subscription-previews/change", params=asked)).json()

    await billing.hear(billing.state_of(order, plan_version_id=large, quantity=2))

    [changed] = await billing.events("subscription_changed", customer)
    assert (changed["changed_on"], changed["credit_minor"]) == ("2027-01-31", 10_000)
    assert (preview["credit_minor"], preview["now_minor"], preview["next_billing_on"]) == (10_000, 0, "2027-02-10")
    await billing.day_by_day(10)
    assert await last_lines(billing, customer) == [
        ("recurring", date(2027, 1, 31), date(2027, 2, 9), 40_000),
        ("recurring", date(2027, 2, 10), date(2027, 3, 9), 124_000),
        ("unused", date(2027, 1, 31), date(2027, 2, 9), -10_000),
    ]
    newest = (await billing.invoices(customer))[-1]
    assert newest["total_minor"] == preview["next_total_minor"] == 184_800
    assert await billing.verify() == []


@pytest.mark.rule("K2", "I3")
async def test_a_pause_gives_back_its_days_and_bills_none_until_it_ends(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000))
    await billing.run_jobs()
    await billing.day_by_day(5)

    await billing.hear(billing.state_of(order, ServiceSuspended, state="suspended", suspended_for=("pause",)))
    assert (await subscription_of(billing, order))["clock"] == "paused"
    await billing.day_by_day(60)
    assert len(await billing.invoices(customer)) == 1
    await billing.hear(billing.state_of(order, ServiceResumed, subject_version=3))
    await billing.day_by_day(31)

    assert await last_lines(billing, customer) == [
        ("recurring", date(2027, 3, 16), date(2027, 4, 9), 25_000),
        ("recurring", date(2027, 4, 10), date(2027, 5, 9), 31_000),
        ("unused", date(2027, 1, 15), date(2027, 2, 9), -26_000),
    ]
    moved = [event["movement"] for event in await billing.events("mrr_changed", customer)]
    assert moved == ["new", "paused", "resumed"]
    assert await billing.verify() == []


@pytest.mark.rule("K2")
async def test_it_ends_with_what_is_paid_and_goes_on_if_that_is_undone(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000))
    await billing.run_jobs()

    await billing.hear(billing.state_of(order, CancellationOrdered))
    assert (await subscription_of(billing, order))["ends_on"] == date(2027, 2, 10)
    await billing.hear(billing.state_of(order, CancellationUndone, subject_version=3))
    await billing.hear(billing.state_of(order, CancellationOrdered))  # late, and an old one

    row = await subscription_of(billing, order)
    assert (row["ends_on"], row["clock"]) == (None, "started")
    await billing.day_by_day(31)
    assert len(await billing.invoices(customer)) == 2
    assert await billing.verify() == []


@pytest.mark.rule("K2")
async def test_leaving_before_the_end_of_the_term_costs_what_is_left_of_it(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000, term_months=12))
    await billing.run_jobs()
    await billing.day_by_day(5)
    admin = await billing.admin(customer)
    path = f"/api/billing/subscription-previews/end?service_id={order.service_id}"
    preview = (await admin.http.get(path)).json()

    await billing.hear(billing.state_of(order, ServiceDeleted, state="deleted"))

    assert preview["now"] == {
        "ends_on": "2027-01-15", "kept_minor": 26_000, "charges_minor": 0, "leaving_minor": 11 * 31_000
    }  # fmt: skip
    assert preview["period_end"]["ends_on"] == preview["term_ends_on"] == "2028-01-10"
    [ended] = await billing.events("subscription_ended", customer)
    assert ended["reason"] == "deleted"
    await billing.day_by_day(31)
    assert await last_lines(billing, customer) == [("leaving", date(2027, 2, 10), date(2028, 1, 9), 11 * 31_000)]
    assert await billing.verify() == []


async def test_a_plan_of_another_product_is_no_change(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000))
    other = await billing.plan(31_000)
    admin = await billing.admin(customer)

    asked: dict[str, str | int] = {"service_id": str(order.service_id), "plan_version_id": str(other), "quantity": 1}
    refused = await admin.http.get("/api/billing/subscription-previews/change", params=asked)

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/plan-does-not-fit")


async def test_what_has_not_started_takes_the_new_price_and_ends_with_nothing(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan(31_000)
    order = await billing.subscribed(customer, plan, delay_days=10)

    await billing.hear(billing.state_of(order, ServiceChanged, quantity=3))
    assert (await subscription_of(billing, order))["quantity"] == 3
    await billing.hear(billing.state_of(order, CancellationOrdered, subject_version=3, quantity=3))

    row, admin = await subscription_of(billing, order), await billing.admin(customer)
    path = f"/api/billing/subscription-previews/end?service_id={order.service_id}"
    preview = (await admin.http.get(path)).json()
    assert (row["clock"], row["ends_on"]) == ("pending", date(2027, 1, 20))
    assert preview["period_end"]["ends_on"] == "2027-01-20"
    await billing.day_by_day(40)
    assert (await subscription_of(billing, order))["clock"] == "ended"
    assert await billing.invoices(customer) == []
    assert await billing.verify() == []


@pytest.mark.rule("K2")
async def test_what_has_not_started_is_billed_as_planned_if_its_end_is_undone(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000), delay_days=10)
    await billing.hear(billing.state_of(order, CancellationOrdered, subject_version=3))
    await billing.day_by_day(5)

    await billing.hear(billing.state_of(order, CancellationUndone, subject_version=4))
    await billing.day_by_day(6)

    row = await subscription_of(billing, order)
    assert (row["clock"], row["ends_on"], row["started_on"]) == ("started", None, date(2027, 1, 20))
    assert await billing.verify() == []


@pytest.mark.rule("K2", "D20")
async def test_a_credit_makes_no_invoice_negative_and_what_is_left_of_it_waits(billing: BillingHarness) -> None:
    customer = await billing.customer()
    yearly = await billing.plan(1_200_000, months=12)
    product = (await billing.rows("SELECT product_id FROM plans"))[0]["product_id"]
    small = await plan_of(billing, product, "Small", recurring_minor=3_333)
    order = await billing.subscribed(customer, yearly)
    await billing.run_jobs()
    await billing.day_by_day(1)

    await billing.hear(billing.state_of(order, plan_version_id=small))
    admin = await billing.admin(customer)
    [before] = (await admin.http.get("/api/billing/bill-groups")).json()
    await billing.day_by_day(31)

    [first, second] = await billing.invoices(customer)
    assert (second["total_minor"], second["status"], second["net_minor"]) == (0, "paid", 0)
    [after] = (await admin.http.get("/api/billing/bill-groups")).json()
    assert before["unused_minor"] == round(1_200_000 * 364 / 365)
    assert after["unused_minor"] == before["unused_minor"] - 3_333 - round(3_333 * 30 / 31)
    assert (after["outstanding_minor"], first["status"]) == (first["total_minor"], "open")
    assert await billing.verify() == []


@pytest.mark.rule("P5")
async def test_the_mrr_of_each_month_is_shown_with_what_changed_it(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000))
    await billing.run_jobs()
    await billing.hear(billing.state_of(order, quantity=3))
    await billing.day_by_day(31)
    await billing.hear(billing.state_of(order, ServiceDeleted, subject_version=3, quantity=3, state="deleted"))

    shown = (await (await billing.admin(customer)).http.get("/api/billing/mrr?months=3")).json()
    seller = (await billing.provider.http.get(f"/api/billing/customers/{customer}/mrr?months=3")).json()

    assert shown == seller == [{"currency": "EUR", "months": [
        {"month": "2026-12-01", "total_minor": 0, "movements": {}},
        {"month": "2027-01-01", "total_minor": 93_000, "movements": {"expansion": 62_000, "new": 31_000}},
        {"month": "2027-02-01", "total_minor": 0, "movements": {"churn": -93_000}},
    ]}]  # fmt: skip
