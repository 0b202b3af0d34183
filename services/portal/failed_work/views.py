"""What the page of failed work shows."""

from dataclasses import dataclass

from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class FailedWorkList(ListPage):
    template = "pages/failed_work/list.html"
