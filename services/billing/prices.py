"""What a quantity costs at a price per unit: for invoices, revenue, lists and previews alike."""

from collections.abc import Mapping
from typing import TypedDict

from services.billing.money import Money


class Priced(TypedDict):
    """A whole number of a configuration that a price is for."""

    number: int
    minor: int
    """The price of one, per interval."""


def priced_fields(field_prices: Mapping[str, int], numbers: Mapping[str, int]) -> dict[str, Priced]:
    """The numbers of a configuration that a plan charges for, by field."""
    return {name: Priced(number=numbers.get(name, 0), minor=minor) for name, minor in field_prices.items()}


def price_of_one(recurring_minor: int, priced: Mapping[str, Priced]) -> int:
    """The net price of a single piece per interval, in minor units, with what is charged for its configuration."""
    return recurring_minor + sum(each["number"] * each["minor"] for each in priced.values())


def price_of_all(unit_minor: int, quantity: int, currency: str) -> Money:
    """The net price of the whole quantity: of one interval, where the price of a unit is for one, else once."""
    return Money(unit_minor, currency) * quantity
