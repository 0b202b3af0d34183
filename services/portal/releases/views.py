"""What the pages of releases show to the provider's staff."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.audit.things import History
from services.portal.clients.catalogue import CatalogueProduct
from services.portal.clients.http import Page
from services.portal.clients.releases import PlacedFiles, Release, ReleaseSummary
from services.portal.forms import Form
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ReleasesPage(View):
    template = "pages/releases/list.html"
    product: CatalogueProduct
    releases: Page[ReleaseSummary]
    cursor: str
    path: str
    above: str
    """The path of the product."""


@dataclass(frozen=True)
class ReleaseForm(View):
    """A release that is entered, or a draft that is changed."""

    template = "pages/releases/form.html"
    product: CatalogueProduct
    release: Release | None
    """None: a new one."""
    form: Form
    path: str
    """Of this form."""
    above: tuple[str, str]
    """The path and the name of the page above."""


@dataclass(frozen=True)
class ReleasePage(View):
    template = "pages/releases/detail.html"
    product: CatalogueProduct
    release: Release
    placed: Section[PlacedFiles]
    """What a draft can be given."""
    choices: Sequence[tuple[str, str]]
    """The names of what lies in the store and the release has not, with their sizes."""
    form: Form
    """Of the file that is added."""
    history: History
    path: str
    above: str
    """The path of the list."""


@dataclass(frozen=True)
class ReleaseWithdrawal(View):
    """Whether to withdraw a release, and why."""

    template = "pages/releases/withdraw.html"
    product: CatalogueProduct
    release: Release
    form: Form
    path: str
