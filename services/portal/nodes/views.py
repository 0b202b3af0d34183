"""What the pages of where services run show."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.http import Page
from services.portal.clients.infrastructure import PlacedServices, Placement, SiteServices
from services.portal.nodes.maps import Map
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StateCount:
    state: str
    count: str
    """In words: more than 1,000 are not counted."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Services at a site, or at none."""

    found: PlacedServices
    total: int
    shown: str
    """The total in words."""
    matching: int
    """How many of them are filtered by."""
    states: Sequence[StateCount]
    path: str
    """Of the page with all of them."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    number: int
    """On the map."""
    site: SiteServices
    place: str
    """City and country."""
    placed: Placed


@dataclass(frozen=True)
class NodesPage(View):
    """All sites at a glance."""

    template = "pages/nodes/overview.html"
    sites: Section[Page[SiteServices]]
    rows: Sequence[SiteRow]
    """Sites where services run."""
    others: Sequence[SiteRow]
    """Those where none do."""
    map: Map | None
    nowhere: Section[PlacedServices]
    unplaced: Placed | None
    kind: str
    state: str
    kind_options: Options
    state_options: Options
    cursor: str


@dataclass(frozen=True)
class SiteList(ListPage):
    """The services at one site, or at none."""

    template = "pages/nodes/list.html"
    title: str
    about: str


@dataclass(frozen=True)
class PlacePart(View):
    """Where one service runs, within the page of the service."""

    template = "partials/nodes/place.html"
    placement: Placement
    place: str
    """City and country; empty: nowhere."""
    takes: Sequence[str]


@dataclass(frozen=True)
class PlacePage(PlacePart):
    """The same as a page of its own, for browsers without scripts."""

    template = "pages/nodes/place.html"
    back: str
    """The path of the service."""
