from datetime import date

from shared.schemas import Read


class MonthRead(Read):
    month: date
    """Its first day."""
    total_minor: int
    kinds: dict[str, int]
    """Minor units by service kind; together they are the total."""


class SpendRead(Read):
    """What was invoiced, tax included, month by month with the empty ones, in one currency."""

    currency: str
    months: list[MonthRead]
