"""The lists of identity that can be exported."""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.identity.access_requests.listing import list_access_requests
from services.identity.access_requests.schemas import AccessRequestsQuery
from services.identity.contacts.listing import list_contacts
from services.identity.contacts.schemas import ContactsQuery
from services.identity.customers.overview import ListCriteria, fetch_customers
from services.identity.customers.schemas import Activity, CustomerSort
from services.identity.customers.search import search
from services.identity.invitations.listing import list_invitations
from services.identity.invitations.schemas import InvitationsQuery
from services.identity.links.of_parent import list_of_parent
from services.identity.links.overview import list_all
from services.identity.links.schemas import LinksQuery
from services.identity.partners.overview import fetch_partners
from services.identity.users.listing import list_users
from services.identity.users.schemas import UsersQuery
from shared.events.identity import ArchiveDownloaded, ArchiveRequested, ExportDownloaded, ExportMade
from shared.exports import (
    ArchiveFile,
    Asked,
    Cell,
    Column,
    ExportList,
    Exports,
    NoFilters,
    Page,
    as_listed,
    in_major_units,
)
from shared.language import mark
from shared.schemas import Body


class CustomerFilters(Body):
    status: Literal["connected", "not_connected"] = "connected"
    q: Annotated[str | None, Field(max_length=100)] = None
    sort: CustomerSort = "name"
    descending: bool = False
    hide_inactive: bool = False
    activity: Activity | None = None


class Revenue(Column):
    """Monthly recurring revenue: a number, or several with a plus between, one per currency."""

    def value(self, item: Any) -> Cell:
        amounts = [in_major_units(each["amount_minor"], each["currency"]) for each in item["mrr"]["value"] or ()]
        return amounts[0] if len(amounts) == 1 else " + ".join(map(str, amounts))


class RevenueCurrency(Column):
    """Their currencies, in the same order."""

    def value(self, item: Any) -> Cell:
        return " + ".join(each["currency"] for each in item["mrr"]["value"] or ())


async def customers(asked: Asked[CustomerFilters], cursor: str | None, limit: int) -> Page:
    wanted, access = asked.filters, asked.reads.access
    criteria = ListCriteria(
        wanted.status, wanted.q, wanted.sort, wanted.descending, wanted.hide_inactive, asked.now, wanted.activity
    )
    criteria = await search(asked.reads, access, criteria)
    items, following = await fetch_customers(asked.reads, access, criteria, cursor, limit)
    return {"items": items, "next": following}


async def of_parent(asked: Asked[NoFilters], cursor: str | None, limit: int) -> Page:
    """There is one page."""
    return {"items": await list_of_parent(asked.reads), "next": None}


async def partners(asked: Asked[NoFilters], cursor: str | None, limit: int) -> Page:
    items, following = await fetch_partners(asked.reads, asked.reads.access, cursor, limit)
    return {"items": items, "next": following}


USERS = ExportList(
    "users",
    "user.list",
    UsersQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Name"), "display_name"),
        Column(mark("E-mail address"), "address"),
        Column(mark("Role"), "role"),
        Column(mark("Last active"), "last_active_at"),
    ),
    as_listed(list_users),
    archived=(ArchiveFile("users", mark("The people who have access to the workspace, with their roles.")),),
)
INVITATIONS = ExportList(
    "invitations",
    "user.list",
    InvitationsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Name"), "display_name"),
        Column(mark("E-mail address"), "address"),
        Column(mark("Role"), "role"),
        Column(mark("Status"), "state"),
        Column(mark("Invited by"), "inviter"),
        Column(mark("Sent"), "sent_at"),
        Column(mark("Reminded"), "reminded_at"),
        Column(mark("Could not be delivered"), "undelivered_at"),
        Column(mark("Valid until"), "expires_at"),
    ),
    as_listed(list_invitations),
    archived=(ArchiveFile("invitations", mark("Who was invited to the workspace, and what became of it.")),),
)
ACCESS_REQUESTS = ExportList(
    "access-requests",
    "access_request.decide",
    AccessRequestsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Name"), "display_name"),
        Column(mark("E-mail address"), "address"),
        Column(mark("What they wrote"), "message"),
        Column(mark("Status"), "state"),
        Column(mark("Asked"), "asked_at"),
        Column(mark("Valid until"), "expires_at"),
        Column(mark("Decided by"), "decider"),
        Column(mark("Reason"), "reason"),
    ),
    as_listed(list_access_requests),
    archived=(ArchiveFile("access-requests", mark("Who asked for access to the workspace, and who decided it.")),),
)
CONTACTS = ExportList(
    "contacts",
    "contact.list",
    ContactsQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Kind"), "kind"),
        Column(mark("Name"), "display_name"),
        Column(mark("E-mail address"), "address"),
        Column(mark("Gets mail about provisioned services"), "wants_service_mail"),
        Column(mark("Gets mail about deleted services"), "wants_deletion_mail"),
    ),
    as_listed(list_contacts),
    archived=(ArchiveFile("contacts", mark("The contacts of the company, to whom mails are sent.")),),
)
LINKS = ExportList(
    "links/all",
    "customer.link_user",
    LinksQuery,
    (
        Column(mark("Id"), "id"),
        Column(mark("Name"), "user.display_name"),
        Column(mark("E-mail address"), "user.address"),
        Column(mark("Customer"), "workspace.display_name"),
        Column(mark("Account number"), "workspace.account_number"),
        Column(mark("Role"), "role"),
        Column(mark("Last day"), "last_day"),
    ),
    as_listed(list_all),
    archived=(ArchiveFile("links", mark("Which users may work on behalf of which customer or partner.")),),
)
OF_PARENT = ExportList(
    "links/of-parent",
    "user.list",
    NoFilters,
    (
        Column(mark("Link id"), "link_id"),
        Column(mark("Company"), "company"),
        Column(mark("Name"), "user.display_name"),
        Column(mark("E-mail address"), "user.address"),
        Column(mark("Role"), "role"),
        Column(mark("Last day"), "last_day"),
    ),
    of_parent,
    archived=(
        ArchiveFile("people-of-seller", mark("Who of the seller may work on behalf of the workspace, at most 200.")),
    ),
)
CHILD = (
    Column(mark("Id"), "id"),
    Column(mark("Account number"), "account_number"),
    Column(mark("Name"), "display_name"),
    Column(mark("Status"), "status"),
    Column(mark("Suspended"), "suspended_at"),
    Column(mark("Contact"), "contact.display_name"),
    Column(mark("Contact’s e-mail address"), "contact.address"),
    Column(mark("Your role"), "role"),
)
"""What a customer and a partner have in common."""
TOTALS = (
    Revenue(mark("Monthly revenue"), "mrr"),
    RevenueCurrency(mark("Currency"), "mrr"),
    Column(mark("Ports"), "ports.value"),
    Column(mark("Virtual circuits"), "virtual_circuits.value"),
    Column(mark("Cloud connections"), "cloud_connections.value"),
    Column(mark("Last activity"), "last_activity_at.value"),
)
CUSTOMERS = ExportList(
    "customers",
    "customer.list",
    CustomerFilters,
    (
        *CHILD,
        *TOTALS,
        Column(mark("Last order"), "last_order_at.value"),
    ),
    customers,
    own=True,
    archived=(
        ArchiveFile("customers", mark("The customers of the workspace that have signed up, with their totals.")),
        ArchiveFile(
            "invited-customers",
            mark("The customers of the workspace that have not signed up yet."),
            {"status": "not_connected"},
        ),
    ),
)
PARTNERS = ExportList(
    "partners",
    "customer.list",
    NoFilters,
    (
        *CHILD,
        Column(mark("Customers"), "customers.value"),
        *TOTALS,
    ),
    partners,
    own=True,
    archived=(ArchiveFile("partners", mark("The partners of the workspace, with their totals.")),),
)
LISTS = (USERS, INVITATIONS, ACCESS_REQUESTS, CONTACTS, OF_PARENT, LINKS, CUSTOMERS, PARTNERS)
EXPORTS = Exports("identity", LISTS, ExportMade, ExportDownloaded, ArchiveRequested, ArchiveDownloaded)
