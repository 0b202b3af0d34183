"""The monthly recurring revenue is kept by differences. Here it is compared with the full sum."""

import asyncio
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from services.billing.billing_clock.service import set_clock
from services.billing.money import Money
from services.billing.mrr.service import add_to_mrr, monthly_amount
from services.billing.subscriptions.models import Clock, Subscription
from tests.billing.harness import BillingHarness

SUBSCRIPTION = st.builds(
    Subscription,
    currency=st.sampled_from(["EUR", "USD"]),
    recurring_minor=st.integers(0, 10**9),
    quantity=st.integers(1, 1_000),
    interval_months=st.sampled_from([1, 3, 12, 36]),
)


@pytest.mark.rule("P5", "D20")
@given(SUBSCRIPTION)
def test_a_month_of_a_subscription_is_off_by_at_most_half_a_unit(one: Subscription) -> None:
    exact = Fraction(one.recurring_minor * one.quantity, one.interval_months)

    assert abs(monthly_amount(one).minor - exact) <= Fraction(1, 2)
    assert monthly_amount(one).currency == one.currency


PRICES = [(120_005, "EUR", 12), (5_000, "EUR", 1), (333, "USD", 3), (0, "EUR", 1)]
CHANGES = st.lists(
    st.tuples(st.sampled_from(["start", "start", "end", "reprice"]), st.integers(0, 10**6)), min_size=1, max_size=12
)


@pytest.mark.rule("P5", "D9", "D20")
async def test_after_any_starts_ends_and_changes_the_kept_sum_is_the_full_one(billing: BillingHarness) -> None:
    plans = [await billing.plan(minor, currency=currency, months=months) for minor, currency, months in PRICES]
    loop = asyncio.get_running_loop()

    @settings(max_examples=15, deadline=None)
    @given(CHANGES, st.booleans())
    def after(changes: list[tuple[str, int]], together: bool) -> None:
        asyncio.run_coroutine_threadsafe(_after(billing, plans, changes, together), loop).result(120)

    await asyncio.to_thread(after)


async def _after(billing: BillingHarness, plans: list[UUID], changes: list[tuple[str, int]], together: bool) -> None:
    customer = await billing.customer()
    await billing.bill_group(customer, "USD")
    for _ in range(2):
        await billing.subscribed(customer, plans[0])
    steps = [_apply(billing, customer, plans, what, n) for what, n in changes]
    if together:
        await asyncio.gather(*steps)
    else:
        for step in steps:
            await step

    assert [line for line in await billing.verify() if "MRR" in line] == []
    [row] = await billing.rows("SELECT version, amounts FROM mrr WHERE workspace_id = :w", w=customer)
    published: list[Any] = await billing.events("mrr_changed", customer)
    newest = max(published, key=lambda event: event["subject"]["version"])
    assert sorted(event["subject"]["version"] for event in published) == list(range(1, row["version"] + 1))
    assert {each["currency"]: each["amount_minor"] for each in newest["mrr"]} == {
        currency: minor for currency, minor in row["amounts"].items() if minor
    }


async def _apply(billing: BillingHarness, customer: UUID, plans: list[UUID], what: str, n: int) -> None:
    if what == "start":
        event = billing.provisioned(billing.order(customer, plans[n % len(plans)], quantity=1 + n % 7))
        async with billing.working(customer) as session:
            await set_clock(session, billing.running.runtime.settings, event)
        return
    async with billing.working(customer) as session:
        of_customer = (Subscription.workspace_id == customer, Subscription.clock == Clock.started)
        ordered = select(Subscription).where(*of_customer).order_by(Subscription.id).with_for_update()
        found = (await session.scalars(ordered)).all()
        if not found:
            return
        subscription = found[n % len(found)]
        before = monthly_amount(subscription).minor
        if what == "end":
            changed, after = {"clock": Clock.ended}, 0
        else:
            subscription.recurring_minor = n
            changed, after = {"recurring_minor": n}, monthly_amount(subscription).minor
        await session.execute(update(Subscription).where(Subscription.id == subscription.id).values(changed))
        await add_to_mrr(
            session, customer, Money(after - before, subscription.currency), "expansion", on=billing.now.date()
        )
