"""What all events of billing have."""

from typing import ClassVar, Literal

from shared.events.base import Event, Fact
from shared.events.money import Minor

PaymentMethod = Literal["card", "direct_debit", "bank_transfer"]


class BillingEvent(Event):
    publisher: ClassVar[str] = "billing"


class Amount(Fact):
    currency: str
    """ISO 4217 code, for instance ``EUR``."""
    amount_minor: Minor
    """In whole minor units of the currency, for instance cents."""
