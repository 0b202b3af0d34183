"""The words for states, roles and kinds: the same on every page, in the API and in mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Pill:
    """A state as a coloured dot and a word, never by colour alone."""

    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class Named:
    title: str
    icon: str


STATES = {
    # orders and services
    "requested": Pill("info live", "Requested"),
    "placed": Pill("info live", "Placed"),
    "provisioning": Pill("info live", "Provisioning"),
    "fulfilled": Pill("ok", "Fulfilled"),
    "active": Pill("ok", "Active"),
    "changing": Pill("info live", "Changing"),
    "suspended": Pill("warn", "Suspended"),
    "deleting": Pill("info live", "Deleting"),
    "deleted": Pill("mute", "Deleted"),
    "failed": Pill("bad", "Failed"),
    "cancelled": Pill("mute", "Cancelled"),
    # billing
    "draft": Pill("mute", "Draft"),
    "open": Pill("info", "Open"),
    "partially_paid": Pill("info", "Partially paid"),
    "overdue": Pill("bad", "Overdue"),
    "paid": Pill("ok", "Paid"),
    "void": Pill("mute", "Void"),
    "uncollectible": Pill("bad", "Uncollectible"),
    "past_due": Pill("bad", "Past due"),
    "cancelling": Pill("warn", "Cancelling"),
    "ended": Pill("mute", "Ended"),
    "not_started": Pill("mute", "Billing not started"),
    # invitations and workspaces
    "not_connected": Pill("mute", "Not Connected"),
    "invited": Pill("info", "Invited"),
    "connected": Pill("ok", "Connected"),
    "pending": Pill("info", "Pending"),
    "accepted": Pill("ok", "Accepted"),
    "declined": Pill("mute", "Declined"),
    "revoked": Pill("mute", "Revoked"),
    "expired": Pill("mute", "Expired"),
    "bounced": Pill("bad", "Bounced"),
}

ROLES = {
    "admin": "Admin",
    "regular": "Regular",
    "member": "Member",
    "additional": "Additional",
    "read_only": "Read-Only",
    "support": "Support",
    "billing": "Billing",
}
LINK_ROLES = ("admin", "regular", "read_only", "support")
INVITED_ROLES = ("admin", "regular", "member", "additional", "read_only", "support")

ROLE_HELP = {
    "admin": "Any action, including users and the company profile.",
    "regular": "Add, change and remove services, pay invoices.",
    "member": "See services and invoices; order with approval.",
    "additional": "See services and invoices, renew subscriptions.",
    "read_only": "See services, download documents and invoices.",
    "support": "Troubleshoot. No changes with a financial effect, no prices.",
}

KINDS = {
    "node": Named("Compute nodes", icon="server-2"),
    "port": Named("Ports", icon="plug-connected"),
    "virtual_circuit": Named("Virtual circuits", icon="route"),
    "cloud_connection": Named("Cloud connections", icon="cloud"),
    "cloud_subscription": Named("Cloud subscriptions", icon="cloud-data-connection"),
    "asset": Named("Assets", icon="package"),
    "licence": Named("Licences", icon="license"),
}
THEMES = {
    "auto": Named("As the system", icon="device-desktop"),
    "light": Named("Light", icon="sun"),
    "dark": Named("Dark", icon="moon"),
}
OTHER_KIND = Named("Other", icon="box")

CONTACT_KINDS = {"admin": "Admin", "technical": "Technical", "billing": "Billing"}
WORKSPACE_KINDS = {"provider": "Provider", "partner": "Partner workspace", "customer": "Customer workspace"}
FREQUENCIES = {"monthly": "Monthly", "quarterly": "Quarterly", "yearly": "Yearly"}
INVOICE_FILTERS = ("open", "overdue", "paid")
CLOCKS = {
    "not_started": "Billing not started",
    "pending": "Billing not started",
    "started": "Billing",
    "ended": "Billing ended",
}
VIA = {"on_behalf": "on behalf", "parent": "by the seller", "system": "by the system", "token": "via API"}

ENDED = {
    "revoked": "Somebody who manages this customer's users has taken your access away.",
    "replaced": "You opened another customer, and one browser works for one customer at a time.",
    "expired": "Work on behalf of a customer ends by itself after a while.",
    "ended": "You left it.",
}

INTERVALS = {1: "per month", 3: "per quarter", 6: "per half-year", 12: "per year"}


def role_options(roles: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(role, ROLES[role]) for role in roles]


def pill(state: str) -> Pill:
    return STATES.get(state) or Pill("mute", words(state))


def kind_of(kind: str) -> Named:
    return KINDS.get(kind, OTHER_KIND)


def words(name: str) -> str:
    """``last_order`` as readable text: Last order."""
    return name.replace("_", " ").strip().capitalize()


def interval(months: int) -> str:
    return INTERVALS.get(months, f"every {months} months")


def main_detail(details: Mapping[str, Any] | None, actor: str | None = None) -> str:
    """The most telling detail of a log entry: a product, a number, an address, a kind of mail, a role. Not the actor's
    own address, which is shown anyway."""
    if details is None:
        return "cannot be read"
    for name in ("product_name", "number", "address", "display_name"):
        if details.get(name) not in (None, "", actor):
            return str(details[name])
    role = details.get("role") or (details.get("grant") or {}).get("role")
    return words(details.get("topic") or "") or ROLES.get(str(role), "")


def action(name: str) -> str:
    """An event's name as text: ``provisioning.order_placed`` is Order placed."""
    return words(name.rpartition(".")[2])
