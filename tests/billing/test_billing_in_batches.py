"""Groups are billed in batches. A simple model bills them one by one, and both come to the same invoices."""

import asyncio
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing import jobs
from services.billing.billing_runs import due, service
from services.billing.billing_runs.service import BillingRun
from tests.billing.harness import BillingHarness

STARTS = st.lists(
    st.tuples(
        st.integers(0, 3),  # which customer
        st.integers(0, 40),  # days after the first
        st.sampled_from([(31_000, 0, 1), (9_999, 500, 1), (365_000, 0, 12), (0, 700, 1), (1, 0, 3)]),
        st.integers(1, 5),  # quantity
    ),
    min_size=1,
    max_size=7,
)


@dataclass
class Modelled:
    """A subscription of the model."""

    started: date
    recurring: int
    once: int
    months: int


def after(anchor: date, months: int) -> date:
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def invoices_of(subscriptions: list[Modelled], until: date) -> dict[date, tuple[int, int, int]]:
    """Net, tax and number of lines of each invoice, by its billing date: month by month, day by day."""
    anchor, found = min(each.started for each in subscriptions), dict[date, tuple[int, int, int]]()
    billed = {id(each): each.started for each in subscriptions}
    for cycle in range(100):
        day = after(anchor, cycle)
        if day > until:
            break
        nets = []
        for each in subscriptions:
            if each.started > day or (cycle and each.started == day):  # the run of that date is over by then
                continue
            if billed[id(each)] == each.started and each.once:
                nets.append(each.once)
            while billed[id(each)] <= day:
                first = billed[id(each)]
                n = next(n for n in range(200) if after(anchor, n) > first)
                if after(anchor, n - 1) == first:
                    end, whole = after(anchor, n - 1 + each.months), 1
                    share = Fraction(1)
                else:
                    end = after(anchor, n)
                    whole = (end - after(anchor, n - each.months)).days
                    share = Fraction((end - first).days, whole)
                nets.append(half_up(each.recurring * share))
                billed[id(each)] = end
        nets = [net for net in nets if net]
        if nets:
            found[day] = (sum(nets), sum(half_up(Fraction(net, 5)) for net in nets), len(nets))
    return found


@pytest.mark.rule("D20", "D21")
async def test_batches_come_to_the_invoices_of_a_model_that_bills_one_by_one(billing: BillingHarness) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=8, deadline=None)
    @given(STARTS)
    @example([(0, 0, (0, 700, 1), 1)])  # the next begins on 14 February, and its third on a billing date
    @example([(1, 0, (0, 700, 1), 1), (1, 13, (0, 700, 1), 1), (1, 28, (365_000, 0, 12), 4)])
    def check(starts: list[Any]) -> None:
        asyncio.run_coroutine_threadsafe(_check(billing, starts), loop).result(120)

    await asyncio.to_thread(check)


async def _check(billing: BillingHarness, starts: list[Any]) -> None:
    first = billing.now
    customers, model = dict[int, UUID](), dict[int, list[Modelled]]()
    for who, later, (recurring, once, months), quantity in sorted(starts, key=lambda start: start[1]):
        customers.setdefault(who, await billing.customer())
        if billing.now != first + timedelta(days=later):
            billing.move_to(first + timedelta(days=later))
            await billing.run_jobs()
        plan = await billing.plan(recurring, one_off=once, months=months)
        await billing.subscribed(customers[who], plan, quantity=quantity)
        model.setdefault(who, []).append(Modelled(billing.now.date(), recurring * quantity, once * quantity, months))
    await billing.run_jobs()
    billing.move_to(billing.now + timedelta(days=35))
    await billing.run_jobs()

    for who, customer in customers.items():
        rows = await billing.rows(
            "SELECT net_minor, tax_minor, (SELECT count(*) FROM invoice_lines WHERE invoice_id = i.id) AS n"
            " FROM invoices i WHERE workspace_id = :w ORDER BY number",
            w=customer,
        )
        issued = [(row["net_minor"], row["tax_minor"], row["n"]) for row in rows]
        assert issued == list(invoices_of(model[who], billing.now.date()).values()), "one invoice per billing date"
    assert await billing.verify() == []


async def test_a_batch_is_a_few_statements_however_many_groups_it_has(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for customers in (2, 30):
        plan = await billing.plan(1_000)
        for _ in range(customers):
            await billing.subscribed(await billing.customer(), plan)
        ran, real = [0], service.run_sql

        async def counting(*args: Any, ran: list[int] = ran, real: Any = real) -> Any:
            ran[0] += 1
            return await real(*args)

        for module in ("billing_runs.due", "billing_runs.service", "invoices.issuing", "invoices.sending"):
            monkeypatch.setattr(f"services.billing.{module}.run_sql", counting)
        assert await jobs.issue_due_invoices(billing.job) == customers
        counts.append(ran[0])
        monkeypatch.undo()

    assert counts[0] == counts[1] <= 12


@pytest.mark.rule("D21")
async def test_batches_of_one_and_of_many_take_the_same_numbers(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "SUBSCRIPTIONS_AT_ONCE", 2)  # a group with more is a batch of its own
    plan = await billing.plan(1_000)
    for count in (3, 1, 1, 1, 4):
        customer = await billing.customer()
        for _ in range(count):
            await billing.subscribed(customer, plan)

    await billing.run_jobs()

    rows = await billing.rows("SELECT sequence FROM invoices ORDER BY 1")
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4, 5]
    assert await billing.verify() == []


@pytest.mark.rule("D21")
@pytest.mark.parametrize("step", ["_store", "_take_numbers", "emit_all", "ask_for_documents"])
async def test_a_worker_that_is_lost_at_any_step_leaves_nothing_behind(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    plan = await billing.plan(1_000)
    customers = [await billing.customer() for _ in range(12)]
    for customer in customers:
        await billing.subscribed(customer, plan)
    real = getattr(__import__("services.billing.invoices.issuing", fromlist=["x"]), step)

    async def lost(*args: Any) -> Any:
        await real(*args)
        session = next(arg for arg in args if hasattr(arg, "execute"))
        await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    monkeypatch.setattr(f"services.billing.invoices.issuing.{step}", lost)
    with pytest.raises(DBAPIError):
        await jobs.issue_due_invoices(billing.job)
    monkeypatch.undo()
    assert await billing.rows("SELECT 1 FROM invoices") == []
    assert await billing.rows("SELECT 1 FROM parked_groups") == [], "a lost connection is no fault of a group"

    await asyncio.gather(*(jobs.issue_due_invoices(billing.job) for _ in range(3)))
    await billing.run_jobs()

    rows = await billing.rows("SELECT sequence, workspace_id FROM invoices ORDER BY 1")
    assert [row["sequence"] for row in rows] == list(range(1, 13))
    assert {row["workspace_id"] for row in rows} == set(customers)
    assert {len(await billing.events("invoice_issued", customer)) for customer in customers} == {1}
    assert await billing.verify() == []


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("UPDATE subscriptions SET recurring_minor = 9000000000000000", "too_much"),
        ("UPDATE subscriptions SET unbilled_from = '2027-01-10', started_on = '2026-12-01'", "billed_before"),
    ],
)
async def test_a_group_whose_invoice_does_not_hold_is_parked_and_not_billed(
    billing: BillingHarness, damage: str, reason: str
) -> None:
    broken, _ = await billing.invoiced()
    other = await billing.customer()
    await billing.subscribed(other, await billing.plan(1_000))
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(f"{damage} WHERE workspace_id = :w"), {"w": broken})
        await session.execute(
            text("UPDATE bill_groups SET next_billing_on = '2027-02-10' WHERE workspace_id = :w"), {"w": broken}
        )
    billing.move_to(billing.now + timedelta(days=31))

    await billing.run_jobs()

    [parked] = await billing.rows("SELECT workspace_id, reason, billing_on FROM parked_groups")
    assert (parked["workspace_id"], parked["reason"], str(parked["billing_on"])) == (broken, reason, "2027-02-10")
    assert len(await billing.invoices(broken)) == 1
    assert len(await billing.invoices(other)) == 2


async def test_an_error_that_is_nobodys_fault_parks_none_of_many_groups(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await billing.plan(1_000)
    for _ in range(service.MANY + 1):
        await billing.subscribed(await billing.customer(), plan)

    await _fail_all(billing, monkeypatch)


async def test_nor_does_it_where_another_worker_has_locked_one_of_them(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await billing.plan(1_000)
    for _ in range(service.MANY + 1):
        await billing.subscribed(await billing.customer(), plan)
    locked: set[object] = set()

    async def of_another(session: AsyncSession, bill_group_id: UUID, today: date) -> bool:
        if not locked:
            locked.add(bill_group_id)
        return bill_group_id not in locked

    monkeypatch.setattr(service, "_lock", of_another)
    await _fail_all(billing, monkeypatch)


async def _fail_all(billing: BillingHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*args: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(service, "seller_now", broken)
    with pytest.raises(ArithmeticError):
        await BillingRun(billing.job.sessions, billing.job.settings, billing.now).bill_all()

    assert await billing.rows("SELECT 1 FROM parked_groups") == []
