"""The list of orders, and one order with its live steps."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.audit.things import ThingMissing, read_thing
from services.portal.clients.provisioning import Order
from services.portal.configuration import described, find_fields, quantity_of
from services.portal.live_pages import live_part
from services.portal.orders.table import ORDERS
from services.portal.orders.views import OrderList, OrderPage, Progress
from services.portal.rendering import page, part
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Viewer, section
from shared.language import gettext as _

router = APIRouter()

FINAL_STATES = {"fulfilled", "failed", "cancelled", "refused", "returned"}


@router.get("/w/{slug}/orders")
async def orders(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(ORDERS, request.query_params, viewer)
    read = viewer.services.provisioning.orders
    found = await section(viewer, "service.view", lambda: read(**state.asked(), **state.page(), limit=PAGE_SIZE))
    table = TableView(ORDERS, state, found, viewer, viewer.path("orders"))
    return list_page(request, OrderList(table))


@router.get("/w/{slug}/orders/{order_id}")
async def order(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    thing = await read_thing(viewer, "service.view", order_id, lambda: viewer.services.provisioning.order(order_id))
    if not thing.found.ready:
        missing = ThingMissing(thing.found, thing.history, _("Order"), viewer.path("orders"), _("Orders"), "orders")
        return page(request, missing, thing.status)
    found = thing.found.value
    fields = await find_fields(request, viewer, found.product)
    about = [*quantity_of(found.quantity), *described(found.configuration, fields)]
    return page(request, OrderPage(found, _is_final(found), about, thing.history))


@router.get("/w/{slug}/orders/{order_id}/progress")
async def progress(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    """The same part as the stream sends, for polling where streams are blocked."""
    found = await viewer.services.provisioning.order(order_id)
    return part(request, Progress(found, _is_final(found)))


@router.get("/w/{slug}/orders/{order_id}/events")
async def order_events(request: Request, viewer: InWorkspace, order_id: UUID) -> Response:
    async def read(anew: Viewer) -> tuple[Progress, bool]:
        found = await anew.services.provisioning.order(order_id)
        return Progress(found, _is_final(found)), _is_final(found)

    return live_part(request, viewer, read)


def _is_final(order: Order) -> bool:
    return order.state in FINAL_STATES
