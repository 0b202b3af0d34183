import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.billing import jobs
from tests.billing.harness import PROVIDER, BillingHarness


@pytest.mark.rule("D20", "D21")
async def test_the_first_invoice_comes_with_the_start_and_in_advance_for_the_month(billing: BillingHarness) -> None:
    customer = await billing.customer()

    await billing.subscribed(customer, await billing.plan(33_333, one_off=5_001), quantity=3)
    await billing.run_jobs()

    [invoice] = await billing.invoices(customer)
    lines = await billing.rows("SELECT * FROM invoice_lines ORDER BY position")
    assert [(line["kind"], line["net_minor"], line["tax_minor"]) for line in lines] == [
        ("one_off", 15_003, 3_001),
        ("recurring", 99_999, 20_000),
    ]
    assert (invoice["total_minor"], invoice["number"], invoice["status"]) == (138_003, "INV-2027-000001", "open")
    assert (invoice["due_on"] - invoice["issued_on"]).days == 14
    [issued] = await billing.events("invoice_issued", customer)
    assert (issued["number"], issued["total_minor"], issued["due_on"]) == ("INV-2027-000001", 138_003, "2027-01-24")
    assert issued["parent_workspace_id"] == str(PROVIDER)


async def test_an_invoice_can_be_traced_back_to_the_request_that_ordered(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()

    order = await billing.subscribed(customer, plan, delay_days=15)
    await billing.day_by_day(15)

    [issued] = await billing.events("invoice_issued", customer)
    assert issued["correlation_id"] == str(order.correlation_id)
    assert issued["actor"] == {
        "kind": "system", "user_id": str(order.actor.user_id), "address": "tom@meridian.example", "via": "system",
        "session_id": None,
    }  # fmt: skip


async def test_each_month_has_one_invoice_and_a_service_that_joins_later_waits_for_it(
    billing: BillingHarness,
) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(31_000))
    await billing.run_jobs()
    await billing.day_by_day(15)

    await billing.subscribed(customer, await billing.plan(62_000))
    await billing.run_jobs()
    await billing.day_by_day(45)

    invoices = await billing.invoices(customer)
    assert [(i["issued_on"].isoformat(), i["net_minor"]) for i in invoices] == [
        ("2027-01-10", 31_000),
        ("2027-02-10", 32_000 + 93_000),
        ("2027-03-10", 93_000),
    ]
    assert await billing.verify() == []


async def test_a_worker_that_was_away_for_three_months_bills_each_of_them_once(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(1_000))

    billing.move_to(datetime(2027, 3, 20, tzinfo=UTC))
    await billing.run_jobs()
    await billing.run_jobs()

    lines = await billing.rows("SELECT period_from FROM invoice_lines ORDER BY period_from")
    assert [str(line["period_from"]) for line in lines] == ["2027-01-10", "2027-02-10", "2027-03-10"]
    assert {str(i["issued_on"]) for i in await billing.invoices(customer)} == {"2027-03-20"}


async def test_what_costs_nothing_gets_no_invoice(billing: BillingHarness) -> None:
    customer = await billing.customer()

    await billing.subscribed(customer, await billing.plan(0))
    await billing.run_jobs()

    assert await billing.invoices(customer) == []
    assert await billing.rows("SELECT next_billing_on FROM bill_groups WHERE next_billing_on > '2027-02-01'")


@pytest.mark.rule("D21")
async def test_200_invoices_issued_at_once_by_three_workers_have_gapless_numbers(billing: BillingHarness) -> None:
    plan = await billing.plan(1_000)
    for _ in range(200):
        await billing.subscribed(await billing.customer(), plan)

    async def worker() -> None:
        while await jobs.issue_due_invoices(billing.job):
            pass

    await asyncio.gather(worker(), worker(), worker())

    numbers = await billing.rows("SELECT sequence FROM invoices ORDER BY sequence")
    assert [row["sequence"] for row in numbers] == list(range(1, 201))
    assert len(await billing.rows("SELECT DISTINCT workspace_id FROM invoices")) == 200
    assert await billing.verify() == []


@pytest.mark.rule("D21")
async def test_a_group_that_cannot_be_billed_leaves_no_gap_and_holds_up_no_other(billing: BillingHarness) -> None:
    plan = await billing.plan(1_000)
    broken, whole = await billing.customer(), await billing.customer()
    for customer in (broken, whole):
        await billing.subscribed(customer, plan)
    async with billing.running.database.owner.begin() as session:
        await session.execute(
            text("UPDATE bill_groups SET terms_days = 2000000000 WHERE workspace_id = :w"), {"w": broken}
        )

    await jobs.issue_due_invoices(billing.job)

    [invoice] = await billing.invoices(whole)
    assert invoice["sequence"] == 1
    assert await billing.invoices(broken) == []
    [parked] = await billing.rows("SELECT * FROM parked_groups")
    assert (parked["workspace_id"], parked["reason"], parked["detail"]) == (broken, "failed", "OverflowError")
    assert await jobs.issue_due_invoices(billing.job) == 0, "it waits for staff, and is not tried again and again"


@pytest.mark.rule("D21")
async def test_each_year_has_its_own_series(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()
    billing.move_to(datetime(2027, 12, 31, 12, tzinfo=UTC))
    await billing.subscribed(customer, plan)
    await billing.run_jobs()

    billing.move_to(datetime(2028, 1, 31, 12, tzinfo=UTC))
    await billing.run_jobs()

    assert [i["number"] for i in await billing.invoices(customer)] == ["INV-2027-000001", "INV-2028-000001"]


@pytest.mark.rule("D21")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE invoices SET total_minor = 1, net_minor = 1, tax_minor = 0",
        "UPDATE invoices SET buyer = '{}', version = version + 1",
        "UPDATE invoices SET number = 'INV-1', version = version + 1",
        "UPDATE invoices SET status = 'draft', version = version + 1",
        "DELETE FROM invoices",
        "UPDATE invoice_lines SET net_minor = 1",
        "DELETE FROM invoice_lines",
        "INSERT INTO invoice_lines SELECT (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(),"
        " 'period_from', '2030-01-01'))).* FROM invoice_lines l",
    ],
)
async def test_an_issued_invoice_cannot_be_changed_even_by_the_owner(billing: BillingHarness, change: str) -> None:
    await billing.invoiced()

    with pytest.raises(DBAPIError, match="cannot change"):
        async with billing.running.database.owner.begin() as session:
            await session.execute(text(change))


@pytest.mark.rule("D21")
async def test_an_invoice_keeps_the_buyer_as_they_were(billing: BillingHarness) -> None:
    customer, _invoice = await billing.invoiced()
    renamed = billing.workspace(customer, name="Northwind Group").model_copy(update={"subject_version": 2})

    await billing.hear(renamed)
    billing.move_to(billing.now + timedelta(days=31))
    await billing.run_jobs()

    before, after = await billing.invoices(customer)
    assert (before["buyer"]["name"], after["buyer"]["name"]) == ("Northwind Logistics", "Northwind Group")
    assert before["seller"]["name"] == "Larkspur Cloud"


async def test_verify_finds_tampered_data(billing: BillingHarness) -> None:
    await billing.invoiced()
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE invoices SET net_minor = net_minor + 5, total_minor = total_minor + 5"))
        await session.execute(text("UPDATE number_series SET last_number = 2"))
        await session.execute(text("UPDATE mrr SET amounts = '{\"EUR\": 1}'"))
        await session.execute(text("UPDATE subscriptions SET started_on = '2027-02-01'"))
        await session.execute(text("UPDATE invoices SET status = 'paid', paid_minor = total_minor"))
        await session.execute(text("UPDATE open_amounts SET minor = minor + 1"))
        await session.execute(text("UPDATE spend SET minor = minor + 1"))
        await session.execute(text("UPDATE bill_groups SET next_billing_on = '2027-03-01'"))

    found = " ".join(await billing.verify())

    for words in ("does not add up", "gap or a double", "MRR", "not provisioned", "More, or less, was paid",
                  "open amount", "spend of a month", "next date of a bill group", "sees of an invoice"):  # fmt: skip
        assert words in found
