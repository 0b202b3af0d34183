"""What a subscription owes, or is owed, when its terms change on a day: pure arithmetic, for events and previews."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.billing.amounts import ONE_DAY, Price, days_of, periods
from services.billing.money import Money, total
from services.billing.periods import Period
from services.billing.prices import price_of_all


class Paid(NamedTuple):
    """Days that were billed, with what their whole interval costs."""

    period: Period
    whole_minor: int
    unit_minor: int


class Owing(NamedTuple):
    """A line that waits for the next invoice. Fields are named like the columns of `PendingLine`."""

    kind: str
    period: Period
    net_minor: int
    """Without tax. Below zero: a credit."""
    unit_minor: int
    is_whole: bool = False
    """Whether the amount does not follow from the days of one interval."""


def unbilled(price: Price, first: date, on: date, anchor: date, *, new: bool) -> list[Owing]:
    """What is still to pay until before the day ``on``: the lines that billing up to it makes."""
    found = []
    if new and first < on:
        once = price_of_all(price.one_off_minor, price.quantity, price.currency)
        found.append(
            Owing("one_off", Period(first, first + ONE_DAY, 1), once.minor, price.one_off_minor, is_whole=True)
        )
    for period, net in days_of(price, first, on, anchor):
        found.append(Owing("recurring", period, net.minor, price.recurring_minor))
    return [each for each in found if each.net_minor]


def unused(paid: Sequence[Paid], on: date, currency: str) -> list[Owing]:
    """The credit for the days from ``on`` on that were billed already."""
    found = []
    for each in paid:
        first = max(on, each.period.first)
        if first < each.period.end:
            period = Period(first, each.period.end, each.period.whole_days)
            net = Money(each.whole_minor, currency) * period.share
            found.append(Owing("unused", period, -net.minor, each.unit_minor))
    return [each for each in found if each.net_minor]


def leaving(price: Price, first: date, term_ends_on: date | None, anchor: date) -> list[Owing]:
    """What leaving on the day ``first`` costs: what the days until the end of the term would have cost."""
    if term_ends_on is None or term_ends_on <= first:
        return []
    net = total((net for _, net in days_of(price, first, term_ends_on, anchor)), price.currency)
    whole = Period(first, term_ends_on, (term_ends_on - first).days)
    return [Owing("leaving", whole, net.minor, price.recurring_minor, is_whole=True)] if net.minor else []


def ends_with_period(
    price: Price, unbilled_from: date, term_ends_on: date | None, anchor: date, on: date, *, paused: bool
) -> date:
    """The day on which a subscription ends that is cancelled on a day for the end of its period: the later one of the
    end of its minimum term and of the first day that is not billed, or of the end of the period that the day is in
    where the day itself is not billed. While it is paused, no period runs."""
    if paused:
        last = on
    elif unbilled_from > on:
        last = unbilled_from
    else:
        last = next(each.end for each in periods(price, unbilled_from, anchor, None) if each.end > on)
    return max(last, term_ends_on or last)
