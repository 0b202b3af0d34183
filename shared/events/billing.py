"""The events of billing: prices, bill groups, subscriptions and their clock, invoices, payments.

Amounts are whole minor units of ``currency`` (D20), and marked as money: who may not see money does not see them.
"""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.attempts import AttemptEvent
from shared.events.base import Event, Fact
from shared.events.exports import ExportEvent
from shared.events.money import Minor, MoneyText

LINES_IN_EVENTS = 20
"""An invoice may have many more lines; its document has all of them."""
PaymentMethod = Literal["card", "direct_debit", "bank_transfer"]


class BillingEvent(Event):
    publisher: ClassVar[str] = "billing"


class PlanPublished(BillingEvent):
    """An immutable version of a plan's prices. Belongs to the provider's workspace."""

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
    recurring_minor: Minor
    """Price per interval, in whole minor units."""
    one_off_minor: Minor
    """Price once at the start, in whole minor units."""
    interval_months: int
    """Months per interval."""
    terms: dict[str, tuple[bool | int | float | str, ...]] = Field(default_factory=dict)
    """The values that fields of the product's configuration may have with this plan; all others may have any."""


class BillGroupCreated(BillingEvent):
    """A billing unit within a customer was created. The first one is the default."""

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
    """The contact for a bill group's invoices (``billing``) or goods (``shipping``) changed. Updates the recipient
    book."""

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
    """A service was ordered and priced. It is not billed before `BillingStarted`."""  # (D9)

    subject_type: ClassVar[str] = "subscription"
    plan_version_id: UUID
    """The prices that it was ordered at."""
    quantity: int
    """How many were ordered."""
    recurring_minor: Minor
    """Price of one per interval, in whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""


class SubscriptionEnded(SubscriptionEvent):
    """Billing of the service ended. With ``provisioning_failed``, nothing was ever billed."""  # (D18)

    subject_type: ClassVar[str] = "subscription"
    reason: Literal["provisioning_failed", "cancelled"]
    """Why it ended."""


class BillingStarted(SubscriptionEvent):
    """Billing of a service started at ``started_at``."""  # (P6, D9)

    subject_type: ClassVar[str] = "subscription"
    started_at: datetime
    """From when on it is billed, in business time."""


class Amount(Fact):
    currency: str
    """ISO 4217 code, for instance ``EUR``."""
    amount_minor: Minor
    """In whole minor units of the currency, for instance cents."""


class MrrChanged(BillingEvent):
    """The monthly recurring revenue of a workspace: absolute amounts per currency, of started subscriptions."""  # (P5)

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
    total_minor: Minor
    """Its total, in whole minor units."""
    currency: str
    """ISO 4217 code, for instance ``EUR``."""


class InvoicedLine(Fact):
    """One line of an invoice."""

    description: str
    """What it is for."""
    kind: Literal["recurring", "one_off"]
    """Whether it is for a period or once."""
    period_from: date
    """The first day that it pays for."""
    period_to: date
    """The last day that it pays for."""
    quantity: int
    """How many."""
    net_minor: Minor
    """Before tax, in whole minor units."""


class InvoiceStatement(InvoiceEvent):
    """An invoice with what a mail says of it. The fields are null or empty in events that are older than they."""

    net_minor: Minor | None = None
    """The total before tax, in whole minor units."""
    tax_minor: Minor | None = None
    """The tax in the total, in whole minor units."""
    lines: tuple[InvoicedLine, ...] = ()
    """The first lines, at most `LINES_IN_EVENTS`."""
    line_count: int = 0
    """How many lines the invoice has."""


class InvoiceIssued(InvoiceStatement):
    """An invoice was numbered and issued. It is immutable."""  # (D21)

    subject_type: ClassVar[str] = "invoice"
    issued_on: date
    """The date that is printed on it."""
    due_on: date
    """The last day to pay it."""


class InvoicePaid(InvoiceStatement):
    """An invoice was paid completely."""

    subject_type: ClassVar[str] = "invoice"
    paid_by: UUID | None = None
    """The person who began the payment."""
    method: PaymentMethod | None = None
    """How it was paid."""


class InvoiceOverdue(InvoiceEvent):
    """An invoice is still open some days after it was due: its billing contact is reminded."""

    subject_type: ClassVar[str] = "invoice"
    due_on: date
    """The last day to pay it."""
    days_overdue: int
    """Days of business time since then."""
    reminder: int
    """The number of this reminder, from 1 on."""
    reminders: int
    """How many reminders are sent, after which the provider's staff are told."""
    outstanding_minor: Minor
    """What is still owed, in whole minor units."""


class InvoiceLongOverdue(InvoiceEvent):
    """An invoice is still open after its last reminder: the provider's staff are told."""

    subject_type: ClassVar[str] = "invoice"
    due_on: date
    """The last day to pay it."""
    days_overdue: int
    """Days of business time since then."""
    outstanding_minor: Minor
    """What is still owed, in whole minor units."""


class InvoiceDownloaded(InvoiceEvent):
    """The invoice's PDF was downloaded."""

    subject_type: ClassVar[str] = "invoice"


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


class ExportMade(ExportEvent):
    """A list was exported to a file, for the person who is the actor."""

    publisher: ClassVar[str] = "billing"
    subject_type: ClassVar[str] = "export"


class ExportDownloaded(ExportEvent):
    """The file of an export was downloaded by the person who had asked for it."""

    publisher: ClassVar[str] = "billing"
    subject_type: ClassVar[str] = "export"


class AttemptRefused(AttemptEvent):
    """A signed-in person tried what their role does not allow."""

    publisher: ClassVar[str] = "billing"
    subject_type: ClassVar[str] = "user"
