"""A bill group's credit: money that came and that no invoice took."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.billing.base import BillingEvent
from shared.events.money import Minor, MoneyText


class CreditEvent(BillingEvent):
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group whose credit it is."""
    amount_minor: Minor
    """By how much it changed, in whole minor units, always positive."""
    balance_minor: Minor
    """What the credit is afterwards."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""


class CreditAdded(CreditEvent):
    """More money came than was owed. It pays the next invoices."""

    subject_type: ClassVar[str] = "credit"
    payment_id: UUID
    """The payment that it came with."""


class CreditApplied(CreditEvent):
    """Credit paid an invoice, or a part of it."""

    subject_type: ClassVar[str] = "credit"
    invoice_id: UUID
    """The invoice."""
    invoice_number: str
    """The number that is printed on it."""


class CreditTakenBack(CreditEvent):
    """A bank took a payment back, and with it what had become credit. ``uncovered_minor`` had been paid out already."""

    subject_type: ClassVar[str] = "credit"
    payment_id: UUID
    """The payment that is gone."""
    uncovered_minor: Minor
    """What is missing, because it had been paid back to the customer."""


class CreditRefundStarted(CreditEvent):
    """The provider's staff pay credit back, by the way that it came."""

    subject_type: ClassVar[str] = "credit"
    refund_id: UUID
    """The refund."""


class CreditRefundEnded(CreditEvent):
    """A refund was sent, or failed: then it is credit again."""

    subject_type: ClassVar[str] = "credit"
    refund_id: UUID
    """The refund."""
    outcome: Literal["done", "failed"]
    """Whether it was sent."""
    reason: MoneyText | None = None
    """Why it failed, as the payment gateway put it."""
