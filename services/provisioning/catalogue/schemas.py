from datetime import datetime
from typing import Any, Literal

from services.provisioning.products.schemas import ProductRead, ProductSummaryRead
from shared.schemas import Read

CatalogueState = Literal["offered", "withdrawn", "retired"]
"""``retired``: withdrawn, and no service of it is left. An order that failed leaves none."""

COUNTED = 1000
"""The most services that are counted of a product."""


class CatalogueSummaryRead(ProductSummaryRead):
    """A product in the catalogue for staff."""

    state: CatalogueState


class CatalogueProductRead(ProductRead):
    """All of a product, as its staff published it."""

    state: CatalogueState
    driver: str
    """What provisions its services."""
    driver_options: dict[str, Any]
    services: int
    """How many services of all customers there are of it, at most 1,000. Those that could not be provisioned do not
    count."""
    brought_by: list[str]
    """The names of products that bring it along, at most 20. They cannot be ordered while it is withdrawn."""
    published_at: datetime
    withdrawn_at: datetime | None


class ProductStateRead(Read):
    """Whether a product can be ordered."""

    key: str
    is_offered: bool
    version: int
