"""What billing publishes: prices, bill groups, subscriptions and their clock, invoices, payments.

Amounts are whole minor units of ``currency`` (D20).
"""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Event, Fact


class BillingEvent(Event):
    publisher: ClassVar[str] = "billing"


class PlanPublished(BillingEvent):
    """A plan's prices, as one version that never changes. Filed at the provider."""

    subject_type: ClassVar[str] = "plan"
    subject_field: ClassVar[str] = "plan_id"
    plan_id: UUID
    """The plan, over all its versions."""
    plan_version_id: UUID
    """These prices."""
    product_id: UUID
    """The product that they are for."""
    display_name: str
    """The plan's name for people."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""
    recurring_minor: int
    """Price per interval, in whole minor units."""
    one_off_minor: int
    """Price once at the start, in whole minor units."""
    interval_months: int
    """Months per interval."""


class BillGroupCreated(BillingEvent):
    """A billing unit inside a customer; the first one is the default."""

    subject_type: ClassVar[str] = "bill_group"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group."""
    display_name: str
    """Its name for people."""
    currency: str
    """The currency of its invoices."""
    is_default: bool
    """Whether it takes what names no bill group."""


class BillingContactChanged(BillingEvent):
    """Who receives a bill group's invoices (``billing``) or goods (``shipping``). Fills the recipient book."""

    subject_type: ClassVar[str] = "bill_group_contact"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    """The bill group."""
    kind: Literal["billing", "shipping"]
    """Whether invoices or goods go there."""
    address: str
    """The e-mail address."""
    display_name: str
    """The name of who is written to."""


class SubscriptionEvent(BillingEvent):
    subject_field: ClassVar[str] = "subscription_id"
    subscription_id: UUID
    """The subscription."""
    service_id: UUID
    """The service that it pays for."""
    bill_group_id: UUID
    """The bill group that pays."""


class SubscriptionStarted(SubscriptionEvent):
    """A service was ordered and priced. It costs nothing before `BillingStarted`."""  # (D9)

    subject_type: ClassVar[str] = "subscription"
    plan_version_id: UUID
    """The prices that it was ordered at."""
    quantity: int
    """How many were ordered."""
    recurring_minor: int
    """Price of one per interval, in whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""


class SubscriptionEnded(SubscriptionEvent):
    """Nothing more is billed for this service; ``provisioning_failed`` means that nothing ever was."""  # (D18)

    subject_type: ClassVar[str] = "subscription"
    reason: Literal["provisioning_failed", "cancelled"]
    """Why it ended."""


class BillingStarted(SubscriptionEvent):
    """The billing clock of a service runs from ``started_at`` on."""  # (P6, D9)

    subject_type: ClassVar[str] = "subscription"
    started_at: datetime
    """From when on it is billed, in business time."""


class Amount(Fact):
    currency: str
    """ISO 4217 code, for instance ``EUR``."""
    amount_minor: int
    """In whole minor units of the currency, for instance cents."""


class MrrChanged(BillingEvent):
    """Monthly recurring revenue of a workspace, absolute, one amount per currency; only of what bills."""  # (P5)

    subject_type: ClassVar[str] = "mrr"
    subject_field: ClassVar[str] = "workspace_id"
    mrr: list[Amount]
    """One amount per currency; empty where nothing bills."""


class InvoiceEvent(BillingEvent):
    subject_field: ClassVar[str] = "invoice_id"
    invoice_id: UUID
    """The invoice."""
    bill_group_id: UUID
    """The bill group that owes or paid it."""
    number: str
    """The number that is printed on it."""
    total_minor: int
    """Its total, in whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""


class InvoiceIssued(InvoiceEvent):
    """An invoice has its number and will not change any more."""  # (D21)

    subject_type: ClassVar[str] = "invoice"
    issued_on: date
    """The date that is printed on it."""
    due_on: date
    """The last day to pay it."""


class InvoicePaid(InvoiceEvent):
    """Nothing is owed on this invoice any more."""

    subject_type: ClassVar[str] = "invoice"


class InvoiceDownloaded(InvoiceEvent):
    """Somebody took the invoice's PDF."""

    subject_type: ClassVar[str] = "invoice"


class PaymentEvent(BillingEvent):
    subject_field: ClassVar[str] = "payment_id"
    payment_id: UUID
    """The payment."""
    invoice_id: UUID
    """The invoice that it is for."""
    amount_minor: int
    """In whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""


class PaymentSucceeded(PaymentEvent):
    """The payment gateway has the money."""

    subject_type: ClassVar[str] = "payment"


class PaymentFailed(PaymentEvent):
    """The payment gateway declined, or the person gave up; the invoice is open as before."""

    subject_type: ClassVar[str] = "payment"
    reason: str
    """Why, as the payment gateway put it."""
