from typing import Literal

from services.provisioning.all_orders.schemas import AllOrdersFilters, AllOrdersQuery, ListedOrderRead
from shared.schemas import Read


class CustomerOrdersFilters(AllOrdersFilters):
    sort: Literal["placed_at"] = "placed_at"
    descending: bool = True
    """The newest first."""


class CustomerOrdersQuery(CustomerOrdersFilters, AllOrdersQuery):
    pass


class CustomerOrderCounts(Read):
    """How many orders of the caller's customers are in each of these states; 1,001 means more than 1,000."""

    awaiting_approval: int
    awaiting_acknowledgement: int
    placed: int
    provisioning: int
    failed: int


class CustomerOrderRead(ListedOrderRead):
    """An order of a customer of the caller's workspace."""

    customer_slug: str | None
    """The customer's part of addresses of its portal. Null while it is not known yet."""
