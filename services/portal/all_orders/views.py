"""What the page of the orders of all workspaces shows."""

from dataclasses import dataclass

from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class AllOrdersList(ListPage):
    template = "pages/all_orders/list.html"
