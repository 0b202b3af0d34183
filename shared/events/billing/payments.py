"""Payments."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Fact
from shared.events.billing.base import BillingEvent, PaymentMethod
from shared.events.money import Minor, MoneyText


class PaidInvoice(Fact):
    """What a payment is for."""

    invoice_id: UUID
    """The invoice."""
    number: str
    """The number that is printed on it."""
    asked_minor: Minor
    """What was to be paid of it, in whole minor units."""
    paid_minor: Minor
    """What the payment has paid of it so far."""


class PaymentEvent(BillingEvent):
    subject_field: ClassVar[str] = "payment_id"
    payment_id: UUID
    """The payment."""
    invoice_id: UUID
    """The invoice that it is for; the first of `invoices` where there are several."""
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
    invoices: tuple[PaidInvoice, ...] = ()
    """All that it is for. Empty in events that are older than this field."""
    automatic: bool = False
    """Whether a saved method was charged because the invoice was due, and nobody was there."""


class PaymentStarted(PaymentEvent):
    """A person began to pay an invoice, and was sent to the payment gateway's page."""

    subject_type: ClassVar[str] = "payment"


class PaymentSucceeded(PaymentEvent):
    """The payment gateway received the money."""

    subject_type: ClassVar[str] = "payment"


class PaymentFailed(PaymentEvent):
    """The payment was declined or abandoned. What it was for is still open."""

    subject_type: ClassVar[str] = "payment"
    reason: MoneyText
    """Why, as the payment gateway put it."""
    next_try_on: date | None = None
    """When an automatic payment is tried again. Null if it is not."""


class PaymentReturned(PaymentEvent):
    """A bank took a payment back that had succeeded. What it had paid is open again."""

    subject_type: ClassVar[str] = "payment"
    reason: MoneyText
    """Why, as the payment gateway put it."""


class PaymentDisputed(PaymentEvent):
    """The payer disputes a payment at their bank, or that ended."""

    subject_type: ClassVar[str] = "payment"
    status: Literal["open", "won", "lost"]
    """Whether it is open, or whom the bank gave right: the seller has ``won`` or ``lost``."""
