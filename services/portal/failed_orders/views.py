"""What the page of failed orders shows."""

from dataclasses import dataclass

from services.portal.forms import Form
from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class FailedOrderList(ListPage):
    template = "pages/failed_orders/list.html"
    form: Form
    """The refused one, if any."""
