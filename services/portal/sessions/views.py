"""What the page of one's browsers shows."""

from dataclasses import dataclass

from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class SessionList(ListPage):
    template = "pages/sessions/list.html"
