"""What the error pages show."""

from dataclasses import dataclass
from uuid import UUID

from services.portal.clients import Refused
from services.portal.clients.links import Destination
from services.portal.clients.page_context import Ended
from services.portal.views import View


@dataclass(frozen=True)
class OtherWorkspacePage(View):
    template = "errors/other_workspace.html"
    found: Destination | None
    """The workspace that the page belongs to; None where the person may not open it."""
    wanted: str
    """The page to go on to."""


@dataclass(frozen=True)
class AccessEndedPage(View):
    template = "errors/access_ended.html"
    ended: Ended


@dataclass(frozen=True)
class PreviewEndedPage(View):
    template = "errors/preview_ended.html"
    ended: Ended


@dataclass(frozen=True)
class PreviewReadOnly(View):
    template = "errors/preview_read_only.html"


@dataclass(frozen=True)
class NotAllowed(View):
    template = "errors/403.html"
    refusal: Refused


@dataclass(frozen=True)
class NotFoundPage(View):
    template = "errors/404.html"


@dataclass(frozen=True)
class RefusedPage(View):
    template = "errors/refused.html"
    refusal: Refused


@dataclass(frozen=True)
class OurMistake(View):
    template = "errors/500.html"


@dataclass(frozen=True)
class CannotBeRead(View):
    template = "errors/502.html"
    reference: UUID
    """What support finds in the logs."""


@dataclass(frozen=True)
class NotAvailable(View):
    template = "errors/503.html"
    service: str
    again: str
    """The page to try again."""


@dataclass(frozen=True)
class UnknownHost(View):
    template = "errors/unknown_host.html"
    origin: str
    """The portal's own address."""


@dataclass(frozen=True)
class OtherSite(View):
    template = "errors/other_site.html"
