"""What the pages of locations show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.portal.clients.http import CountedPage
from services.portal.clients.locations import Location, LocationPerson, LocationStatus
from services.portal.clients.provisioning import Service
from services.portal.csv_imports import ImportPage
from services.portal.forms import Form
from services.portal.locations.sides import Side
from services.portal.locations.table import portal_cell
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class LocationList(ListPage):
    template = "pages/locations/list.html"
    side: Side


@dataclass(frozen=True)
class LocationPage(View):
    template = "pages/locations/location.html"
    side: Side
    location: Location
    address: Sequence[str]
    """Its postal address, line by line."""
    door: Section[LocationStatus | None]
    people: Section[list[LocationPerson]]
    services: Section[CountedPage[Service]]
    cursor: str
    portal_cell: Callable[[Side, Location, LocationStatus | None], Markup] = portal_cell


@dataclass(frozen=True)
class LocationForm(View):
    template = "pages/locations/form.html"
    side: Side
    location: Location | None
    """The one that is changed; None: a new one."""
    form: Form
    countries: Options
    payers: Options
    """The bill groups of a new one; empty where there is no choice."""


@dataclass(frozen=True)
class LocationClosing(View):
    template = "pages/locations/close.html"
    side: Side
    location: Location


@dataclass(frozen=True)
class LocationInvitation(View):
    template = "pages/locations/send_invitation.html"
    side: Side
    location: Location
    door: LocationStatus | None
    key: str


@dataclass(frozen=True)
class LocationsImport(ImportPage):
    template = "pages/locations/import.html"
    path: str
    back: str
    """The list of locations."""
    entry: str
    """The entry of the side bar."""


@dataclass(frozen=True)
class PersonRemoval(View):
    template = "pages/locations/remove_person.html"
    side: Side
    location: Location
    person: LocationPerson


@dataclass(frozen=True)
class LocationsInvitation(View):
    template = "pages/locations/invite.html"
    side: Side
    form: Form
    locations: Section[CountedPage[Location]]
