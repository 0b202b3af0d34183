"""Invoices."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Fact
from shared.events.billing.base import BillingEvent, PaymentMethod
from shared.events.money import Minor

LINES_IN_EVENTS = 20
"""An invoice may have many more lines; its document has all of them."""


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
    kind: Literal["recurring", "one_off", "unused", "leaving"]
    """Whether it is for a period or once, a credit for days that were paid and are not used, or what was left of a
    minimum term."""
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


class InvoicePartlyPaid(InvoiceEvent):
    """A part of an invoice was paid."""

    subject_type: ClassVar[str] = "invoice"
    paid_minor: Minor
    """What was paid now, in whole minor units."""
    outstanding_minor: Minor
    """What is still owed."""
    paid_by: UUID | None = None
    """The person who began the payment."""


class InvoiceReopened(InvoiceEvent):
    """A bank took a payment back: what it had paid of the invoice is owed again."""

    subject_type: ClassVar[str] = "invoice"
    outstanding_minor: Minor
    """What is owed now, in whole minor units."""


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


class InvoicePrintRetried(InvoiceEvent):
    """The provider's staff had the PDF of an invoice made again that could not be made, or lacks characters. Belongs to
    the customer's workspace."""

    subject_type: ClassVar[str] = "invoice"
