"""The list of addresses that mails come back from."""

from markupsafe import Markup

from services.portal.atoms import filled, really_when
from services.portal.clients.notifications import SuppressedAddress
from services.portal.customers.account_paths import account_path
from services.portal.formatting import breakable
from services.portal.tables import Column, Empty, Search, Table
from services.portal.tables.cells import NOTHING, link_button, named
from services.portal.viewer import Viewer
from shared.language import gettext as _
from shared.language import mark

KINDS = {
    "user": mark("A user"),
    "admin_contact": mark("A contact of the company"),
    "billing_contact": mark("The billing contact of a bill group"),
}
REASONS = {
    "no_mailbox": mark("There is no such mailbox (%(status)s)."),
    "often_refused": mark("Three mails came back within 30 days (%(status)s)."),
}


def _address(found: SuppressedAddress, viewer: Viewer) -> Markup:
    shown = filled('<span translate="no">%s</span>', breakable(found.address))
    return named(Markup(""), shown, _(KINDS.get(found.recipient_kind, KINDS["admin_contact"])))


def _customer(found: SuppressedAddress, viewer: Viewer) -> Markup | str:
    """Where the contact can be put right. The account of a partner's customer is the partner's to see."""
    name = found.customer_name or NOTHING
    if not found.is_own_customer:
        return name
    return filled('<a href="%s">%s</a>', account_path(viewer, found.workspace_id), name)


def _reason(found: SuppressedAddress, viewer: Viewer) -> str:
    return _(REASONS.get(found.reason, REASONS["no_mailbox"]), status=found.status)


def _release(found: SuppressedAddress, viewer: Viewer) -> Markup:
    if not viewer.may("bill_group.manage"):
        return Markup("")
    path = f"/provider/{viewer.workspace.slug}/undelivered-mails/addresses/{found.id}/release"
    return link_button(path, _("Release"), _("Release %(address)s", address=found.address))


ADDRESSES: Table[SuppressedAddress] = Table(
    id="suppressed-addresses",
    caption=mark("Suppressed addresses"),
    columns=(
        Column("address", mark("Address"), _address, may_hide=False, look="wide-cell"),
        Column("customer", mark("Workspace"), _customer, look="wide-cell"),
        Column("reason", mark("Reason"), _reason, look="wide-cell"),
        Column("since", mark("Since"), lambda found, viewer: really_when(found.since), look="when"),
    ),
    filters=(Search("q", mark("Search suppressed addresses"), mark("Address or workspace")),),
    empty=lambda viewer: Empty(
        "circle-check", _("No address is suppressed"), _("An address that mails come back from is listed here.")
    ),
    actions=_release,
    row_id=lambda found: str(found.id),
    fold_early=True,
)
