"""Which days an invoice line is for. A period begins with ``first`` and ends before ``end``."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    end: date
    share: Fraction
    """Of the price of a whole interval."""


def next_period(anchor: date, first: date, months: int) -> Period:
    """The period from ``first`` on, of a bill group that is billed on ``anchor``'s day of the month.

    On a billing date it is a whole interval of ``months``. A service that joins between two billing dates is billed
    up to the next one first, by the day, so that the group has one date a month.
    """
    cycle = (first.year - anchor.year) * 12 + first.month - anchor.month
    billing_on = cycle_date(anchor, cycle)
    if billing_on == first:
        return Period(first, cycle_date(anchor, cycle + months), Fraction(1))
    if billing_on < first:
        cycle += 1
    end = cycle_date(anchor, cycle)
    whole = (end - cycle_date(anchor, cycle - months)).days
    return Period(first, end, Fraction((end - first).days, whole))


def cycle_date(anchor: date, cycle: int) -> date:
    """So many months after the anchor: on its day of the month, or the month's last where it is shorter."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + cycle, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))
