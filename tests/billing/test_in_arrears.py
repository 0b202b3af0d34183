"""Plans that are billed in arrears: a period is billed on the billing date on which it ends."""

from datetime import date
from typing import Any

import pytest

from shared.events.provisioning import CancellationOrdered, ServiceDeleted, ServiceResumed, ServiceSuspended
from tests.billing.harness import BillingHarness
from tests.billing.test_next_invoices import group_of, next_invoice
from tests.billing.test_run_preview import preview
from tests.billing.test_subscription_changes import last_lines, plan_of, subscription_of

ARREARS = {"billed": "in_arrears"}


async def of_change(billing: BillingHarness, customer: Any, **asked: Any) -> dict[str, Any]:
    answer = await (await billing.admin(customer)).http.get("/api/billing/subscription-previews/change", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def of_end(billing: BillingHarness, customer: Any, service_id: Any) -> dict[str, Any]:
    path = f"/api/billing/subscription-previews/end?service_id={service_id}"
    found: dict[str, Any] = (await (await billing.admin(customer)).http.get(path)).json()
    return found


@pytest.mark.rule("O4", "O11", "D20")
async def test_what_is_paid_once_is_billed_at_the_start_and_each_period_when_it_ends(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(31_000, one_off=500, **ARREARS))
    await billing.run_jobs()
    assert await last_lines(billing, customer) == [("one_off", date(2027, 1, 10), date(2027, 1, 10), 500)]

    told = await next_invoice(await billing.admin(customer), await group_of(billing, customer))
    staff = await preview(billing, until="2027-02-10")
    await billing.day_by_day(31)

    assert (told["billing_on"], told["net_minor"]) == ("2027-02-10", 31_000)
    assert [(item["billing_on"], item["total_minor"]) for item in staff["items"]] == [("2027-02-10", 37_200)]
    assert await last_lines(billing, customer) == [("recurring", date(2027, 1, 10), date(2027, 2, 9), 31_000)]
    [mrr] = [event["mrr"] for event in await billing.events("mrr_changed", customer)]
    assert mrr == [{"currency": "EUR", "amount_minor": 31_000}]
    assert await billing.verify() == []


@pytest.mark.rule("O11")
async def test_the_next_billing_date_is_that_on_which_the_period_ends(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(90_000, months=3, **ARREARS), delay_days=5)
    admin, group = await billing.admin(customer), await group_of(billing, customer)

    pending = await next_invoice(admin, group)
    [summary] = (await admin.http.get("/api/billing/bill-groups")).json()
    await billing.day_by_day(5)
    started = await next_invoice(admin, group)

    assert pending["billing_on"] == summary["next_billing_on"] == started["billing_on"] == "2027-04-15"
    assert pending["net_minor"] == started["net_minor"] == 90_000
    assert await billing.invoices(customer) == []


@pytest.mark.rule("D20")
async def test_one_invoice_has_what_is_billed_in_advance_and_in_arrears(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(31_000))
    await billing.run_jobs()
    await billing.day_by_day(15)
    await billing.subscribed(customer, await billing.plan(62_000, **ARREARS))
    await billing.day_by_day(16)

    assert await last_lines(billing, customer) == [
        ("recurring", date(2027, 2, 10), date(2027, 3, 9), 31_000),
        ("recurring", date(2027, 1, 25), date(2027, 2, 9), 32_000),
    ]
    assert len(await billing.invoices(customer)) == 2


@pytest.mark.rule("K2", "I3")
async def test_a_change_bills_the_days_until_then_and_gives_nothing_back(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000, **ARREARS))
    product = (await billing.rows("SELECT product_id FROM plans"))[0]["product_id"]
    advance = await plan_of(billing, product, "In advance", recurring_minor=62_000)
    await billing.day_by_day(21)
    asked = {"service_id": str(order.service_id), "plan_version_id": str(advance), "quantity": 1}
    told = await of_change(billing, customer, **asked)

    await billing.hear(billing.state_of(order, plan_version_id=advance))
    await billing.day_by_day(10)

    assert (told["credit_minor"], told["charges_minor"]) == (0, 21_000)
    assert (told["billed_before"], told["billed_after"]) == ("in_arrears", "in_advance")
    assert await last_lines(billing, customer) == [
        ("recurring", date(2027, 1, 31), date(2027, 2, 9), 20_000),
        ("recurring", date(2027, 2, 10), date(2027, 3, 9), 62_000),
        ("recurring", date(2027, 1, 10), date(2027, 1, 30), 21_000),
    ]
    [invoice] = await billing.invoices(customer)
    assert (told["next_billing_on"], told["next_total_minor"]) == ("2027-02-10", invoice["total_minor"])
    assert await billing.verify() == []


@pytest.mark.rule("K2", "I3")
async def test_a_change_to_arrears_moves_the_next_invoice_to_the_end_of_the_period(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000))
    product = (await billing.rows("SELECT product_id FROM plans"))[0]["product_id"]
    quarterly = await plan_of(billing, product, "Quarterly", recurring_minor=90_000, interval_months=3, **ARREARS)
    await billing.run_jobs()
    asked = {"service_id": str(order.service_id), "plan_version_id": str(quarterly), "quantity": 1}
    told = await of_change(billing, customer, **asked)

    await billing.hear(billing.state_of(order, plan_version_id=quarterly))

    estimated = await next_invoice(await billing.admin(customer), await group_of(billing, customer))
    assert told["next_billing_on"] == estimated["billing_on"] == "2027-04-10"
    assert told["next_total_minor"] == estimated["estimated_minor"] == (90_000 - 31_000) * 1.2
    assert await billing.verify() == []


@pytest.mark.rule("O11")
async def test_what_has_not_started_takes_its_date_from_the_other_plan(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000), delay_days=5)
    product = (await billing.rows("SELECT product_id FROM plans"))[0]["product_id"]
    later = await plan_of(billing, product, "Later", recurring_minor=31_000, **ARREARS)
    asked = {"service_id": str(order.service_id), "plan_version_id": str(later), "quantity": 1}

    told = await of_change(billing, customer, **asked)
    await billing.hear(billing.state_of(order, plan_version_id=later))

    estimated = await next_invoice(await billing.admin(customer), await group_of(billing, customer))
    assert told["next_billing_on"] == estimated["billing_on"] == "2027-02-15"
    assert told["next_total_minor"] == estimated["estimated_minor"] == 37_200


@pytest.mark.rule("K2")
async def test_a_pause_bills_the_days_before_it(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000, **ARREARS))
    await billing.day_by_day(5)
    await billing.hear(billing.state_of(order, ServiceSuspended, state="suspended", suspended_for=("pause",)))
    await billing.day_by_day(26)
    assert await last_lines(billing, customer) == [("recurring", date(2027, 1, 10), date(2027, 1, 14), 5_000)]
    await billing.day_by_day(10)
    await billing.hear(billing.state_of(order, ServiceResumed, subject_version=3))
    await billing.day_by_day(18)

    assert await last_lines(billing, customer) == [("recurring", date(2027, 2, 20), date(2027, 3, 9), 19_929)]
    assert await billing.verify() == []


@pytest.mark.rule("K2")
@pytest.mark.parametrize("when", ["before the run", "after it"])
async def test_it_ends_with_its_period_which_is_billed_then(billing: BillingHarness, when: str) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(90_000, months=3, **ARREARS))
    await billing.day_by_day(40)
    told = (await of_end(billing, customer, order.service_id))["period_end"]

    await billing.hear(billing.state_of(order, CancellationOrdered))
    await billing.day_by_day(50 if when == "after it" else 49)
    if when == "before the run":  # a deletion that comes on the day itself
        billing.move_to(billing.now.replace(month=4, day=10))
        await billing.hear(billing.state_of(order, ServiceDeleted, subject_version=3, state="deleted"))
    await billing.day_by_day(1)

    assert told == {"ends_on": "2027-04-10", "kept_minor": 0, "charges_minor": 90_000, "leaving_minor": 0}
    assert await last_lines(billing, customer) == [("recurring", date(2027, 1, 10), date(2027, 4, 9), 90_000)]
    assert (await subscription_of(billing, order))["clock"] == "ended"
    assert len(await billing.invoices(customer)) == 1
    assert await billing.verify() == []


@pytest.mark.rule("K2")
async def test_leaving_now_costs_the_days_until_then_and_the_rest_of_the_term(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000, term_months=12, **ARREARS))
    await billing.day_by_day(36)
    told = (await of_end(billing, customer, order.service_id))["now"]

    await billing.hear(billing.state_of(order, ServiceDeleted, state="deleted"))
    await billing.day_by_day(28)

    days = round(31_000 * 5 / 28)
    rest = round(31_000 * 23 / 28) + 10 * 31_000
    assert told == {"ends_on": "2027-02-15", "kept_minor": 0, "charges_minor": days, "leaving_minor": rest}
    assert await last_lines(billing, customer) == [
        ("recurring", date(2027, 2, 10), date(2027, 2, 14), days),
        ("leaving", date(2027, 2, 15), date(2028, 1, 9), rest),
    ]
    assert await billing.verify() == []


@pytest.mark.rule("K2")
async def test_an_end_that_is_told_late_gives_back_what_was_billed_after_it(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(31_000, **ARREARS))
    await billing.day_by_day(21)
    left_at = billing.now
    await billing.day_by_day(10)
    assert await last_lines(billing, customer) == [("recurring", date(2027, 1, 10), date(2027, 2, 9), 31_000)]

    await billing.hear(billing.state_of(order, ServiceDeleted, state="deleted", occurred_at=left_at))

    [left] = await billing.rows("SELECT kind, left_minor FROM pending_lines")
    assert (left["kind"], left["left_minor"]) == ("unused", -10_000)
    assert await billing.verify() == []


@pytest.mark.rule("K2")
async def test_a_term_that_ends_the_subscription_is_billed_to_its_last_day(billing: BillingHarness) -> None:
    customer = await billing.customer()
    monthly = await billing.plan(31_000, term_months=1, at_term_end="end", **ARREARS)
    await billing.subscribed(customer, await billing.plan(1_000))
    await billing.run_jobs()
    await billing.day_by_day(15)
    order = await billing.subscribed(customer, monthly)
    await billing.day_by_day(59)  # 25 March; the term ended on 25 February

    lines = await billing.rows(
        "SELECT period_from, period_to FROM invoice_lines WHERE service_id = :s ORDER BY 1", s=order.service_id
    )
    assert [(row["period_from"], row["period_to"]) for row in lines] == [
        (date(2027, 1, 25), date(2027, 2, 9)),
        (date(2027, 2, 10), date(2027, 2, 24)),
    ]
    assert (await subscription_of(billing, order))["clock"] == "ended"
    assert await billing.verify() == []
