"""The list of people, the customers and partners that they may enter, as what, and until when."""

from markupsafe import Markup

from services.portal.clients.links import LinkOfAll
from services.portal.tables import Bulk, Choice, Column, Empty, Search, Sort, Table
from services.portal.tables.cells import form_button, link_button, person
from services.portal.viewer import Viewer
from services.portal.vocabulary import LINK_ROLES, ROLES
from shared.language import formats, mark
from shared.language import gettext as _


def _actions(link: LinkOfAll, viewer: Viewer) -> Markup:
    base, names = f"/{viewer.workspace.kind}/{viewer.workspace.slug}", _names(link)
    listed = "partners" if link.workspace.kind == "partner" else "customers"
    manage = link_button(
        f"{base}/{listed}/{link.workspace.id}/users",
        _("Change"),
        _("Change the access of %(user)s to %(company)s", **names),
    )
    ending = _("End the access of %(user)s to %(company)s", **names)
    return manage + form_button(f"{base}/links/{link.id}/end", _("End"), ending, "btn-danger")


def _names(link: LinkOfAll) -> dict[str, str]:
    return {"user": link.user.display_name, "company": link.workspace.display_name}


def _until(link: LinkOfAll, viewer: Viewer) -> str:
    return formats.day(link.last_day) if link.last_day else _("No last day")


def _nobody(viewer: Viewer) -> Empty:
    text = _("People who are no admins are listed here once they are linked to a customer.")
    return Empty("users", _("Nobody is linked"), text)


WHO_MAY_ENTER: Table[LinkOfAll] = Table(
    id="links",
    caption=mark("Who may enter which customer"),
    columns=(
        Column(
            "person",
            mark("Person"),
            lambda link, viewer: person(link.user.display_name, link.user.address, link.user.display_name),
            sort="person",
            may_hide=False,
        ),
        Column("workspace", mark("Customer"), lambda link, viewer: link.workspace.display_name, sort="workspace"),
        Column("role", mark("Role"), lambda link, viewer: ROLES.get(link.role, link.role), sort="role"),
        Column("last_day", mark("Until"), _until, look="when", sort="last_day"),
    ),
    filters=(
        Search("q", mark("Search people and customers"), mark("Search by name, address or account number")),
        Choice("role", mark("Role"), lambda: [(role, ROLES[role]) for role in LINK_ROLES], mark("Any role")),
    ),
    sorts=(
        Sort("person", mark("Person")),
        Sort("workspace", mark("Customer")),
        Sort("role", mark("Role")),
        Sort("last_day", mark("Until")),
    ),
    empty=_nobody,
    actions=_actions,
    bulk=(
        Bulk(
            "end",
            mark("End the chosen links"),
            "customer.link_user",
            mark("These people lose access to these customers at once."),
        ),
    ),
)
