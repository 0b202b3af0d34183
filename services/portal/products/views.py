"""What the page of the provider's products shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.billing import Plan
from services.portal.clients.http import Page
from services.portal.clients.provisioning import ProductSummary
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class ProductsPage(View):
    template = "pages/products/list.html"
    products: Section[Page[ProductSummary]]
    plans: Section[list[Plan]]
    rows: Sequence[tuple[ProductSummary, list[Plan]]]
    """Each product with its plans."""
    cursor: str
