"""The estimate of the next invoice is what the next billing run issues."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.billing import jobs
from tests.billing.harness import PROVIDER, TODAY, BillingHarness
from tests.harness.services import Caller, Running

ORDERS = st.lists(
    st.tuples(
        st.integers(0, 45 * 24),  # hours after the first
        st.sampled_from([0, 0, 1, 15, 40]),  # the product's billing delay, in days
        st.sampled_from([(31_000, 0, 1), (9_999, 501, 1), (365_000, 0, 12), (0, 700, 1), (1, 0, 3), (0, 0, 1)]),
        st.integers(1, 7),  # quantity
        st.sampled_from(["in_advance", "in_arrears"]),
    ),
    min_size=1,
    max_size=5,
)
_NEXT = """
SELECT g.next_billing_on, (SELECT min(billing_starts_at) FROM subscriptions s
                           WHERE s.bill_group_id = g.bill_group_id AND s.clock = 'pending') AS starts_at
FROM bill_groups g WHERE g.bill_group_id = :group
"""
_COPIES = """
INSERT INTO subscriptions SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
    'service_id', gen_random_uuid()))).* FROM subscriptions s, generate_series(1, :many) WHERE s.workspace_id = :w
"""


async def next_invoice(caller: Caller, group: object) -> dict[str, Any]:
    answer = await caller.http.get(f"/api/billing/next-invoices/{group}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def group_of(billing: BillingHarness, customer: UUID) -> UUID:
    [row] = await billing.rows("SELECT bill_group_id FROM bill_groups WHERE workspace_id = :w", w=customer)
    found: UUID = row["bill_group_id"]
    return found


async def live_until(billing: BillingHarness, group: UUID, end: datetime, zone: str) -> None:
    """Let time pass, with the jobs running as soon as something is due, as they do each second."""
    while True:
        [row] = await billing.rows(_NEXT, group=group)
        moments = [row["starts_at"]] if row["starts_at"] else []
        if row["next_billing_on"]:
            moments.append(datetime.combine(row["next_billing_on"], time(), ZoneInfo(zone)))
        moment = min((max(each, billing.now) for each in moments), default=end)
        if moment >= end:
            break
        billing.move_to(moment + timedelta(milliseconds=1))
        while await jobs.start_due_billing(billing.job) + await jobs.issue_due_invoices(billing.job):
            pass
    billing.move_to(max(billing.now, end))


@pytest.mark.rule("O4", "O11")
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
async def test_the_next_invoice_has_exactly_the_estimated_total(
    run: Callable[..., Awaitable[Running]], zone: str
) -> None:
    secret = {"gateway_secret": "only-for-tests", "tax_percent": "19.25", "time_zone": zone}
    billing = await BillingHarness.open(await run("billing", **secret))
    loop = asyncio.get_running_loop()

    @settings(max_examples=8, deadline=None, derandomize=True, database=None)
    @given(ORDERS, st.integers(0, 40), st.integers(0, 50 * 24))
    def check(orders: list[Any], begin: int, later: int) -> None:
        billing.move_to(TODAY + timedelta(days=begin))
        asyncio.run_coroutine_threadsafe(_check(billing, zone, orders, later), loop).result(120)

    await asyncio.to_thread(check)


async def _check(billing: BillingHarness, zone: str, orders: list[Any], later: int) -> None:
    customer, first = await billing.customer(), billing.now
    group, admin = await group_of(billing, customer), await billing.admin(customer)
    for hours, delay, (recurring, once, months), quantity, billed in sorted(orders):
        await live_until(billing, group, first + timedelta(hours=hours), zone)
        plan = await billing.plan(recurring, one_off=once, months=months, billed=billed)
        await billing.subscribed(customer, plan, quantity=quantity, delay_days=delay)
    await live_until(billing, group, max(billing.now, first + timedelta(hours=later)), zone)

    told = await next_invoice(admin, group)
    on = date.fromisoformat(told["billing_on"])
    known = {row["id"] for row in await billing.invoices(customer)}
    await live_until(billing, group, max(billing.now, datetime.combine(on, time(23, 59), ZoneInfo(zone))), zone)

    issued = [row for row in await billing.invoices(customer) if row["id"] not in known][:1]
    lines = await billing.rows(
        "SELECT description, quantity, period_from, period_to, net_minor, tax_minor FROM invoice_lines"
        " WHERE invoice_id = ANY(:ids) ORDER BY position",
        ids=[row["id"] for row in issued],
    )
    assert told["estimated_minor"] == sum(row["total_minor"] for row in issued)
    assert told["net_minor"] + sum(tax["tax_minor"] for tax in told["taxes"]) == told["estimated_minor"]
    assert {row["issued_on"] for row in issued} <= {max(on, billing.job.settings.day_of(first))}
    shown = [{name: str(line[name]) for name in lines[0]} for line in told["lines"]] if lines else told["lines"]
    assert shown == [{name: str(value) for name, value in line.items()} for line in lines]
    assert told["line_count"] == len(lines)


@pytest.mark.rule("O4", "O11")
async def test_before_anything_is_billed_there_is_no_estimate_and_then_the_date_is_the_summarys(
    billing: BillingHarness,
) -> None:
    customer = await billing.customer()
    admin, group = await billing.admin(customer), await group_of(billing, customer)
    nothing = await next_invoice(admin, group)
    await billing.subscribed(customer, await billing.plan(10_000, one_off=5_000), delay_days=15)

    [summary] = (await admin.http.get("/api/billing/bill-groups")).json()
    told = await next_invoice(admin, group)

    assert (nothing["billing_on"], nothing["estimated_minor"], nothing["lines"]) == (None, None, [])
    assert told["billing_on"] == summary["next_billing_on"] == "2027-01-25"
    assert (told["net_minor"], told["estimated_minor"]) == (15_000, 18_000)
    assert told["taxes"] == [{"tax_percent": "20", "tax_minor": 3_000}]
    assert [(line["kind"], line["net_minor"]) for line in told["lines"]] == [("one_off", 5_000), ("recurring", 10_000)]


@pytest.mark.rule("O4")
async def test_the_first_hundred_lines_are_shown_and_all_are_added_up(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced(1_000)
    await copy_subscriptions(billing, customer, 149)

    told = await next_invoice(await billing.admin(customer), invoice["bill_group_id"])

    assert (len(told["lines"]), told["line_count"], told["estimated_minor"]) == (100, 150, 150 * 1_200)


@pytest.mark.rule("O4")
async def test_a_group_with_more_than_a_request_can_add_up_has_a_date_and_no_estimate(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced(1_000)
    await copy_subscriptions(billing, customer, 2_499)
    admin = await billing.admin(customer)

    most = await next_invoice(admin, invoice["bill_group_id"])
    await copy_subscriptions(billing, customer, 1)
    more = await next_invoice(admin, invoice["bill_group_id"])

    assert most["estimated_minor"] == 2_500 * 1_200
    assert (more["billing_on"], more["estimated_minor"], more["line_count"]) == ("2027-02-10", None, 0)


async def copy_subscriptions(billing: BillingHarness, customer: UUID, many: int) -> None:
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(_COPIES), {"w": customer, "many": many})


@pytest.mark.rule("O4")
async def test_an_invoice_that_would_not_be_issued_is_not_promised(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced(1_000)
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE subscriptions SET recurring_minor = 9000000000000000"))

    told = await next_invoice(await billing.admin(customer), invoice["bill_group_id"])

    assert (told["billing_on"], told["estimated_minor"], told["lines"]) == ("2027-02-10", None, [])


@pytest.mark.rule("O4", "O29")
async def test_only_the_groups_own_people_and_the_sellers_staff_see_it(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced(1_000)
    group, second = invoice["bill_group_id"], await billing.bill_group(customer, "EUR")
    running, parent = billing.running, {"parent_workspace_id": PROVIDER}
    visitor = await running.caller("billing", workspace_id=customer, bill_group_id=second, **parent)
    support = await running.caller("support", workspace_id=customer, **parent)
    other = await billing.admin(await billing.customer())
    selling = await running.caller("support", workspace_id=PROVIDER, kind="provider")

    mine, of_seller = f"/api/billing/next-invoices/{group}", f"/api/billing/customers/{customer}/bill-groups/{group}"
    statuses = [(await each.http.get(mine)).status_code for each in (visitor, support, other, selling)]
    own = await visitor.http.get(f"/api/billing/next-invoices/{second}")
    by_staff = (await billing.provider.http.get(f"{of_seller}/next-invoice")).json()
    by_support = await selling.http.get(f"{of_seller}/next-invoice")
    nobodys = await billing.provider.http.get(f"/api/billing/customers/{uuid4()}/bill-groups/{group}/next-invoice")

    assert statuses == [404, 403, 404, 403]
    assert own.json()["estimated_minor"] is None
    assert (by_staff["billing_on"], by_staff["estimated_minor"]) == ("2027-02-10", 1_200)
    assert (by_support.status_code, nobodys.status_code) == (403, 404)


async def test_a_group_whose_workspace_is_not_known_yet_has_no_next_date(billing: BillingHarness) -> None:
    """The run leaves such a group out, and its page is no error."""
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan())
    group, jonas = await group_of(billing, customer), await billing.admin(customer)
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("DELETE FROM workspace_copies WHERE id = :w"), {"w": customer})

    found = await next_invoice(jonas, group)

    assert (found["billing_on"], found["estimated_minor"], found["lines"]) == (None, None, [])
    assert (await jonas.http.get(f"/api/billing/next-invoices/{uuid4()}")).status_code == 404
