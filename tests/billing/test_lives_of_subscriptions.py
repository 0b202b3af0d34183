"""Whatever becomes of subscriptions, each of their days is billed once, at the price that it had."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing import jobs
from services.billing.amounts import Price, due_periods
from services.billing.periods import Period, next_period
from services.billing.settling import Paid, leaving, unbilled, unused
from shared.events.provisioning import (
    CancellationOrdered,
    CancellationUndone,
    OrderPlaced,
    ServiceChanged,
    ServiceDeleted,
    ServiceResumed,
    ServiceStateEvent,
    ServiceSuspended,
)
from tests.billing.harness import BillingHarness
from tests.billing.test_subscription_changes import plan_of

PRICES = (31_000, 9_999, 0, 73)
BILLED = ("in_advance", "in_arrears", "in_advance", "in_arrears")
ANCHOR = date(2027, 1, 10)
DAY = timedelta(days=1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["days", "days", "days", "change", "change", "pause", "resume", "cancel", "undo", "delete"]),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=10,
)
DAYS = st.dates(date(2027, 1, 10), date(2030, 1, 1))


AMOUNTS = st.just(0) | st.integers(100, 10**7)
"""Of an interval: nothing, or enough that a day of it is not rounded to nothing."""


@given(DAYS, DAYS, DAYS, st.sampled_from([1, 3, 12]), AMOUNTS, st.booleans())
def test_what_is_still_to_pay_is_that_of_the_days_until_then(
    anchor: date, first: date, on: date, months: int, minor: int, new: bool
) -> None:
    lines = unbilled(Price("EUR", minor, 500, 2, months), first, on, anchor, new=new)

    days = [each for each in lines if each.kind == "recurring"]
    assert sum(each.period.days for each in days) == (max((on - first).days, 0) if minor else 0)
    assert [each.net_minor for each in lines if each.kind == "one_off"] == ([1000] if new and first < on else [])
    assert all(one.period.end == other.period.first for one, other in pairwise(days))


@given(DAYS, DAYS, DAYS, st.sampled_from([1, 3, 12]), st.none() | DAYS)
def test_in_arrears_the_same_periods_are_billed_when_they_end(
    anchor: date, first: date, billing_on: date, months: int, ends_on: date | None
) -> None:
    price = Price("EUR", 31_000, 0, 1, months)

    advance = list(due_periods(price, first, anchor, billing_on, ends_on))
    arrears = list(due_periods(price._replace(billed="in_arrears"), first, anchor, billing_on, ends_on))

    assert arrears == advance[: len(arrears)]
    assert len(advance) - len(arrears) in (0, 1)
    assert all(each.end <= billing_on for each in arrears)
    assert all(each.end > billing_on for each in advance[len(arrears) :])


@given(DAYS, DAYS, st.integers(1, 10**7))
def test_a_credit_is_never_more_than_was_paid(first: date, on: date, minor: int) -> None:
    period = next_period(ANCHOR, first, 1)
    paid = Paid(period, minor, minor)

    credit = -sum(each.net_minor for each in unused([paid], on, "EUR"))

    assert 0 <= credit <= minor * period.share + 1
    assert credit == 0 or on < period.end


@given(DAYS, DAYS)
def test_leaving_costs_what_staying_would_have(first: date, until: date) -> None:
    price = Price("EUR", 31_000, 500, 1, 1)

    stayed = sum(each.net_minor for each in unbilled(price, first, until, ANCHOR, new=False))

    assert sum(each.net_minor for each in leaving(price, first, until, ANCHOR)) == stayed


@dataclass
class Life:
    """A service as its events say it, and what each of its days costs."""

    order: OrderPlaced
    plan: int
    quantity: int = 1
    version: int = 1
    paused: bool = False
    cancelled: bool = False
    gone: bool = False
    terms: list[tuple[date, int | None]] = field(default_factory=list)
    """From which day on it costs what per month; None: nothing."""

    def costs(self, on: date, minor: int | None) -> None:
        self.terms.append((on, minor))

    def of_days(self, until: date) -> Fraction:
        """What the days before ``until`` cost."""
        sum_, day = Fraction(0), self.terms[0][0]
        while day < until:
            minor = [minor for first, minor in self.terms if first <= day][-1]
            sum_ += Fraction(minor or 0, next_period(ANCHOR, cycle_of(day).first, 1).days)
            day += DAY
        return sum_


def cycle_of(day: date) -> Period:
    first = ANCHOR
    while next_period(ANCHOR, first, 1).end <= day:
        first = next_period(ANCHOR, first, 1).end
    return next_period(ANCHOR, first, 1)


@pytest.mark.rule("K2", "I3", "D20")
async def test_each_day_is_billed_once_at_the_price_that_it_had(billing: BillingHarness) -> None:
    first = await billing.plan(PRICES[0], one_off=700)
    product = (await billing.rows("SELECT product_id FROM plans"))[0]["product_id"]
    more = [
        await plan_of(
            billing, product, f"Plan {n}", recurring_minor=PRICES[n], billed=BILLED[n], one_off_minor=(0, 300)[n == 1]
        )
        for n in (1, 2, 3)
    ]
    loop = asyncio.get_running_loop()

    @settings(max_examples=25, deadline=None)
    @given(STEPS)
    def live(steps: list[tuple[str, int]]) -> None:
        asyncio.run_coroutine_threadsafe(_live(billing, [first, *more], steps), loop).result(120)

    await asyncio.to_thread(live)


async def _live(billing: BillingHarness, plans: list[UUID], steps: list[tuple[str, int]]) -> None:
    billing.move_to(billing.now.replace(year=2027, month=1, day=10))
    customer = await billing.customer()
    lives = [Life(await billing.subscribed(customer, plans[n]), n) for n in range(2)]
    for life in lives:
        life.costs(ANCHOR, PRICES[life.plan])
    await run(billing)
    for what, n in steps:
        await _step(billing, lives[n % 2], plans, what, n)
    billing.move_to(billing.now + timedelta(days=62))
    await run(billing)

    assert await billing.verify() == []
    for life in lives:
        await _compare(billing, life)


async def _step(billing: BillingHarness, life: Life, plans: list[UUID], what: str, n: int) -> None:
    if what == "days":
        billing.move_to(billing.now + timedelta(days=n))
        await run(billing)
        return
    [row] = await billing.rows("SELECT clock FROM subscriptions WHERE service_id = :s", s=life.order.service_id)
    if life.gone or row["clock"] == "ended":
        return
    today, life.version = billing.now.date(), life.version + 1
    kind: type[ServiceStateEvent] = ServiceChanged
    preview = None
    match what:
        case "change":
            life.plan, life.quantity = n % len(plans), 1 + n % 3
            preview = await _preview(billing, life, plans)
        case "pause" | "resume":
            life.paused, kind = what == "pause", ServiceSuspended if what == "pause" else ServiceResumed
        case "cancel" | "undo":
            life.cancelled, kind = what == "cancel", CancellationOrdered if what == "cancel" else CancellationUndone
        case _:
            life.gone, kind = True, ServiceDeleted
    if not life.gone:  # what is paid then stays paid
        life.costs(today, None if life.paused else PRICES[life.plan] * life.quantity)
    said = billing.state_of(
        life.order, kind, plan_version_id=plans[life.plan], quantity=life.quantity, subject_version=life.version,
        suspended_for=("pause",) if life.paused else (), ends_with_period=life.cancelled,
        state="deleted" if life.gone else "active",
    )  # fmt: skip
    await billing.hear(said, billing.state_of(life.order, subject_version=1), said)
    if preview:
        assert await _next_invoice(billing, life) == preview


async def _preview(billing: BillingHarness, life: Life, plans: list[UUID]) -> tuple[Any, Any]:
    admin = await billing.admin(life.order.workspace_id)
    asked = f"service_id={life.order.service_id}&plan_version_id={plans[life.plan]}&quantity={life.quantity}"
    answer = await admin.http.get(f"/api/billing/subscription-previews/change?{asked}")
    assert answer.status_code == 200, answer.text
    return answer.json()["next_billing_on"], answer.json()["next_total_minor"]


async def _next_invoice(billing: BillingHarness, life: Life) -> tuple[Any, Any]:
    """As the page of the bill group estimates it, by what the run does."""
    admin = await billing.admin(life.order.workspace_id)
    [row] = await billing.rows("SELECT bill_group_id FROM subscriptions WHERE service_id = :s", s=life.order.service_id)
    answer = (await admin.http.get(f"/api/billing/next-invoices/{row['bill_group_id']}")).json()
    return answer["billing_on"], answer["estimated_minor"]


async def _compare(billing: BillingHarness, life: Life) -> None:
    billed = await billing.rows(
        """SELECT l.kind, l.net_minor FROM invoice_lines l JOIN subscriptions s ON s.id = l.subscription_id
        WHERE s.service_id = :s UNION ALL SELECT p.kind, p.left_minor FROM pending_lines p
        JOIN subscriptions s ON s.id = p.subscription_id WHERE s.service_id = :s AND p.left_minor <> 0""",
        s=life.order.service_id,
    )
    [row] = await billing.rows("SELECT * FROM subscriptions WHERE service_id = :s", s=life.order.service_id)
    days = sum(each["net_minor"] for each in billed if each["kind"] in ("recurring", "unused"))
    expected = life.of_days(row["unbilled_from"])
    assert abs(days - expected) <= len(billed)
    assert len([each for each in billed if each["kind"] == "one_off"]) <= 1


async def run(billing: BillingHarness) -> None:
    while (
        await jobs.end_terms(billing.job)
        + await jobs.start_due_billing(billing.job)
        + await jobs.issue_due_invoices(billing.job)
    ):
        pass
