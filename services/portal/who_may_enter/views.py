"""What the page of who may enter which customer shows."""

from dataclasses import dataclass

from services.portal.clients.visits import OpenVisitBelow
from services.portal.tables.pages import ListPage
from services.portal.viewer import Section


@dataclass(frozen=True)
class WhoMayEnter(ListPage):
    template = "pages/who_may_enter/list.html"
    inside: Section[list[OpenVisitBelow]]
    """Who is in which customer now."""
    path: str
