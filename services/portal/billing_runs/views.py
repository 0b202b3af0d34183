"""What the page of the billing run shows."""

from dataclasses import dataclass

from services.portal.forms import Form
from services.portal.tables.pages import ListPage


@dataclass(frozen=True)
class ParkedGroupList(ListPage):
    template = "pages/billing_runs/parked.html"
    form: Form
    """The refused one, if any."""
