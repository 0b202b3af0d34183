"""What the page of undelivered mails shows."""

from dataclasses import dataclass

from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class UndeliveredMailList(ListPage):
    template = "pages/undelivered_mails/list.html"
