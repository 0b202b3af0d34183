"""What the page of the archive shows."""

from dataclasses import dataclass

from services.portal.archive.parts import Archive
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ArchiveState(View):
    template = "partials/archive/state.html"
    found: Section[Archive | None]
    ready: bool
    """Whether it can be downloaded."""


@dataclass(frozen=True)
class ArchivePage(ArchiveState):
    template = "pages/archive/page.html"
