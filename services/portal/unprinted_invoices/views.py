"""What the page of unprinted invoices shows."""

from dataclasses import dataclass

from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class UnprintedInvoiceList(ListPage):
    template = "pages/unprinted_invoices/list.html"
