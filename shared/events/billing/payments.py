"""Payments."""

from typing import ClassVar
from uuid import UUID

from shared.events.billing.base import BillingEvent, PaymentMethod
from shared.events.money import Minor, MoneyText


class PaymentEvent(BillingEvent):
    subject_field: ClassVar[str] = "payment_id"
    payment_id: UUID
    """The payment."""
    invoice_id: UUID
    """The invoice that it is for."""
    amount_minor: Minor
    """In whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""
    invoice_number: str | None = None
    """The number that is printed on the invoice. Null in events that are older than this field."""
    bill_group_id: UUID | None = None
    """The bill group that owes the invoice. Null in events that are older than this field."""
    begun_by: UUID | None = None
    """The person who began the payment."""
    method: PaymentMethod | None = None
    """How it is paid, as soon as that is known."""


class PaymentStarted(PaymentEvent):
    """A person began to pay an invoice, and was sent to the payment gateway's page."""

    subject_type: ClassVar[str] = "payment"


class PaymentSucceeded(PaymentEvent):
    """The payment gateway received the money."""

    subject_type: ClassVar[str] = "payment"


class PaymentFailed(PaymentEvent):
    """The payment was declined or abandoned. The invoice is still open."""

    subject_type: ClassVar[str] = "payment"
    reason: MoneyText
    """Why, as the payment gateway put it."""
