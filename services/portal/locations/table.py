"""The list of locations."""

from collections.abc import Callable, Mapping
from uuid import UUID

from markupsafe import Markup

from services.portal.atoms import filled, icon, status
from services.portal.clients.locations import Location, LocationStatus
from services.portal.formatting import breakable
from services.portal.locations.sides import Side
from services.portal.tables import Choice, Column, Empty, Search, Sort, Table
from services.portal.tables.cells import NOTHING, chip, link_button, named
from services.portal.viewer import Section, Viewer
from services.portal.vocabulary import pill
from shared.language import formats, mark, pgettext
from shared.language import gettext as _

Doors = Section[Mapping[UUID, LocationStatus]]


def locations_table(side: Side, doors: Doors) -> Table[Location]:
    """``doors``: whether somebody has signed up for each of the shown locations."""
    return Table(
        id="locations",
        caption=mark("Locations"),
        columns=(
            Column("location", mark("Location"), _named(side), may_hide=False, sort="name"),
            Column("contact", mark("Contact"), lambda location, viewer: _contact(location), look="wide-cell"),
            Column(
                "bill_group",
                mark("Bill group"),
                lambda location, viewer: location.bill_group_name or NOTHING,
                look="wide-cell",
            ),
            Column("services", mark("Services"), lambda location, viewer: _services(location), look="num"),
            Column("portal", mark("Portal"), _portal(side, doors), look="wide-cell"),
        ),
        filters=(
            Search("q", mark("Search locations"), mark("Search by name, street or city")),
            Choice("state", mark("State"), lambda: [("open", _("Open")), ("closed", _closed())], mark("Any state")),
        ),
        sorts=(Sort("name", mark("Name")),),
        empty=lambda viewer: _empty(side),
        actions=_acts(side),
    )


def _named(side: Side) -> Callable[[Location, Viewer], Markup]:
    def cell(location: Location, viewer: Viewer) -> Markup:
        name = location.display_name if location.is_open else Markup("{}{}").format(
            location.display_name, chip(_closed())
        )  # fmt: skip
        below = ", ".join(part for part in (location.street, location.city) if part)
        return named(filled('<span class="tile">%s</span>', icon("map-pin")), name, below, side.at(location.id))

    return cell


def _closed() -> str:
    return pgettext("location", "Closed")


def _contact(location: Location) -> Markup | str:
    if not location.contact_address:
        return NOTHING
    address = breakable(location.contact_address)
    return filled('%s<small class="sub under" translate="no">%s</small>', location.contact_name, address)


def _services(location: Location) -> str:
    return formats.number(min(location.services, 1_000)) + ("+" if location.services > 1_000 else "")


def _portal(side: Side, doors: Doors) -> Callable[[Location, Viewer], Markup | str]:
    """Whether somebody has signed up there; else the way to invite them."""

    def cell(location: Location, viewer: Viewer) -> Markup | str:
        if not doors.ready:
            return _("Not available now")
        door = doors.value.get(location.id)
        if not location.is_open:
            return NOTHING
        return portal_cell(side, location, door)

    return cell


def portal_cell(side: Side, location: Location, door: LocationStatus | None) -> Markup:
    """*Connected* or *Not Connected*. Where the viewer may invite, the latter leads to the question whether to."""
    state = door.status if door else "not_connected"
    shown = status(state)
    if state == "not_connected" and side.manages:
        label = _("%(status)s: invite %(name)s", status=pill(state).word, name=location.display_name)
        link = '<a class="btn btn-sm pill-button" href="%s" aria-label="%s">%s</a>'
        shown = filled(link, side.at(location.id, "/invitation"), label, shown)
        if not location.contact_address:
            shown += filled(' <small class="sub">%s</small>', _("needs an address first"))
    if door and door.invitation:
        sent, until = formats.day(door.invitation.sent_at), formats.day(door.invitation.expires_at)
        said = _("Invited on %(sent)s, valid until %(until)s", sent=sent, until=until)
        shown += filled('<small class="sub under">%s</small>', said)
    return shown


def _acts(side: Side) -> Callable[[Location, Viewer], Markup | str]:
    def acts(location: Location, viewer: Viewer) -> Markup | str:
        if not (side.manages and location.is_open):
            return ""
        return link_button(side.at(location.id, "/edit"), _("Edit"), _("Edit %(name)s", name=location.display_name))

    return acts


def _empty(side: Side) -> Empty:
    text = _("A location is an address where services are deployed. Its people see what is there.")
    href = f"{side.path}/new" if side.manages else ""
    return Empty("map-pin", _("No locations yet"), text, href, _("Add location"))
