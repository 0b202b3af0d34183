"""What the pages of sites and hosts show."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.http import Page
from services.portal.clients.infrastructure import Host, HostDetail, HostedService, Site, SiteLoad
from services.portal.forms import Form
from services.portal.viewer import Section
from services.portal.views import View

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Load:
    """A resource of a host or a site, in words and as a bar."""

    name: str
    said: str
    """Taken of all."""
    capacity: int
    taken: int


@dataclass(frozen=True, slots=True)
class SiteCard:
    site: SiteLoad
    place: str
    loads: Sequence[Load]


@dataclass(frozen=True, slots=True)
class HostCard:
    host: Host
    loads: Sequence[Load]
    path: str


@dataclass(frozen=True, slots=True)
class HostedRow:
    service: HostedService
    takes: Sequence[str]


@dataclass(frozen=True)
class SiteLoads(View):
    template = "pages/infrastructure/sites.html"
    sites: Section[Page[SiteLoad]]
    cards: Sequence[SiteCard]
    path: str
    cursor: str
    manages: bool
    """Whether the viewer may change anything."""


@dataclass(frozen=True)
class SitePage(View):
    template = "pages/infrastructure/site.html"
    site: Site
    place: str
    hosts: Section[Page[Host]]
    cards: Sequence[HostCard]
    path: str
    """Of the site."""
    above: str
    cursor: str
    manages: bool


@dataclass(frozen=True)
class SiteForm(View):
    template = "pages/infrastructure/site_form.html"
    site: Site | None
    """None: a new one."""
    form: Form
    countries: Options
    path: str
    above: tuple[str, str]
    """The path and the name of the page above."""


@dataclass(frozen=True)
class HostPage(View):
    template = "pages/infrastructure/host.html"
    host: HostDetail
    loads: Sequence[Load]
    services: Section[Page[HostedService]]
    rows: Sequence[HostedRow]
    path: str
    above: tuple[str, str]
    cursor: str
    manages: bool


@dataclass(frozen=True)
class HostForm(View):
    template = "pages/infrastructure/host_form.html"
    host: HostDetail | None
    form: Form
    resources: Options
    path: str
    above: tuple[str, str]


@dataclass(frozen=True)
class Maintenance(View):
    """Whether to put a host into maintenance."""

    template = "pages/infrastructure/maintenance.html"
    host: HostDetail
    path: str
    """Of the host."""
