from typing import Annotated

from fastapi import Query, Response

from services.provisioning.customer_orders import service
from services.provisioning.customer_orders.schemas import CustomerOrderCounts, CustomerOrderRead, CustomerOrdersQuery
from shared.auth import Router, allow
from shared.pages import Page, json_response, page_response
from shared.reads import Reader

router = Router("provisioning", "customer-orders")


@router.get("", guard=allow("customer.list", own=True), response_model=Page[CustomerOrderRead])
async def list_customer_orders(read: Reader, query: Annotated[CustomerOrdersQuery, Query()]) -> Response:
    """The orders of the customers directly below the caller's workspace, the newest first. Who does not see all
    customers gets those of the customers that they are linked to. Without prices."""
    rows = await service.list_customer_orders(read, query, cursor=query.cursor, limit=query.limit)
    return page_response(rows, query.limit, ("placed_at", "id"))


@router.get("/counts", guard=allow("customer.list", own=True), response_model=CustomerOrderCounts)
async def count_customer_orders(read: Reader) -> Response:
    """How many orders of the customers directly below the caller's workspace are in progress, or failed: of those whose
    orders the caller sees."""
    return json_response(await service.count_customer_orders(read))
