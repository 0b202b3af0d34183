"""Settling a subscription: what its former terms have left to pay, or to give back, is noted for the next invoice."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.amounts import ONE_DAY, Price
from services.billing.pending_lines.models import PendingLine
from services.billing.periods import Period
from services.billing.settling import Owing, Paid, unbilled, unused
from services.billing.subscriptions.models import Clock, Subscription
from shared.db import run_sql

PAID = """
SELECT l.period_from, l.period_to, l.whole_days, l.unit_minor, l.quantity, l.net_minor
FROM invoice_lines l JOIN subscriptions s ON s.id = l.subscription_id AND s.terms = l.terms
WHERE l.subscription_id = $1 AND l.kind = 'recurring' AND l.pending_line_id IS NULL AND l.period_to >= $2
ORDER BY l.period_from
"""
"""The days of a subscription that were billed at its terms, from a day on."""


def paid_of(row: Mapping[str, Any] | RowMapping) -> Paid:
    """Lines that are older than their days are known by their own amount."""
    until = row["period_to"] + ONE_DAY
    whole = row["whole_days"] or (until - row["period_from"]).days
    minor = row["unit_minor"] * row["quantity"] if row["whole_days"] else row["net_minor"]
    return Paid(Period(row["period_from"], until, whole), minor, row["unit_minor"])


async def settle(
    session: AsyncSession, subscription: Subscription, anchor: date, *, on: date, credit: bool
) -> list[Owing]:
    """End the terms of a subscription that has started: from the day ``on`` on, other ones hold. What is to pay until
    then, or was paid for later and is given back with ``credit``, waits for the next invoice of its group. The group
    and the subscription must be locked. Returns what waits.

    Without a credit, days that are paid stay paid at their terms."""
    first = subscription.unbilled_from
    assert first is not None, "only a subscription that has started is settled"
    found: list[Owing] = []
    if first > on and not credit and subscription.clock != Clock.paused:
        return found
    if subscription.clock == Clock.paused:
        subscription.once_billed = not subscription.is_new
        subscription.unbilled_from = max(first, on)
    elif first < on:
        until = min(on, subscription.bills_until or on)
        found = unbilled(subscription.price, first, until, anchor, new=subscription.is_new)
        subscription.once_billed = True
        subscription.unbilled_from = on
    else:
        rows = (await run_sql(session, PAID, subscription.id, on)).mappings().all()
        found = unused([paid_of(row) for row in rows], on, subscription.currency)
        subscription.once_billed = not subscription.is_new
        subscription.unbilled_from = on
    note(session, subscription, subscription.price, found, due_on=on)
    subscription.terms += 1
    subscription.terms_from = on
    return found


def note(session: AsyncSession, of: Subscription, price: Price, found: Sequence[Owing], *, due_on: date) -> None:
    """Store lines that wait, at the subscription's terms."""
    for each in found:
        session.add(PendingLine(
            workspace_id=of.workspace_id, bill_group_id=of.bill_group_id, subscription_id=of.id, due_on=due_on,
            terms=of.terms, quantity=price.quantity, currency=price.currency, net_minor=each.net_minor,
            left_minor=each.net_minor, unit_minor=each.unit_minor, kind=each.kind, **columns_of(each, price),
        ))  # fmt: skip


def columns_of(owing: Owing, price: Price) -> dict[str, Any]:
    """The days of a line, as invoices say them."""
    period, whole = owing.period, owing.is_whole
    return {
        "period_from": period.first,
        "period_to": period.end - ONE_DAY,
        "interval_months": None if whole else price.interval_months,
        "days": None if whole else period.days,
        "whole_days": None if whole else period.whole_days,
    }
