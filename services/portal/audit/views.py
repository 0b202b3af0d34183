"""What the pages of the log show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.audit.telling import Told
from services.portal.clients.audit import Entry
from services.portal.clients.http import Page
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class LogPage(ListPage):
    """``thing`` is the object or the request whose entries alone are shown, by its parameter."""

    template = "pages/audit/list.html"
    thing: Mapping[str, str]
    history_of: str
    own_only: bool


@dataclass(frozen=True)
class EntryPage(View):
    """One entry, and those of the same request."""

    template = "pages/audit/entry.html"
    told: Told
    others: Section[Page[Entry]]
    also: Sequence[Told]
    """The others, told; the first ones of many."""
    own_only: bool
