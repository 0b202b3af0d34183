"""What the page of the orders of customers shows."""

from dataclasses import dataclass

from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class CustomerOrdersList(ListPage):
    template = "pages/customer_orders/list.html"
