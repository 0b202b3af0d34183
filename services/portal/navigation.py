"""The side bar. It leaves out what the role can never do."""

from dataclasses import dataclass

from services.portal.viewer import Viewer
from shared.language import gettext as _
from shared.language import mark


@dataclass(frozen=True, slots=True)
class NavLink:
    id: str
    title: str
    href: str
    icon: str
    key: str = ""
    """The letter that leads there after ``g``; empty: none does."""


@dataclass(frozen=True, slots=True)
class NavGroup:
    title: str
    links: list[NavLink]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A link of the side bar, with the workspace kinds and the permission that it needs. Paths of pages about customers
    begin with the kind of the parent workspace: /partner/… or /provider/…"""

    id: str
    title: str
    icon: str
    kinds: tuple[str, ...]
    permission: str
    section: str | None = None
    """The last part of the path; None: the id."""
    below_kind: bool = False
    key: str = ""


ALL, CUSTOMER, PARTNER, PARENTS, PROVIDER = (
    ("customer", "partner", "provider"),
    ("customer",),
    ("partner",),
    ("partner", "provider"),
    ("provider",),
)

WORK = [
    NavEntry("overview", mark("Overview"), icon="layout-dashboard", kinds=ALL, permission="session.own", section="",
          key="o"),
    NavEntry("setup", mark("Set up"), icon="list-check", kinds=PROVIDER, permission="mail.test", below_kind=True),
    NavEntry("customers", mark("Customers"), icon="building", kinds=PARENTS, permission="customer.list",
          below_kind=True, key="c"),
    NavEntry("invitations", mark("Invitations"), icon="send", kinds=PARENTS, permission="customer.invite",
          below_kind=True),
    NavEntry("links", mark("Who may enter"), icon="user-share", kinds=PARENTS, permission="customer.link_user",
          below_kind=True),
    NavEntry("partners", mark("Partners"), icon="affiliate", kinds=PROVIDER, permission="customer.list",
          below_kind=True),
    NavEntry("customer-orders", mark("Orders"), icon="shopping-cart", kinds=PARTNER, permission="customer.list",
          below_kind=True),
    NavEntry("all-orders", mark("Orders"), icon="shopping-cart", kinds=PROVIDER, permission="work.view",
          below_kind=True),
    NavEntry("quotes", mark("Quotes"), icon="file-dollar", kinds=PROVIDER, permission="bill_group.view",
          below_kind=True),
    NavEntry("manual-tasks", mark("Work by hand"), icon="truck-delivery", kinds=PROVIDER, permission="work.fulfil"),
    NavEntry("failed-orders", mark("Failed orders"), icon="shopping-cart-x", kinds=PROVIDER, permission="order.retry",
          below_kind=True),
    NavEntry("failed-work", mark("Failed work"), icon="alert-triangle", kinds=PROVIDER, permission="work.view",
          below_kind=True),
    NavEntry("unprinted-invoices", mark("Unprinted invoices"), icon="receipt", kinds=PROVIDER,
          permission="bill_group.view", below_kind=True),
    NavEntry("undelivered-mails", mark("Undelivered mails"), icon="mail-x", kinds=PROVIDER,
          permission="bill_group.view", below_kind=True),
    NavEntry("billing-run", mark("Billing run"), icon="receipt-off", kinds=PROVIDER, permission="billing_run.view",
          below_kind=True),
    NavEntry("products", mark("Products"), icon="packages", kinds=PROVIDER, permission="service.view", below_kind=True),
    NavEntry("infrastructure", mark("Infrastructure"), icon="server-cog", kinds=PROVIDER,
          permission="infrastructure.view", below_kind=True),
    NavEntry("events", mark("Events"), icon="arrows-exchange", kinds=PROVIDER, permission="catalogue.edit",
          below_kind=True),
    NavEntry("news", mark("News"), icon="speakerphone", kinds=PROVIDER, permission="campaign.view", below_kind=True),
    NavEntry("mails", mark("Mails"), icon="mail", kinds=PROVIDER, permission="mail.preview"),
    NavEntry("nodes", mark("Nodes"), icon="map-2", kinds=CUSTOMER, permission="service.view"),
    NavEntry("services", mark("Services"), icon="server-2", kinds=CUSTOMER, permission="service.view", key="s"),
    NavEntry("orders", mark("Orders"), icon="shopping-cart", kinds=CUSTOMER, permission="service.view"),
    NavEntry("licences", mark("Licences"), icon="license", kinds=CUSTOMER, permission="licence.view"),
    NavEntry("downloads", mark("Downloads"), icon="cloud-download", kinds=CUSTOMER, permission="download.get"),
    NavEntry("quotes", mark("Quotes"), icon="file-dollar", kinds=CUSTOMER, permission="quote.view"),
    NavEntry("locations", mark("Locations"), icon="map-pin", kinds=CUSTOMER, permission="location.view"),
]  # fmt: skip
ACCOUNT = [
    NavEntry("billing", mark("Billing"), icon="receipt", kinds=CUSTOMER, permission="money.view", key="b"),
    NavEntry("users", mark("Users"), icon="users", kinds=ALL, permission="user.list", key="u"),
    NavEntry("contacts", mark("Contacts"), icon="address-book", kinds=ALL, permission="contact.list"),
    NavEntry("audit", mark("Audit log"), icon="history", kinds=ALL, permission="audit.view", key="a"),
    NavEntry("exports", mark("Exports"), icon="download", kinds=ALL, permission="session.own"),
    NavEntry("branding", mark("Branding"), icon="palette", kinds=PARENTS, permission="branding.edit"),
    NavEntry("settings", mark("Settings"), icon="settings", kinds=ALL, permission="workspace.edit"),
]


def side_bar(viewer: Viewer) -> list[NavGroup]:
    groups = [NavGroup("", _links(viewer, WORK)), NavGroup(_("Account"), _links(viewer, ACCOUNT))]
    return [group for group in groups if group.links]


def _links(viewer: Viewer, entries: list[NavEntry]) -> list[NavLink]:
    kind = viewer.workspace.kind
    return [
        NavLink(entry.id, _(entry.title), _address(viewer, entry), entry.icon, entry.key)
        for entry in entries
        if kind in entry.kinds and viewer.may(entry.permission) and not _is_nothing(viewer, entry)
    ]


def _is_nothing(viewer: Viewer, entry: NavEntry) -> bool:
    """Whether it is nothing to somebody who is limited to a part of the workspace, or is over."""
    if entry.id == "setup":
        return not viewer.context.setup_due
    return (viewer.is_visitor and entry.id == "overview") or (entry.id == "billing" and not viewer.sees_invoices)


def _address(viewer: Viewer, entry: NavEntry) -> str:
    base = f"/{viewer.workspace.kind}" if entry.below_kind else "/w"
    return f"{base}/{viewer.workspace.slug}/{entry.id if entry.section is None else entry.section}"
