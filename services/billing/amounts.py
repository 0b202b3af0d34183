"""What a subscription owes on a billing date: the arithmetic of the billing run, of its preview and of estimates."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from services.billing.money import Money
from services.billing.periods import Period, next_period
from services.billing.prices import price_of_all

ONE_DAY = timedelta(days=1)


KINDS = ("recurring", "one_off", "unused", "leaving")
"""What lines of invoices are for: days, what is paid once, days that were paid and are not used, and what is left of a
minimum term."""


class Price(NamedTuple):
    """What a subscription was ordered at."""

    currency: str
    recurring_minor: int
    one_off_minor: int
    quantity: int
    interval_months: int


class Due(NamedTuple):
    """What one line of an invoice is for."""

    kind: str
    """One of `KINDS`."""
    period: Period
    net_minor: int
    tax_minor: int
    """Net and tax are each rounded once (D20)."""


def days_of(price: Price, first: date, until: date, anchor: date) -> list[tuple[Period, Money]]:
    """The periods from ``first`` until before ``until``, each with its amount: what billing up to that day makes."""
    found, recurring = [], price_of_all(price.recurring_minor, price.quantity, price.currency)
    while first < until:
        whole = next_period(anchor, first, price.interval_months)
        period = replace(whole, end=min(whole.end, until))
        found.append((period, recurring * period.share))
        first = period.end
    return found


# Most subscriptions of a run have the price and the days of others.
@lru_cache(maxsize=20_000)
def due_amounts(
    price: Price,
    unbilled_from: date,
    anchor: date,
    billing_on: date,
    tax_percent: Decimal,
    *,
    new: bool,
    ends_on: date | None = None,
) -> tuple[tuple[Due, ...], date]:
    """What is due of a subscription on a billing date of its group, and the first day that is unbilled afterwards.

    Billed in advance: a part of an interval up to the billing date, where the service started between two of them, and
    the interval from there on. ``new`` means that nothing was billed yet, so that what is paid once is due, too. What
    costs nothing has no line. From ``ends_on`` on, nothing is billed.
    """
    due, first = [], unbilled_from
    last = billing_on if ends_on is None else min(billing_on, ends_on - ONE_DAY)
    if new and unbilled_from <= last:
        day = Period(first, first + ONE_DAY, 1)
        due.append(_due("one_off", day, price_of_all(price.one_off_minor, price.quantity, price.currency), tax_percent))
    recurring = price_of_all(price.recurring_minor, price.quantity, price.currency)
    while first <= last:
        period = next_period(anchor, first, price.interval_months)
        if ends_on is not None and ends_on < period.end:
            period = replace(period, end=ends_on)
        due.append(_due("recurring", period, recurring * period.share, tax_percent))
        first = period.end
    return tuple(each for each in due if each.net_minor), first


def _due(kind: str, period: Period, net: Money, tax_percent: Decimal) -> Due:
    return Due(kind, period, net.minor, net.percent(tax_percent).minor)
