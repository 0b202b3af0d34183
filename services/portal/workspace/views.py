"""What the overviews and the support page show."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.audit.telling import Told
from services.portal.clients.audit import Entry
from services.portal.clients.billing import BillGroup, Invoice
from services.portal.clients.customers import CustomersPage, Partner
from services.portal.clients.figures import FailingPayments
from services.portal.clients.http import CountedPage, Page
from services.portal.clients.identity import Contact
from services.portal.clients.provisioning import Service
from services.portal.viewer import Section
from services.portal.views import View
from services.portal.whom_to_ask import Helper, Sales
from services.portal.workspace.at_a_glance import Glance
from services.portal.workspace.first_steps import FirstStep


@dataclass(frozen=True)
class CustomerOverview(View):
    template = "pages/workspace/overview.html"
    services: Section[CountedPage[Service]]
    bill_groups: Section[list[BillGroup]]
    invoices: Section[CountedPage[Invoice]]
    entries: Section[Page[Entry]]
    activity: Sequence[Told]
    """The newest of the entries, without what only follows from others."""
    waiting: int
    """How many orders wait for the approval of those who may approve."""
    offers: int
    """How many offers wait for the answer of those who answer."""
    steps: Sequence[FirstStep]
    """What a new customer does first; empty as soon as all is done."""


@dataclass(frozen=True)
class ParentOverview(View):
    template = "pages/workspace/parent_overview.html"
    customers: Section[CustomersPage]
    partners: Section[Page[Partner]] | None
    """None: only the provider has partners."""
    entries: Section[Page[Entry]]
    activity: Sequence[Told]
    summary: Section[Sequence[Glance]]
    """The customers by activity, and invitations."""
    failing: Section[FailingPayments]
    """Customers that do not pay."""
    revenue: Section[Sequence[Glance]]
    """What moved the customers' revenue in this month."""
    to_acknowledge: int
    """How many orders wait until the provider's staff confirm them."""
    by_hand: int
    """How much the provider's staff are to do by hand."""
    to_price: int
    """How many quotes customers ask for that nobody has drafted."""
    orders: Section[Sequence[Glance]] | None
    """The customers' orders in progress. None: the provider has a list of all orders."""


@dataclass(frozen=True)
class SupportPage(View):
    template = "pages/workspace/support.html"
    helper: Helper
    sales: Sales | None
    contacts: Section[CountedPage[Contact]]
