"""Amounts of money: whole minor units, one currency, rounded once (D20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from babel.numbers import list_currencies
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


class CurrenciesDiffer(ArithmeticError):
    """Amounts of two currencies were added."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency: ``Money(1250, "EUR")`` is 12.50 euros."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency} do not add up to anything.")
        return Money(self.minor + other.minor, self.currency)

    def __mul__(self, factor: int | Fraction) -> "Money":
        """Exact for an integer factor. With a fraction the result is rounded, half up."""
        return Money(round_half_up(self.minor * Fraction(factor)), self.currency)

    def percent(self, rate: Decimal) -> "Money":
        return self * (Fraction(rate) / 100)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum. Raises `CurrenciesDiffer` for an amount in another currency than ``currency``."""
    return sum(amounts, Money(0, currency))


def round_half_up(amount: Fraction) -> int:
    """Round to the nearest integer, halves away from zero. Everything in Portico is rounded by this function."""
    nearest = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return nearest if amount >= 0 else -nearest


def _known(currency: str) -> str:
    if currency not in list_currencies():
        raise PydanticCustomError("unknown_currency", "must be a currency of ISO 4217, such as EUR")
    return currency


Currency = Annotated[str, AfterValidator(_known)]
