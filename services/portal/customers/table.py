"""The lists of customers, of those not connected yet, and of partners."""

from collections.abc import Callable
from uuid import UUID

from markupsafe import Markup

from services.portal.atoms import avatar, cell_money, cell_number, cell_when, filled, icon, invited, status
from services.portal.clients.customers import COUNTED, Child, Customer, CustomersPage, Partner
from services.portal.customers.acts_below import acts_below
from services.portal.customers.lists import ChildList
from services.portal.formatting import breakable
from services.portal.tables import Bulk, Choice, Column, Empty, Search, Sort, Switch, Table
from services.portal.tables.cells import chip, form_button, link_button, named
from services.portal.viewer import Viewer
from services.portal.vocabulary import ROLES, pill
from shared.language import formats, mark, ngettext
from shared.language import gettext as _

NUMBERS: tuple[tuple[str, str, Callable[[Child], Markup | str], str], ...] = (
    ("mrr", mark("MRR"), lambda child: cell_money(child.mrr), "num strong"),
    ("ports", mark("Ports"), lambda child: cell_number(child.ports), "num"),
    ("virtual_circuits", mark("VCs"), lambda child: cell_number(child.virtual_circuits), "num"),
    ("cloud_connections", mark("Cloud"), lambda child: cell_number(child.cloud_connections), "num"),
    ("last_activity", mark("Last activity"), lambda child: cell_when(child.last_activity_at), "gap when"),
)
"""What customers and partners have in common: name, title, cell and look."""


def _named(child: Child, viewer: Viewer, href: str = "") -> Markup:
    role = chip(ROLES[child.role]) if child.role and child.role != "admin" else ""
    below = Markup("{}{}{}").format(child.account_number, role, _standing(child))
    return named(avatar(child.display_name), child.display_name, below, href)


def _standing(child: Child) -> Markup:
    """Beside whether it is connected: that it is suspended, and that its account is being closed, or is closed."""
    said = [_("Suspended")] if child.suspended_at else []
    if child.closed_at:
        said.append(_("Account closed"))
    elif child.closes_at:
        said.append(_("Closes on %(day)s", day=formats.day(child.closes_at)))
    return Markup("").join(chip(each) for each in said)


def _hidden(child: Customer | Partner, viewer: Viewer) -> Markup | None:
    if not child.all_hidden:
        return None
    known = child.role in ROLES
    said = _("Hidden with %(role)s access", role=ROLES[child.role]) if known else _("Hidden with your access")
    return filled("<span>%s%s</span>", icon("lock"), said)


def _numbers(*, sortable: bool) -> list[Column[Child]]:
    return [
        Column(name, title, _cell(cell), look=look, sort=name if sortable else None)
        for name, title, cell, look in NUMBERS
    ]


def _cell(shown: Callable[[Child], Markup | str]) -> Callable[[Child, Viewer], Markup | str]:
    return lambda child, viewer: shown(child)


def _acts(listed: ChildList) -> Callable[[Child, Viewer], Markup | str]:
    def acts(child: Child, viewer: Viewer) -> Markup:
        name, made = child.display_name, Markup("")
        has_account = viewer.may("bill_group.view") or viewer.may("access_rule.manage")
        if listed.id == "customers" and has_account:
            made += link_button(listed.account(child.id), _("Account"), _("Account of %(name)s", name=name))
        if child.is_connected and viewer.may("customer.enter"):
            made += _entry(child, listed)
        elif not child.is_connected and viewer.may("customer.invite"):
            made += _address(child, listed)
            made += link_button(listed.renaming(child.id), _("Rename"), _("Rename %(name)s", name=name))
            made += link_button(listed.removal(child.id), _("Remove"), _("Remove %(name)s", name=name))
        if listed.id != "invitations" and viewer.may("customer.link_user"):
            made += filled(
                USERS, *[listed.users(child.id)] * 2, _("Manage users of %(name)s", name=name), icon("user-cog")
            )
        return made

    return acts


def _entry(child: Child, listed: ChildList) -> Markup:
    """The way in; where the child keeps admins out, that instead."""
    if not child.may_enter:
        return filled('<small class="sub">%s %s</small>', icon("lock"), _("Keeps your admins out"))
    name = child.display_name
    return form_button(f"{listed.path}/{child.slug}/view", _("View"), _("View %(name)s", name=name))


USERS = '<a class="icon-btn" href="%s" hx-get="%s" hx-target="#sheet" hx-swap="innerHTML" aria-label="%s">%s</a>'
"""Opens the panel of who may work for a child, in a sheet where there is a script."""


def _address(child: Child, listed: ChildList) -> Markup:
    """The link to a child's address on file."""
    name, path = child.display_name, listed.contact(child.id)
    if child.contact:
        return link_button(path, _("Change"), _("Change the address of %(name)s", name=name))
    return link_button(path, _("Add address"), _("Put an address on file for %(name)s", name=name))


def _portal(listed: ChildList) -> Callable[[Child, Viewer], Markup | str]:
    """Whether somebody has signed up there; else the way to invite them."""

    def portal(child: Child, viewer: Viewer) -> Markup:
        may = not child.is_connected and viewer.may("customer.invite")
        shown = status(child.status)
        if may:
            label = _("%(status)s: invite %(name)s", status=pill(child.status).word, name=child.display_name)
            path = listed.invitation(child.id)
            shown = filled('<a class="btn btn-sm pill-button" href="%s" aria-label="%s">%s</a>', path, label, shown)
        if may and not child.contact:
            shown += filled(' <small class="sub">%s</small>', _("needs an address first"))
        if child.invitation:
            shown += invited(child.invitation)
        if listed.has_partners and child.contact:
            shown += filled('<small class="sub under">%s</small>', breakable(child.contact.address))
        return shown

    return portal


def inactive_note(page: CustomersPage) -> str:
    """How many are hidden, because they are inactive. Identity counts no further than `COUNTED`."""
    hidden = page.inactive_hidden
    if not hidden:
        return ""
    if hidden > COUNTED:
        return " · " + _("more than %(counted)s inactive hidden", counted=formats.number(COUNTED))
    shown = formats.number(hidden)
    return " · " + ngettext("%(hidden)s inactive hidden", "%(hidden)s inactive hidden", hidden, hidden=shown)


INACTIVE = mark(
    "Hides accounts with no order and no activity for more than 30 days and $0.00 MRR. All three must hold."
)
HINT = mark(
    "Check the spelling, or clear the filters. One or two letters find only words that begin with them; signs alone "
    "find nothing."
)
SORTS = (
    Sort("name", mark("Customer")),
    *(Sort(name, title, descending_first=True) for name, title, _cell_of, _look in NUMBERS),
    Sort("last_order", mark("Last order"), descending_first=True),
)


def _activities() -> list[tuple[str, str]]:
    return [("inactive", _("Inactive")), ("never", _("Never active"))]


ORDERED: Column[Customer] = Column(
    "last_order",
    mark("Last order"),
    lambda customer, viewer: cell_when(customer.last_order_at),
    look="when",
    sort="last_order",
)


SEARCH = Search("q", mark("Search customers"), mark("Search by name or account number"))
ACTIVITY = Choice("activity", mark("Activity"), _activities, mark("Any activity"))
HIDE_INACTIVE = Switch("hide_inactive", mark("Hide inactive"), INACTIVE)


def customers_table(listed: ChildList, empty: Callable[[Viewer], Empty]) -> Table[Customer]:
    return Table(
        id="customers",
        caption=mark("Customers"),
        exported=("identity", "customers"),
        columns=(
            Column("name", mark("Customer"), _named, sort="name", may_hide=False),
            *_numbers(sortable=True),
            ORDERED,
        ),
        filters=(SEARCH, ACTIVITY, HIDE_INACTIVE),
        sorts=SORTS,
        empty=empty,
        hint=HINT,
        actions=_acts(listed),
        instead=_hidden,
        row_id=lambda customer: customer.slug,
        fold_early=True,
    )


INVITE = Bulk(
    "invite",
    mark("Send Invitation?"),
    "customer.invite",
    mark("Each invitation goes to the address on file. The links of earlier ones stop working."),
    mark("Send the invitations"),
)


def customers_of_partner_table(
    listed: ChildList, partner_id: UUID, empty: Callable[[Viewer], Empty]
) -> Table[Customer]:
    """The customers of a partner, to read."""
    return Table(
        id="customers",
        caption=mark("Customers"),
        columns=(
            Column("name", mark("Customer"), _of_partner, sort="name", may_hide=False),
            Column("portal", mark("Portal"), _portal_to_read, look="wide-cell"),
            *_numbers(sortable=True),
            ORDERED,
        ),
        filters=(
            SEARCH,
            Choice("status", mark("Portal"), lambda: [("not_connected", _("Not Connected"))], mark("Connected")),
            HIDE_INACTIVE,
        ),
        sorts=SORTS,
        empty=empty,
        hint=HINT,
        actions=acts_below(listed, partner_id),
        instead=_hidden,
        row_id=lambda customer: customer.slug,
        fold_early=True,
    )


def _of_partner(child: Child, viewer: Viewer) -> Markup:
    below = Markup("{}{}").format(child.account_number, _standing(child))
    return named(avatar(child.display_name), child.display_name, below)


def _portal_to_read(child: Child, viewer: Viewer) -> Markup:
    return status(child.status) + _invited_since(child)


def _invited_since(child: Child) -> Markup:
    return invited(child.invitation) if child.invitation else Markup("")


def invitations_table(listed: ChildList, empty: Callable[[Viewer], Empty]) -> Table[Customer]:
    return Table(
        id="invitations",
        caption=mark("Customers that are not connected"),
        exported=("identity", "customers"),
        export_of={"status": "not_connected"},
        columns=(
            Column("name", mark("Customer"), _named, sort="name", may_hide=False),
            Column("address", mark("Address on file"), _on_file, look="wide-cell"),
            Column("portal", mark("Portal"), _portal(listed), look="wide-cell"),
        ),
        filters=(Search("q", mark("Search customers"), mark("Search by name or account number")),),
        sorts=(Sort("name", mark("Customer")),),
        empty=empty,
        hint=HINT,
        actions=_acts(listed),
        row_id=lambda customer: customer.slug,
        bulk=(INVITE,),
    )


def _on_file(child: Child, viewer: Viewer) -> Markup | str:
    return child.contact.address if child.contact else filled('<span class="sub">%s</span>', _("None yet"))


def _partner_in(listed: ChildList) -> Callable[[Child, Viewer], Markup]:
    return lambda child, viewer: _named(child, viewer, listed.account(child.id))


def partners_table(listed: ChildList, empty: Callable[[Viewer], Empty]) -> Table[Partner]:
    return Table(
        id="partners",
        caption=mark("Partners"),
        exported=("identity", "partners"),
        columns=(
            Column("name", mark("Partner"), _partner_in(listed), may_hide=False),
            Column("portal", mark("Portal"), _portal(listed), look="wide-cell"),
            Column("customers", mark("Customers"), lambda partner, viewer: cell_number(partner.customers), look="num"),
            *_numbers(sortable=False),
        ),
        empty=empty,
        actions=_acts(listed),
        instead=_hidden,
        row_id=lambda partner: partner.slug,
        bulk=(INVITE,),
        may_choose=lambda partner, viewer: not partner.is_connected,
        fold_early=True,
    )
