from typing import Annotated

from fastapi import Query, Response

from services.provisioning.all_orders import service
from services.provisioning.all_orders.schemas import AllOrdersQuery, ListedOrderRead
from shared.auth import Router, allow
from shared.pages import Page, page_response
from shared.reads import Reader

router = Router("provisioning", "all-orders")


@router.get("", guard=allow("work.view"), response_model=Page[ListedOrderRead])
async def list_all_orders(read: Reader, query: Annotated[AllOrdersQuery, Query()]) -> Response:
    """The orders of all workspaces, for the provider's staff, the newest first. Without prices."""
    rows = await service.list_all_orders(read, query, cursor=query.cursor, limit=query.limit)
    return page_response(rows, query.limit, ("placed_at", "id"))
