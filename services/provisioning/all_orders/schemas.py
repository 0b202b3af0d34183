from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.provisioning.products.schemas import ProductBrief
from services.provisioning.states import OrderState
from shared.events import Via
from shared.pages import MOST
from shared.schemas import Read


class AllOrdersFilters(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    state: OrderState | None = None
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] | None = None
    """Find orders whose number, or the address of whoever placed them, begins so; and those of customers and products
    with a word in their name that does. Of each of the four at most 1,000."""


class AllOrdersQuery(AllOrdersFilters):
    cursor: str | None = Field(None, max_length=1000)
    """``next`` of the page before."""
    limit: int = Field(50, ge=1, le=MOST)


class ListedOrderRead(Read):
    """An order of any workspace, as the provider's staff see it."""

    id: UUID
    number: str
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    product: ProductBrief
    quantity: int
    state: OrderState
    placed_by_address: str | None
    placed_via: Via
    placed_at: datetime
