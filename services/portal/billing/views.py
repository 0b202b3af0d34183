"""What the pages of billing show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.portal.audit.things import History
from services.portal.billing.attempts import Attempts, Outcome
from services.portal.billing.statement import Party
from services.portal.charts import Bars
from services.portal.clients.billing import BillGroup, Invoice, InvoiceDetail, Line, NextInvoice, Subscription
from services.portal.clients.figures import Mrr, Spend
from services.portal.clients.http import Page
from services.portal.clients.payments import PaymentMethod
from services.portal.forms import Form
from services.portal.invoice_lines import Estimate
from services.portal.revenue import Revenue
from services.portal.tables import TableView
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class Summary(View):
    template = "pages/billing/summary.html"
    bill_groups: Section[list[BillGroup]]
    chosen: BillGroup | None
    """The one that the page is about; None: there is none."""
    upcoming: Section[NextInvoice] | None
    """Its next invoice; None: it has no date."""
    spend: Section[list[Spend]]
    chart: Bars | None
    mrr: Section[list[Mrr]]
    revenue: Sequence[Revenue]
    """The MRR by month, per currency."""
    invoices: TableView[Invoice]
    subscriptions: Section[Page[Subscription]]
    cursor: str


@dataclass(frozen=True)
class InvoiceList(ListPage):
    template = "pages/billing/invoices.html"
    group: UUID | None
    """The bill group that they are of; None: all."""
    paid_elsewhere: Sequence[str]
    """The names of the bill groups that owe something and take no online payments."""


@dataclass(frozen=True)
class DocumentState(View):
    """The button for the PDF, or why there is none."""

    template = "partials/billing/document.html"
    invoice: InvoiceDetail


@dataclass(frozen=True)
class InvoiceState(View):
    template = "partials/billing/invoice_state.html"
    invoice: InvoiceDetail
    attempts: Section[Attempts]
    outcome: Outcome | None
    """What the newest attempt means for the invoice."""
    key: str
    """The form's Idempotency-Key."""
    pays_online: bool
    """Whether to offer paying it here."""


@dataclass(frozen=True)
class InvoicePage(InvoiceState):
    template = "pages/billing/invoice.html"
    parties: Sequence[Party]
    lines: Sequence[tuple[Line, str]]
    """Each with the days that it is for."""
    taxes: Sequence[tuple[str, int]]
    """The tax of each rate, in minor units."""
    references: Sequence[tuple[str, str]]
    history: History


@dataclass(frozen=True)
class NextInvoicePage(View):
    template = "pages/billing/next_invoice.html"
    group: BillGroup
    estimate: Section[Estimate]


@dataclass(frozen=True)
class PaymentMethods(View):
    template = "pages/billing/payment_methods.html"
    group: BillGroup
    methods: Section[list[PaymentMethod]]
    form: Form
    """To add one."""


@dataclass(frozen=True)
class RemoveMethod(View):
    """Whether to remove a payment method."""

    template = "pages/billing/remove_method.html"
    group: BillGroup
    method: PaymentMethod


@dataclass(frozen=True)
class ContactForm(View):
    template = "pages/billing/contact.html"
    group: BillGroup
    kind: Literal["billing", "shipping"]
    form: Form


@dataclass(frozen=True)
class ProfileForm(View):
    template = "pages/billing/profile.html"
    group: BillGroup
    form: Form
