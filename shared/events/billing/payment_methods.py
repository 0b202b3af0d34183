"""Saved payment methods and auto-pay."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.billing.base import BillingEvent

MethodKind = Literal["card", "sepa_debit", "ach_debit"]


class PaymentMethodEvent(BillingEvent):
    subject_field: ClassVar[str] = "payment_method_id"
    payment_method_id: UUID
    """The saved method."""
    bill_group_id: UUID
    """The bill group whose invoices it pays."""
    kind: MethodKind
    """A card, or a debit of an account."""
    brand: str
    """The card's brand or the bank, perhaps empty."""
    last_four: str
    """The last four characters of its number: all that is known of it."""
    label: str
    """What people call it, perhaps empty."""


class PaymentMethodAdded(PaymentMethodEvent):
    """A payment method was saved on the gateway's page."""

    subject_type: ClassVar[str] = "payment_method"
    verified: bool
    """Whether it can be charged already, or the account has to be verified first."""


class PaymentMethodRemoved(PaymentMethodEvent):
    """A payment method was removed, here or at the gateway."""

    subject_type: ClassVar[str] = "payment_method"


class DefaultPaymentMethodChanged(PaymentMethodEvent):
    """Another payment method is charged from now on."""

    subject_type: ClassVar[str] = "payment_method"


class PaymentMethodExpiring(PaymentMethodEvent):
    """A payment method ends in some days: its owner is asked to save another one. Told 30 and 7 days before."""

    subject_type: ClassVar[str] = "payment_method"
    expires_on: date
    """The last day on which it can be charged."""
    days_left: int
    """Days of business time until then."""
    is_default: bool
    """Whether it is the one that is charged."""


class AutoPayChanged(BillingEvent):
    """Auto-pay was switched on or off: due invoices are charged to the default payment method, or not."""

    subject_type: ClassVar[str] = "bill_group"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group."""
    on: bool
    """Whether it is on now."""
