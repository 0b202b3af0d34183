from datetime import date

from shared.schemas import Read


class MonthRead(Read):
    month: date
    """Its first day."""
    total_minor: int
    kinds: dict[str, int]
    """Minor units per service kind. Their sum is the total."""


class SpendRead(Read):
    """The invoiced amounts per month in one currency, tax included, with months of zero."""

    currency: str
    months: list[MonthRead]
