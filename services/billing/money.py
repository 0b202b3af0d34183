"""Amounts of money: whole minor units, one currency, rounded once (D20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated

from babel import Locale
from babel.numbers import get_territory_currencies
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


TENDER_ON = date(2026, 1, 1)


@cache
def currencies_in_use() -> frozenset[str]:
    """What people pay with somewhere: the codes of ISO 4217 without those of former currencies, of metals and funds,
    and for tests or for none."""
    territories = [str(name) for name in Locale("en").territories if len(str(name)) == 2]
    found = (get_territory_currencies(name, TENDER_ON, tender=True, non_tender=False) for name in territories)
    return frozenset(code for codes in found for code in codes)


def _known(currency: str) -> str:
    if currency not in currencies_in_use():
        raise PydanticCustomError("unknown_currency", "must be a currency of ISO 4217, such as EUR")
    return currency


Currency = Annotated[str, AfterValidator(_known)]
