from fastapi import Response

from services.provisioning.failed_orders import service
from services.provisioning.failed_orders.schemas import FailedOrderRead
from shared.auth import Router, allow
from shared.pages import Cursor, Limit, Page, page_response
from shared.reads import Reader

router = Router("provisioning", "failed-orders")


@router.get("", guard=allow("order.retry"), response_model=Page[FailedOrderRead])
async def list_failed_orders(read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The failed orders of all workspaces, for the provider's staff, latest failure first."""
    rows = await service.list_failed_orders(read, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("failed_at", "id"))
