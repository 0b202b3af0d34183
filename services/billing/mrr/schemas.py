from datetime import date

from shared.schemas import Read


class MrrMonthRead(Read):
    month: date
    """Its first day."""
    total_minor: int
    """The MRR at its end; of this month, now."""
    movements: dict[str, int]
    """What changed it, below zero where it became less: ``new``, ``expansion``, ``contraction``, ``churn``, ``paused``
    and ``resumed``."""


class CustomersMrrRead(Read):
    """What changed the monthly recurring revenue of all customers in this month, in one currency, without tax."""

    currency: str
    month: date
    """Its first day."""
    movements: dict[str, int]
    """As those of `MrrMonthRead`, over all customers."""


class MrrRead(Read):
    """The monthly recurring revenue in one currency, without tax, by month."""

    currency: str
    months: list[MrrMonthRead]
