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
    plan_version_id: UUID
    product_id: UUID
    display_name: str
    currency: str
    recurring_minor: int
    one_off_minor: int
    interval_months: int


class BillGroupCreated(BillingEvent):
    """A billing unit inside a customer; the first one is the default."""

    subject_type: ClassVar[str] = "bill_group"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    display_name: str
    currency: str
    is_default: bool


class BillingContactChanged(BillingEvent):
    """Who receives a bill group's invoices (``billing``) or goods (``shipping``). Fills the recipient book."""

    subject_type: ClassVar[str] = "bill_group_contact"
    subject_field: ClassVar[str] = "bill_group_id"
    bill_group_id: UUID
    kind: Literal["billing", "shipping"]
    address: str
    display_name: str


class SubscriptionEvent(BillingEvent):
    subject_field: ClassVar[str] = "subscription_id"
    subscription_id: UUID
    service_id: UUID
    bill_group_id: UUID


class SubscriptionStarted(SubscriptionEvent):
    """A service was ordered and priced. It costs nothing before `BillingStarted`."""  # (D9)

    subject_type: ClassVar[str] = "subscription"
    plan_version_id: UUID
    quantity: int
    recurring_minor: int
    currency: str


class SubscriptionEnded(SubscriptionEvent):
    """Nothing more is billed for this service; ``provisioning_failed`` means that nothing ever was."""  # (D18)

    subject_type: ClassVar[str] = "subscription"
    reason: Literal["provisioning_failed", "cancelled"]


class BillingStarted(SubscriptionEvent):
    """The billing clock of a service runs from ``started_at`` on."""  # (P6, D9)

    subject_type: ClassVar[str] = "subscription"
    started_at: datetime


class Amount(Fact):
    currency: str
    amount_minor: int


class MrrChanged(BillingEvent):
    """Monthly recurring revenue of a workspace, absolute, one amount per currency; only of what bills."""  # (P5)

    subject_type: ClassVar[str] = "mrr"
    subject_field: ClassVar[str] = "workspace_id"
    mrr: list[Amount]


class InvoiceEvent(BillingEvent):
    subject_field: ClassVar[str] = "invoice_id"
    invoice_id: UUID
    bill_group_id: UUID
    number: str
    total_minor: int
    currency: str


class InvoiceIssued(InvoiceEvent):
    """An invoice has its number and will not change any more."""  # (D21)

    subject_type: ClassVar[str] = "invoice"
    issued_on: date
    due_on: date


class InvoicePaid(InvoiceEvent):
    """Nothing is owed on this invoice any more."""

    subject_type: ClassVar[str] = "invoice"


class InvoiceDownloaded(InvoiceEvent):
    """Somebody took the invoice's PDF."""

    subject_type: ClassVar[str] = "invoice"


class PaymentEvent(BillingEvent):
    subject_field: ClassVar[str] = "payment_id"
    payment_id: UUID
    invoice_id: UUID
    amount_minor: int
    currency: str


class PaymentSucceeded(PaymentEvent):
    """The payment gateway has the money."""

    subject_type: ClassVar[str] = "payment"


class PaymentFailed(PaymentEvent):
    """The payment gateway declined, or the person gave up; the invoice is open as before."""

    subject_type: ClassVar[str] = "payment"
    reason: str
