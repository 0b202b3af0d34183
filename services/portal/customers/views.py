"""What the pages of customers show, and those about who may work for a customer or a partner."""

from dataclasses import dataclass

from services.portal.clients.customers import Child, CustomersPage, SuspensionBelow
from services.portal.clients.http import Page
from services.portal.clients.links import Link
from services.portal.clients.moves import MoveBelow
from services.portal.clients.page_context import User
from services.portal.customers.lists import ChildList
from services.portal.forms import Form
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ManageUsers(View):
    template = "pages/customers/manage_users.html"
    child: Child
    links: Page[Link]
    linkable: Page[User]
    path: str
    listed: ChildList
    form: Form
    notice: str
    """What was just done, for a panel that has no page around it."""
    cursor: str
    """Of the linked users; empty: this is their first page."""
    offered: str
    """Of those who can be linked."""


@dataclass(frozen=True)
class WhyEnter(View):
    """What somebody is asked for who enters a customer or partner."""

    template = "pages/customers/why_enter.html"
    slug: str
    """Of the workspace to enter."""
    action: str
    """Where the form goes."""
    form: Form


@dataclass(frozen=True)
class ManageUsersPanel(ManageUsers):
    """The same in a sheet."""

    template = "partials/customers/manage_users.html"


@dataclass(frozen=True)
class CustomerList(ListPage):
    template = "pages/customers/list.html"
    customers: Section[CustomersPage]
    """Whose totals stand above the table."""
    counted: int
    """Up to how many customers the totals are exact."""
    base: str
    """Whether a partner's or the provider's pages: the first part of their paths."""


@dataclass(frozen=True)
class NotConnectedList(ListPage):
    template = "pages/customers/invitations.html"
    base: str


@dataclass(frozen=True)
class NewCustomer(View):
    template = "pages/customers/new.html"
    form: Form
    base: str


@dataclass(frozen=True)
class SendInvitation(View):
    template = "pages/customers/send_invitation.html"
    child: Child
    listed: ChildList
    key: str
    """The form's Idempotency-Key."""


@dataclass(frozen=True)
class RenameChild(View):
    template = "pages/customers/rename.html"
    child: Child
    listed: ChildList
    form: Form


@dataclass(frozen=True)
class RemoveChild(View):
    template = "pages/customers/remove.html"
    child: Child
    listed: ChildList
    form: Form


@dataclass(frozen=True)
class Suspending(View):
    """What it means to suspend it, or its suspension with the way to end it."""

    template = "pages/customers/suspending.html"
    child: SuspensionBelow
    listed: ChildList
    path: str
    back: str
    form: Form


@dataclass(frozen=True)
class Moving(View):
    """The newest move that was proposed to a customer, and the form for another one."""

    template = "pages/customers/moving.html"
    child: MoveBelow
    sellers: list[tuple[str, str]]
    """The options of who can take the customer now; empty while nothing can be proposed."""
    listed: ChildList
    path: str
    back: str
    form: Form


@dataclass(frozen=True)
class AddressOnFile(View):
    template = "pages/customers/address.html"
    child: Child
    listed: ChildList
    form: Form
