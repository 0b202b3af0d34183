"""What a subscription owes on a billing date: the arithmetic of the billing run, of its preview and of estimates."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple

from services.billing.money import Money
from services.billing.periods import Period, next_period
from services.billing.prices import price_of_all

ONE_DAY = timedelta(days=1)


KINDS = ("recurring", "one_off", "unused", "leaving")
"""What lines of invoices are for: days, what is paid once, days that were paid and are not used, and what is left of a
minimum term."""


Billed = Literal["in_advance", "in_arrears"]
"""When a period is billed: on the billing date on which it begins, or on the one on which it ends."""


class Price(NamedTuple):
    """What a subscription was ordered at."""

    currency: str
    recurring_minor: int
    one_off_minor: int
    quantity: int
    interval_months: int
    billed: Billed = "in_advance"

    def due_on(self, period: Period) -> date:
        """The day from which on a billing date bills the period."""
        return period.end if self.billed == "in_arrears" else period.first


class Due(NamedTuple):
    """What one line of an invoice is for."""

    kind: str
    """One of `KINDS`."""
    period: Period
    net_minor: int
    tax_minor: int
    """Net and tax are each rounded once (D20)."""


def periods(price: Price, first: date, anchor: date, until: date | None) -> Iterator[Period]:
    """The periods from ``first`` on, one after the other. The last one ends with ``until``; None: they go on for
    ever."""
    while until is None or first < until:
        period = next_period(anchor, first, price.interval_months)
        if until is not None and until < period.end:
            period = replace(period, end=until)
        yield period
        first = period.end


def due_periods(price: Price, first: date, anchor: date, billing_on: date, ends_on: date | None) -> Iterator[Period]:
    """The unbilled periods from ``first`` on that are due on a billing date. From ``ends_on`` on, nothing is billed."""
    return takewhile(lambda period: price.due_on(period) <= billing_on, periods(price, first, anchor, ends_on))


def due_from(price: Price, first: date, anchor: date, ends_on: date | None, *, new: bool) -> date | None:
    """The first day from which on a billing date bills something of a subscription, even if it costs nothing. None:
    there is none any more. The database has the same function."""
    if new and price.one_off_minor and (ends_on is None or first < ends_on):
        return first
    return next((price.due_on(period) for period in periods(price, first, anchor, ends_on)), None)


def days_of(price: Price, first: date, until: date, anchor: date) -> list[tuple[Period, Money]]:
    """The periods from ``first`` until before ``until``, each with its amount: what billing up to that day makes."""
    recurring = price_of_all(price.recurring_minor, price.quantity, price.currency)
    return [(period, recurring * period.share) for period in periods(price, first, anchor, until)]


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

    Of a service that started between two billing dates, the first period is the part of an interval up to the next
    one. ``new`` means that what is paid once was not billed yet: it is due on the first billing date from its start on.
    What costs nothing has no line. From ``ends_on`` on, nothing is billed.
    """
    due, first = [], unbilled_from
    if new and first <= billing_on and (ends_on is None or first < ends_on):
        day = Period(first, first + ONE_DAY, 1)
        due.append(_due("one_off", day, price_of_all(price.one_off_minor, price.quantity, price.currency), tax_percent))
    recurring = price_of_all(price.recurring_minor, price.quantity, price.currency)
    for period in due_periods(price, first, anchor, billing_on, ends_on):
        due.append(_due("recurring", period, recurring * period.share, tax_percent))
        first = period.end
    return tuple(each for each in due if each.net_minor), first


def _due(kind: str, period: Period, net: Money, tax_percent: Decimal) -> Due:
    return Due(kind, period, net.minor, net.percent(tax_percent).minor)
