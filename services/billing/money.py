"""Amounts that cannot go wrong quietly: whole minor units, one currency, one rounding (D20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from babel.numbers import format_currency, get_currency_precision, list_currencies
from pydantic import AfterValidator


class CurrenciesDiffer(ArithmeticError):
    """Somebody tried to add amounts of two currencies."""


@dataclass(frozen=True, slots=True)
class Money:
    """So many minor units of one currency, for instance 1250 and EUR for twelve and a half euros."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency} do not add up to anything.")
        return Money(self.minor + other.minor, self.currency)

    def __mul__(self, factor: int | Fraction) -> "Money":
        """Exact for whole numbers; a fraction is rounded here, once."""
        return Money(round_half_up(self.minor * Fraction(factor)), self.currency)

    def percent(self, rate: Decimal) -> "Money":
        return self * (Fraction(rate) / 100)

    def __str__(self) -> str:
        """For people: ``EUR 1,250.00``, with as many places as the currency has."""
        amount = Decimal(self.minor).scaleb(-get_currency_precision(self.currency))
        return format_currency(amount, self.currency, "¤¤ #,##0.00", locale="en").replace("\xa0", " ")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; an amount in another currency than ``currency`` is refused."""
    return sum(amounts, Money(0, currency))


def round_half_up(amount: Fraction) -> int:
    """The one rounding of the product: to the nearest whole, a half away from zero."""
    nearest = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return nearest if amount >= 0 else -nearest


def _known(currency: str) -> str:
    if currency not in list_currencies():
        raise ValueError("must be a currency of ISO 4217, such as EUR")
    return currency


Currency = Annotated[str, AfterValidator(_known)]
