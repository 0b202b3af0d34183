import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.billing import jobs
from services.billing.bill_groups.models import BillGroup
from services.billing.invoices.issuing import draft_invoice
from services.billing.invoices.models import InvoiceLine
from tests.billing.books import PROVIDER, Books

AMOUNTS = st.lists(st.tuples(st.integers(1, 10**10), st.integers(0, 10**9)), min_size=1, max_size=40)


@pytest.mark.rule("D20")
@given(AMOUNTS)
def test_an_invoice_sums_up_what_it_shows(amounts: list[tuple[int, int]]) -> None:
    lines = [InvoiceLine(net_minor=net, tax_minor=tax, currency="EUR") for net, tax in amounts]

    invoice = draft_invoice(BillGroup(currency="EUR"), lines)

    assert invoice.net_minor == sum(net for net, _ in amounts)
    assert invoice.total_minor == sum(net + tax for net, tax in amounts)
    assert [line.position for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.rule("D20", "D21")
async def test_the_first_invoice_comes_with_the_start_and_in_advance_for_the_month(books: Books) -> None:
    customer = await books.customer()

    await books.subscribed(customer, await books.plan(33_333, one_off=5_001), quantity=3)
    await books.run_jobs()

    [invoice] = await books.invoices(customer)
    lines = await books.rows("SELECT * FROM invoice_lines ORDER BY position")
    assert [(line["kind"], line["net_minor"], line["tax_minor"]) for line in lines] == [
        ("one_off", 15_003, 3_001),
        ("recurring", 99_999, 20_000),
    ]
    assert (invoice["total_minor"], invoice["number"], invoice["status"]) == (138_003, "INV-2027-000001", "open")
    assert (invoice["due_on"] - invoice["issued_on"]).days == 14
    [issued] = await books.events("invoice_issued", customer)
    assert (issued["number"], issued["total_minor"], issued["due_on"]) == ("INV-2027-000001", 138_003, "2027-01-24")
    assert issued["parent_workspace_id"] == str(PROVIDER)


async def test_an_invoice_can_be_followed_back_to_the_click_that_ordered(books: Books) -> None:
    customer, plan = await books.customer(), await books.plan()

    order = await books.subscribed(customer, plan, delay_days=15)
    await books.day_by_day(15)

    [issued] = await books.events("invoice_issued", customer)
    assert issued["correlation_id"] == str(order.correlation_id)
    assert issued["actor"] == {
        "kind": "system", "user_id": str(order.actor.user_id), "address": "tom@meridian.example", "via": "system",
    }  # fmt: skip


async def test_each_month_has_its_invoice_and_a_service_that_joins_later_shares_the_date(books: Books) -> None:
    customer = await books.customer()
    await books.subscribed(customer, await books.plan(31_000))
    await books.run_jobs()
    await books.day_by_day(15)

    await books.subscribed(customer, await books.plan(62_000))
    await books.run_jobs()
    await books.day_by_day(45)

    invoices = await books.invoices(customer)
    assert [(i["issued_on"].isoformat(), i["net_minor"]) for i in invoices] == [
        ("2027-01-10", 31_000),
        ("2027-01-25", 32_000),
        ("2027-02-10", 93_000),
        ("2027-03-10", 93_000),
    ]
    assert await books.verify() == []


async def test_a_worker_that_was_away_for_three_months_bills_each_of_them_once(books: Books) -> None:
    customer = await books.customer()
    await books.subscribed(customer, await books.plan(1_000))

    books.move_to(datetime(2027, 3, 20, tzinfo=UTC))
    await books.run_jobs()
    await books.run_jobs()

    lines = await books.rows("SELECT period_from FROM invoice_lines ORDER BY period_from")
    assert [str(line["period_from"]) for line in lines] == ["2027-01-10", "2027-02-10", "2027-03-10"]
    assert {str(i["issued_on"]) for i in await books.invoices(customer)} == {"2027-03-20"}


async def test_what_costs_nothing_gets_no_invoice(books: Books) -> None:
    customer = await books.customer()

    await books.subscribed(customer, await books.plan(0))
    await books.run_jobs()

    assert await books.invoices(customer) == []
    assert await books.rows("SELECT next_billing_on FROM bill_groups WHERE next_billing_on > '2027-02-01'")


@pytest.mark.rule("D21")
async def test_200_invoices_issued_at_once_by_three_workers_have_gapless_numbers(books: Books) -> None:
    plan = await books.plan(1_000)
    for _ in range(200):
        await books.subscribed(await books.customer(), plan)

    async def worker() -> None:
        while await jobs.issue_due_invoices(books.job):
            pass

    await asyncio.gather(worker(), worker(), worker())

    numbers = await books.rows("SELECT sequence FROM invoices ORDER BY sequence")
    assert [row["sequence"] for row in numbers] == list(range(1, 201))
    assert len(await books.rows("SELECT DISTINCT workspace_id FROM invoices")) == 200
    assert await books.verify() == []


@pytest.mark.rule("D21")
async def test_a_group_that_cannot_be_billed_leaves_no_gap_and_holds_up_no_other(books: Books) -> None:
    plan = await books.plan(1_000)
    broken, whole = await books.customer(), await books.customer()
    for customer in (broken, whole):
        await books.subscribed(customer, plan)
    async with books.running.database.owner.begin() as session:
        await session.execute(
            text("UPDATE bill_groups SET terms_days = 2000000000 WHERE workspace_id = :w"), {"w": broken}
        )
        await session.execute(
            text("UPDATE bill_groups SET next_billing_on = '2027-01-01' WHERE workspace_id = :w"), {"w": broken}
        )

    await jobs.issue_due_invoices(books.job)

    [invoice] = await books.invoices(whole)
    assert invoice["sequence"] == 1
    assert await books.invoices(broken) == []


@pytest.mark.rule("D21")
async def test_each_year_has_its_own_series(books: Books) -> None:
    customer, plan = await books.customer(), await books.plan()
    books.move_to(datetime(2027, 12, 31, 12, tzinfo=UTC))
    await books.subscribed(customer, plan)
    await books.run_jobs()

    await books.day_by_day(1)
    await books.subscribed(customer, plan)
    await books.run_jobs()

    assert [i["number"] for i in await books.invoices(customer)] == ["INV-2027-000001", "INV-2028-000001"]


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
async def test_an_issued_invoice_cannot_be_changed_even_by_the_owner(books: Books, change: str) -> None:
    await books.invoiced()

    with pytest.raises(DBAPIError, match="cannot change"):
        async with books.running.database.owner.begin() as session:
            await session.execute(text(change))


@pytest.mark.rule("D21")
async def test_an_invoice_keeps_the_buyer_as_they_were(books: Books) -> None:
    customer, _invoice = await books.invoiced()
    renamed = books.workspace(customer, name="Northwind Group").model_copy(update={"subject_version": 2})

    await books.hear(renamed)
    books.move_to(books.now + timedelta(days=31))
    await books.run_jobs()

    before, after = await books.invoices(customer)
    assert (before["buyer"]["name"], after["buyer"]["name"]) == ("Northwind Logistics", "Northwind Group")
    assert before["seller"]["name"] == "Larkspur Cloud"


async def test_verify_finds_what_was_tampered_with(books: Books) -> None:
    await books.invoiced()
    async with books.running.database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE invoices SET net_minor = net_minor + 5, total_minor = total_minor + 5"))
        await session.execute(text("UPDATE number_series SET last_number = 2"))
        await session.execute(text("UPDATE mrr SET amounts = '{\"EUR\": 1}'"))
        await session.execute(text("UPDATE subscriptions SET billing_started_at = '2027-02-01'"))
        await session.execute(text("UPDATE invoices SET status = 'paid'"))

    found = " ".join(await books.verify())

    for words in ("does not add up", "gap or a double", "MRR", "not provisioned", "More, or less, was paid"):
        assert words in found
