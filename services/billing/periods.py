"""Billing periods: half-open ranges of days, from ``first`` until before ``end``."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    end: date
    whole_days: int
    """The days of the whole interval that a price is for."""

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    @property
    def share(self) -> Fraction:
        """The share of a whole interval's price."""
        return Fraction(self.days, self.whole_days)


def next_period(anchor: date, first: date, months: int) -> Period:
    """The period from ``first`` on, in a bill group that is billed on ``anchor``'s day of the month.

    From a billing date on, it is a whole interval of ``months``. A service that starts between two billing dates is
    first billed pro rata up to the next one, so that the group has one billing date per month.
    """
    cycle = (first.year - anchor.year) * 12 + first.month - anchor.month
    billing_on = cycle_date(anchor, cycle)
    if billing_on == first:
        end = cycle_date(anchor, cycle + months)
        return Period(first, end, (end - first).days)
    if billing_on < first:
        cycle += 1
    end = cycle_date(anchor, cycle)
    return Period(first, end, (end - cycle_date(anchor, cycle - months)).days)


def cycle_date(anchor: date, cycle: int) -> date:
    """The date ``cycle`` months after the anchor: on its day of the month, or the last day of a shorter month."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + cycle, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def billing_date(anchor: date, day: date) -> date:
    """The first billing date of a group on ``day`` or after it. The database has the same function."""
    cycle = (day.year - anchor.year) * 12 + day.month - anchor.month
    found = cycle_date(anchor, cycle)
    return found if found >= day else cycle_date(anchor, cycle + 1)
