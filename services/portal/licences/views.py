"""What the pages of licences show."""

from dataclasses import dataclass

from services.portal.clients.licences import CheckedKey, LicenceDetail, LicenceKey
from services.portal.forms import Form
from services.portal.licences.sides import Side
from services.portal.tables.pages import ListPage
from services.portal.views import View


@dataclass(frozen=True)
class LicenceList(ListPage):
    template = "pages/licences/list.html"
    side: Side


@dataclass(frozen=True)
class LicencePage(View):
    template = "pages/licences/licence.html"
    side: Side
    licence: LicenceDetail
    used: str
    releases: str


@dataclass(frozen=True)
class ShownKey(View):
    template = "pages/licences/key.html"
    side: Side
    licence: LicenceDetail
    key: LicenceKey


@dataclass(frozen=True)
class Rotating(View):
    template = "pages/licences/rotate.html"
    side: Side
    licence: LicenceDetail


@dataclass(frozen=True)
class Revoking(View):
    template = "pages/licences/revoke.html"
    side: Side
    licence: LicenceDetail
    form: Form


@dataclass(frozen=True)
class KeyCheck(View):
    template = "pages/licences/verify.html"
    form: Form
    checked: CheckedKey | None
    """None: nothing was checked yet, or it is no key."""
