"""What the page of exports shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.clients.exports import Export
from services.portal.views import View


@dataclass(frozen=True)
class ExportTable(View):
    template = "partials/exports/table.html"
    rows: Sequence[tuple[str, Export, bool]]
    """Each with the service that has it, and whether its file can be downloaded."""
    running: bool
    """Whether one is being made."""
    titles: Mapping[str, str]
    """The texts of the lists' names."""
    missing: bool
    """Whether those of a service cannot be shown just now."""


@dataclass(frozen=True)
class ExportsPage(ExportTable):
    template = "pages/exports/list.html"
