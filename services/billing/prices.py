"""What a quantity costs at a price per unit: for invoices, revenue, lists and previews alike."""

from services.billing.money import Money


def price_of_all(unit_minor: int, quantity: int, currency: str) -> Money:
    """The net price of the whole quantity: of one interval, where the price of a unit is for one, else once."""
    return Money(unit_minor, currency) * quantity
