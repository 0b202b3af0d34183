"""A preview of the billing run says what the run then does, and changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.billing import jobs
from tests.billing.harness import PROVIDER, BillingHarness
from tests.billing.test_next_invoices import copy_subscriptions, group_of

PREVIEW = "/api/billing/billing-runs/preview"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
BROKEN = (
    ("too_much", "UPDATE subscriptions SET recurring_minor = 9000000000000000"),
    ("billed_before", "UPDATE subscriptions SET unbilled_from = '2027-01-10', started_on = '2026-12-01'"),
)


async def preview(billing: BillingHarness, **query: Any) -> dict[str, Any]:
    answer = await billing.provider.http.get(PREVIEW, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def contents(billing: BillingHarness) -> dict[str, Any]:
    """A digest of all rows of each table."""
    found = {}
    async with billing.running.database.owner() as session:
        for table in list(await session.scalars(text(TABLES))):
            digest = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
            found[table] = await session.scalar(text(digest))
    return found


async def damage(billing: BillingHarness, customer: UUID, statement: str) -> None:
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(f"{statement} WHERE workspace_id = :w"), {"w": customer})
        due = "UPDATE bill_groups SET next_billing_on = '2027-02-10' WHERE workspace_id = :w"
        await session.execute(text(due), {"w": customer})


async def customers_of_all_kinds(billing: BillingHarness) -> dict[str, UUID]:
    """Billed since 10 January: with a second service, free of charge, billed by year, in dollars, two that are wrong,
    one that was left out already, and two whose billing has not started."""
    made = {name: (await billing.invoiced(plan, one_off=700))[0] for name, plan in (
        ("two", 31_000), *((reason, 5_000) for reason, _ in BROKEN), ("parked", 5_000))}  # fmt: skip
    made |= {name: await billing.customer() for name in ("free", "yearly", "dollars", "soon", "later")}
    await billing.subscribed(made["free"], await billing.plan(0))
    await billing.subscribed(made["yearly"], await billing.plan(365_000, months=12))
    dollars = await billing.bill_group(made["dollars"], "USD")
    await billing.subscribed(made["dollars"], await billing.plan(4_400, currency="USD"), bill_group_id=dollars)
    await billing.run_jobs()
    billing.move_to(billing.now + timedelta(days=5))
    await billing.subscribed(made["two"], await billing.plan(62_000, one_off=500), delay_days=12, quantity=3)
    await billing.subscribed(made["yearly"], await billing.plan(9_000), delay_days=10)
    await billing.subscribed(made["soon"], await billing.plan(1_000), delay_days=11)
    await billing.subscribed(made["later"], await billing.plan(1_000), delay_days=40)
    for reason, statement in BROKEN:
        await damage(billing, made[reason], statement)
    async with billing.running.database.owner.begin() as session:
        park = (
            "INSERT INTO parked_groups (bill_group_id, workspace_id, billing_on, reason, detail, parked_at)"
            " SELECT bill_group_id, workspace_id, next_billing_on, 'sums', '', now() FROM bill_groups"
            " WHERE workspace_id = :w"
        )
        await session.execute(text(park), {"w": made["parked"]})
    return made


@pytest.mark.rule("D20", "D21")
async def test_a_run_does_what_its_preview_said_and_the_preview_changed_nothing(billing: BillingHarness) -> None:
    made = await customers_of_all_kinds(billing)
    numbers = len(await billing.rows("SELECT id FROM invoices"))
    before = await contents(billing)

    ahead = await preview(billing, until="2027-02-10")
    assert await contents(billing) == before, "nothing is written"
    billing.move_to(datetime(2027, 1, 26, 9, 30, tzinfo=UTC))
    await _work(billing)
    billing.move_to(datetime(2027, 2, 10, tzinfo=UTC))
    await _start(billing)
    before = await contents(billing)
    today = await preview(billing)
    assert await contents(billing) == before, "nothing is written"
    await _work(billing)

    names = {str(id_): name for name, id_ in made.items()}
    outcomes = {names[item["workspace_id"]]: item["outcome"] for item in ahead["items"]}
    assert outcomes == {"two": "invoice", "yearly": "invoice", "dollars": "invoice", "soon": "invoice",
                        "free": "nothing_to_pay", "too_much": "left_out", "billed_before": "left_out"}  # fmt: skip
    issued = await billing.rows(
        "SELECT i.bill_group_id::text AS id, i.total_minor, i.currency, i.issued_on::text,"
        " (SELECT count(*) FROM invoice_lines l WHERE l.invoice_id = i.id) AS lines FROM invoices i ORDER BY number"
    )
    parked = await billing.rows("SELECT bill_group_id::text AS id, billing_on::text, reason FROM parked_groups")
    for shown, since in ((ahead, issued[numbers:]), (today, issued[numbers + 1 :])):
        assert _of(shown, "invoice", "id", "billing_on", "currency", "total_minor", "lines") == {
            (row["id"], row["issued_on"], row["currency"], row["total_minor"], row["lines"]) for row in since
        }
        assert _of(shown, "left_out", "id", "billing_on", "reason") == {
            (row["id"], row["billing_on"], row["reason"]) for row in parked if row["reason"] != "sums"
        }
        assert {each["currency"]: each["total_minor"] for each in shown["totals"]} == {
            currency: sum(row["total_minor"] for row in since if row["currency"] == currency)
            for currency in ("EUR", "USD")
        }
    assert await billing.verify() != [], "two of the customers are damaged"


async def _start(billing: BillingHarness) -> None:
    while await jobs.start_due_billing(billing.job):
        pass


async def _work(billing: BillingHarness) -> None:
    await _start(billing)
    while await jobs.issue_due_invoices(billing.job):
        pass


def _of(shown: dict[str, Any], outcome: str, *names: str) -> set[tuple[Any, ...]]:
    return {tuple(item[name] for name in names) for item in shown["items"] if item["outcome"] == outcome}


async def test_a_preview_takes_no_lock_and_waits_for_none(billing: BillingHarness) -> None:
    _, invoice = await billing.invoiced(1_000)
    billing.move_to(billing.now + timedelta(days=31))

    async with billing.running.database.owner.begin() as session:
        await session.execute(text("SELECT 1 FROM bill_groups FOR UPDATE"))
        await session.execute(text("SELECT 1 FROM subscriptions FOR UPDATE"))
        [item] = (await preview(billing))["items"]

    assert (item["id"], item["total_minor"], item["customer_name"]) == (
        str(invoice["bill_group_id"]), 1_200, "Northwind Logistics")  # fmt: skip


async def test_pages_follow_each_other_in_the_order_of_the_run(billing: BillingHarness) -> None:
    plan = await billing.plan(1_000)
    for days in (0, 3, 0, 5, 3):
        customer = await billing.customer()
        await billing.subscribed(customer, plan, delay_days=days)

    pages = [await preview(billing, until="2027-01-15", limit=2)]
    while pages[-1]["next"]:
        pages.append(await preview(billing, until="2027-01-15", limit=2, cursor=pages[-1]["next"]))

    keys = [(item["billing_on"], item["id"]) for page in pages for item in page["items"]]
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert keys == sorted(keys)
    assert len(set(keys)) == 5
    assert [page["totals"][0]["total_minor"] for page in pages] == [2_400, 2_400, 1_200]
    assert len((await preview(billing))["items"]) == 2


async def test_a_group_with_more_subscriptions_than_are_added_up_says_so(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced(1_000)
    await copy_subscriptions(billing, customer, 2_500)

    [item] = (await preview(billing, until="2027-02-10"))["items"]

    assert (item["outcome"], item["total_minor"], item["lines"]) == ("not_estimated", None, 0)


@pytest.mark.parametrize("until", ["2027-01-09", "2027-03-14", "soon", "2027-13-01"])
async def test_a_day_that_has_passed_or_is_too_far_ahead_is_refused(billing: BillingHarness, until: str) -> None:
    answer = await billing.provider.http.get(PREVIEW, params={"until": until})
    last = await billing.provider.http.get(PREVIEW, params={"until": "2027-03-13"})

    assert (answer.status_code, last.status_code) == (422, 200)
    assert answer.json()["errors"][0]["pointer"] == "/until"


async def test_nobody_but_the_providers_staff_sees_a_preview(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced(1_000)
    support = await billing.running.caller("support", workspace_id=PROVIDER, kind="provider")

    for caller in (await billing.admin(customer), support):
        assert (await caller.http.get(PREVIEW, params={"until": "2027-02-10"})).status_code == 403
    groups = "SELECT count(*) FROM groups_to_bill('2027-02-10', 'UTC', '2000-01-01', gen_random_uuid(), 10)"
    for workspace_id, seen in ((customer, 0), (PROVIDER, 1)):
        async with billing.running.database.api.begin() as session:
            await session.execute(text("SELECT set_config('portico.workspace', :w, true)"), {"w": str(workspace_id)})
            assert await session.scalar(text(groups)) == seen, "the database asks, too"
    assert await group_of(billing, customer) == invoice["bill_group_id"]
