"""Failed orders of all workspaces, with a retry, for the provider's staff (D18)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients import Refused
from services.portal.errors import see_other
from services.portal.forms import Form, read_form
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Viewer, section

router = APIRouter()

PATH = "/provider/{slug}/failed-orders"


@router.get(PATH)
async def failed_orders(request: Request, viewer: InWorkspace, cursor: str = "") -> Response:
    return await _list(request, viewer, Form(), cursor)


@router.post(PATH + "/{order_id}/retry")
async def retry_order(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    """If somebody else retried it first, shows the current list with a message that says so."""
    form = await read_form(request)
    try:
        order = await viewer.services.provisioning.retry_order(order_id, form.key)
    except Refused as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        return await _list(request, viewer, form.refused(refusal), status=refusal.status)
    browser_of(request).say(f"Order {order.number} is tried again, from the step that failed.")
    return see_other(PATH.format(slug=viewer.workspace.slug))


async def _list(request: Request, viewer: Viewer, form: Form, cursor: str = "", status: int = 200) -> Response:
    """``form`` is the refused one, if any. Each row has its own form with its own idempotency key."""
    read = viewer.services.provisioning.failed_orders
    found = await section(viewer, "order.retry", lambda: read(cursor=cursor, limit=50))
    rows = [(order, Form()) for order in found.content.items] if found.content else []
    return page(request, "pages/failed_orders/list.html", status, orders=found, rows=rows, form=form, cursor=cursor)
