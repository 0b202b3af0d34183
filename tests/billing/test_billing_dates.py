"""On which day what is billed: one invoice per billing date, by the days of the selling entity."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.billing import jobs
from services.billing.amounts import Price, due_amounts, due_from
from services.billing.periods import billing_date, cycle_date
from tests.billing.harness import BillingHarness
from tests.billing.paying import save_method, work
from tests.billing.test_auto_pay import with_auto_pay
from tests.harness.services import Running

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
NEW_YEAR = datetime(2027, 12, 31, 23, 9, tzinfo=UTC)
"""In Berlin it is nine minutes past midnight."""


@given(DAYS, DAYS)
def test_the_next_billing_date_is_the_first_one_from_a_day_on(anchor: date, day: date) -> None:
    found = billing_date(anchor, day)

    dates = [cycle_date(anchor, cycle) for cycle in range(-200, 200)]
    assert found == next(each for each in dates if each >= day)


async def test_the_database_has_the_same_billing_dates(billing: BillingHarness) -> None:
    anchors = [date(2024, 1, 31), date(2024, 2, 29), date(2023, 11, 30), date(2025, 6, 1)]
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(900)]
    values = {"anchors": anchors, "days": days}

    rows = await billing.rows(
        "SELECT anchor, day, billing_date(anchor, day) AS found"
        " FROM unnest(CAST(:anchors AS date[])) anchor, unnest(CAST(:days AS date[])) day",
        **values,
    )

    assert len(rows) == 3_600
    assert [row for row in rows if row["found"] != billing_date(row["anchor"], row["day"])] == []


async def test_the_database_says_from_which_day_on_something_is_due_as_the_run_does(billing: BillingHarness) -> None:
    chance = Random(7)
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(1_200)]
    names = ("billed", "anchor", "first", "months", "until", "once")
    asked = [
        (chance.choice(["in_advance", "in_arrears"]), chance.choice(days), chance.choice(days),
         chance.choice([1, 3, 12]), chance.choice([None, chance.choice(days)]), chance.choice([True, False]))
        for _ in range(3_000)
    ]  # fmt: skip

    rows = await billing.rows(
        "SELECT due_from(billed, anchor, first, months, until, once) AS found FROM unnest(CAST(:billed AS text[]),"
        " CAST(:anchor AS date[]), CAST(:first AS date[]), CAST(:months AS integer[]), CAST(:until AS date[]),"
        " CAST(:once AS boolean[])) AS asked (billed, anchor, first, months, until, once)",
        **{name: list(values) for name, values in zip(names, zip(*asked, strict=True), strict=True)},
    )

    for (billed, anchor, first, months, until, once), row in zip(asked, rows, strict=True):
        price = Price("EUR", 100, 5 if once else 0, 1, months, billed)
        assert row["found"] == due_from(price, first, anchor, until, new=True)


@given(DAYS, DAYS, st.sampled_from([1, 3, 12]), st.booleans(), st.booleans(), st.none() | DAYS)
def test_something_is_due_from_the_day_that_is_said_and_not_before(
    anchor: date, first: date, months: int, in_arrears: bool, once: bool, ends_on: date | None
) -> None:
    price = Price("EUR", 10**6, 5 if once else 0, 1, months, "in_arrears" if in_arrears else "in_advance")

    said = due_from(price, first, anchor, ends_on, new=True)

    def due(day: date) -> bool:
        return bool(due_amounts(price, first, anchor, day, Decimal(19), new=True, ends_on=ends_on)[0])

    assert due(said) and not due(said - timedelta(days=1)) if said else not due(first + timedelta(days=4_000))


async def test_what_starts_on_a_billing_date_after_its_invoice_waits_for_the_next_one(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan(31_000)
    await billing.subscribed(customer, plan)
    await billing.run_jobs()

    await billing.subscribed(customer, plan)
    await billing.run_jobs()
    assert len(await billing.invoices(customer)) == 1
    await billing.day_by_day(31)

    assert [(str(i["issued_on"]), i["net_minor"]) for i in await billing.invoices(customer)] == [
        ("2027-01-10", 31_000),
        ("2027-02-10", 31_000 + 31_000 + 31_000),
    ]
    assert await billing.verify() == []


async def test_a_service_of_a_year_that_joins_a_group_of_months_is_billed_on_its_date(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(36_500, months=12))
    await billing.run_jobs()
    await billing.day_by_day(15)

    await billing.subscribed(customer, await billing.plan(31_000))
    await billing.run_jobs()
    [group] = await billing.rows("SELECT next_billing_on FROM bill_groups WHERE anchor_on IS NOT NULL")
    await billing.day_by_day(20)

    assert str(group["next_billing_on"]) == "2027-02-10"
    assert [(str(i["issued_on"]), i["net_minor"]) for i in await billing.invoices(customer)] == [
        ("2027-01-10", 36_500),
        ("2027-02-10", 16_000 + 31_000),
    ]
    assert await billing.verify() == []


async def test_a_clock_that_starts_late_is_billed_from_when_it_was_due(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan(31_000)
    await billing.subscribed(customer, plan)
    await billing.run_jobs()
    await billing.subscribed(customer, plan, delay_days=5)  # 15 January

    billing.move_to(datetime(2027, 2, 20, tzinfo=UTC))
    await jobs.issue_due_invoices(billing.job)  # the invoice of 10 February goes out before the clock is looked at
    await billing.run_jobs()
    billing.move_to(datetime(2027, 3, 10, tzinfo=UTC))
    await billing.run_jobs()

    lines = await billing.rows(
        "SELECT l.period_from, l.period_to FROM invoice_lines l JOIN subscriptions s ON s.id = l.subscription_id"
        " WHERE s.started_on = '2027-01-15' ORDER BY 1"
    )
    assert [(str(line["period_from"]), str(line["period_to"])) for line in lines] == [
        ("2027-01-15", "2027-02-09"),
        ("2027-02-10", "2027-03-09"),
        ("2027-03-10", "2027-04-09"),
    ]
    assert len(await billing.invoices(customer)) == 3
    assert await billing.verify() == []


@pytest.fixture
async def berlin(run: Callable[..., Awaitable[Running]]) -> BillingHarness:
    running = await run("billing", gateway_secret="only-for-tests", tax_percent=20, time_zone="Europe/Berlin")
    return await BillingHarness.open(running)


@pytest.mark.rule("D21")
async def test_nine_minutes_after_new_year_at_the_sellers_it_is_the_new_year(berlin: BillingHarness) -> None:
    berlin.move_to(NEW_YEAR)
    customer, plan = await berlin.customer(), await berlin.plan(31_000)

    await berlin.subscribed(customer, plan)
    await berlin.run_jobs()

    [invoice] = await berlin.invoices(customer)
    [line] = await berlin.rows("SELECT period_from, period_to FROM invoice_lines")
    assert (str(invoice["issued_on"]), invoice["number"]) == ("2028-01-01", "INV-2028-000001")
    assert str(invoice["due_on"]) == "2028-01-15"
    assert (str(line["period_from"]), str(line["period_to"])) == ("2028-01-01", "2028-01-31")
    [group] = (await (await berlin.admin(customer)).http.get("/api/billing/bill-groups")).json()
    assert group["next_billing_on"] == "2028-02-01"
    assert await berlin.verify() == []


async def test_a_billing_date_begins_at_the_sellers_midnight(berlin: BillingHarness) -> None:
    customer, plan = await berlin.customer(), await berlin.plan(31_000)
    berlin.move_to(datetime(2027, 12, 1, 12, tzinfo=UTC))
    await berlin.subscribed(customer, plan)
    await berlin.run_jobs()

    berlin.move_to(datetime(2027, 12, 31, 22, 59, tzinfo=UTC))
    await berlin.run_jobs()
    before = len(await berlin.invoices(customer))
    berlin.move_to(NEW_YEAR)
    await berlin.run_jobs()

    assert before == 1
    assert [i["number"] for i in await berlin.invoices(customer)] == ["INV-2027-000001", "INV-2028-000001"]


async def test_an_invoice_is_overdue_from_the_sellers_midnight_on(berlin: BillingHarness) -> None:
    berlin.move_to(datetime(2027, 12, 17, 12, tzinfo=UTC))
    customer, invoice = await berlin.invoiced()
    jonas = await berlin.admin(customer)

    async def overdue() -> Any:
        [listed] = (await jonas.http.get("/api/billing/invoices")).json()["items"]
        [group] = (await jonas.http.get("/api/billing/bill-groups")).json()
        return listed["overdue"], group["overdue_minor"]

    assert str(invoice["due_on"]) == "2027-12-31"
    berlin.move_to(NEW_YEAR - timedelta(minutes=10))
    before = await overdue()
    berlin.move_to(NEW_YEAR)

    assert (before, await overdue()) == ((False, 0), (True, 120_000))


async def test_a_pending_service_counts_for_the_billing_date_that_it_will_be_billed_on(berlin: BillingHarness) -> None:
    berlin.move_to(NEW_YEAR - timedelta(days=3))
    customer, plan = await berlin.customer(), await berlin.plan(31_000)

    await berlin.subscribed(customer, plan, delay_days=3)

    [group] = (await (await berlin.admin(customer)).http.get("/api/billing/bill-groups")).json()
    assert group["next_billing_on"] == "2028-01-01"


async def test_what_started_before_days_were_stored_keeps_its_day_and_its_set_up_fee(
    berlin: BillingHarness,
) -> None:
    berlin.move_to(NEW_YEAR)
    customer, plan = await berlin.customer(), await berlin.plan(31_000, one_off=5_000)
    await berlin.subscribed(customer, plan)
    async with berlin.running.database.owner.begin() as session:
        for statement in (
            "UPDATE subscriptions SET started_on = NULL, unbilled_from = '2027-12-31'",
            "UPDATE bill_groups SET anchor_on = '2027-12-31', next_billing_on = '2027-12-31'"
            " WHERE anchor_on IS NOT NULL",
        ):
            await session.execute(text(statement))

    await berlin.run_jobs()

    lines = await berlin.rows("SELECT kind, period_from FROM invoice_lines ORDER BY position")
    assert [(line["kind"], str(line["period_from"])) for line in lines] == [
        ("one_off", "2027-12-31"), ("recurring", "2027-12-31"),
    ]  # fmt: skip
    assert await berlin.verify() == []


async def test_a_charge_is_tried_again_and_told_of_on_days_of_the_seller(berlin: BillingHarness) -> None:
    berlin.move_to(datetime(2027, 1, 10, 23, 30, tzinfo=UTC))  # the 11th in Berlin
    customer, invoice, _ = await with_auto_pay(berlin, "insufficient_funds")
    for days in (14, 2, 5, 7, 7):
        berlin.move_to(berlin.now + timedelta(days=days, seconds=10))
        await work(berlin)

    failed = await berlin.events("payment_failed", customer)
    told = [event["next_try_on"] for event in failed]
    [staff] = await berlin.events("invoice_long_overdue", customer)
    assert str(invoice["due_on"]) == "2027-01-25"
    assert told == ["2027-01-27", "2027-02-01", "2027-02-08", "2027-02-15", None]
    assert staff["days_overdue"] == 21


async def test_a_card_ends_with_the_last_day_of_its_month_at_the_sellers(berlin: BillingHarness) -> None:
    _customer, invoice = await berlin.invoiced()
    jonas = await berlin.admin(invoice["workspace_id"])

    berlin.move_to(datetime(2027, 1, 31, 22, 30, tzinfo=UTC))
    await save_method(berlin, jonas, invoice, expires="soon")
    berlin.move_to(datetime(2027, 1, 31, 23, 30, tzinfo=UTC))  # February in Berlin
    await save_method(berlin, jonas, invoice, expires="soon")

    found = await berlin.rows("SELECT state, expires_on FROM payment_methods ORDER BY requested_at")
    assert [(row["state"], str(row["expires_on"])) for row in found] == [
        ("active", "2027-01-31"), ("expired", "2027-01-31"),
    ]  # fmt: skip
