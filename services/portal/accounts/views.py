"""What the pages of a customer's account show."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.portal.clients.access_rules import GroupAccess
from services.portal.clients.accounts import CustomerGroup
from services.portal.clients.billing import Invoice, NextInvoice, Subscription
from services.portal.clients.closings import Closing
from services.portal.clients.customers import Customer
from services.portal.clients.figures import Mrr
from services.portal.clients.http import Page
from services.portal.clients.payments import PaymentMethod
from services.portal.forms import Form
from services.portal.invoice_lines import Estimate
from services.portal.revenue import Revenue
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class Account(View):
    template = "pages/accounts/account.html"
    customer: Customer
    path: str
    """The account's path."""
    groups: Section[list[CustomerGroup]]
    mrr: Section[list[Mrr]]
    revenue: Sequence[Revenue]
    """Its MRR by month, per currency."""
    closing: Section[Closing | None]
    """Who asked for the account to be closed, if anybody did."""


@dataclass(frozen=True)
class PortalsOfCustomer(View):
    """The account for a seller that sees no money: the portals of the bill groups alone."""

    template = "pages/accounts/portals.html"
    customer: Customer
    path: str
    groups: Section[list[GroupAccess]]
    closing: Section[Closing | None]


@dataclass(frozen=True)
class GroupPage(View):
    template = "pages/accounts/group.html"
    customer: Customer
    path: str
    group: CustomerGroup
    upcoming: Section[NextInvoice]
    others: list[CustomerGroup]
    """Where its subscriptions can be moved to: open groups of its currency."""
    subscriptions: Section[Page[Subscription]]
    invoices: Section[Page[Invoice]]
    methods: Section[list[PaymentMethod]]
    access: Section[list[GroupAccess]]
    """How far its portal is set up; empty while identity does not know the group yet."""
    cursor: str
    """Of the subscriptions."""
    invoices_cursor: str
    key: str
    """The Idempotency-Key of the forms that move a subscription."""
    form: Form
    """The refused one, if any."""


@dataclass(frozen=True)
class GroupNextInvoice(View):
    template = "pages/accounts/next_invoice.html"
    customer: Customer
    path: str
    """The bill group's path."""
    group: CustomerGroup
    estimate: Section[Estimate]


@dataclass(frozen=True)
class GroupForm(View):
    template = "pages/accounts/form.html"
    customer: Customer
    path: str
    group_id: UUID | None
    """None: a new one."""
    form: Form
