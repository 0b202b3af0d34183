"""The orders of all customers of a partner, for its people: admins see those of all, others of whom they work for."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.customer_orders.table import CUSTOMER_ORDERS
from services.portal.customer_orders.views import CustomerOrdersList
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, section

router = APIRouter()

PATH = "/partner/{slug}/customer-orders"


@router.get(PATH)
async def customer_orders(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(CUSTOMER_ORDERS, request.query_params, viewer)
    read = viewer.services.provisioning.customer_orders
    found = await section(viewer, "customer.list", lambda: read(**state.asked(), cursor=state.cursor, limit=PAGE_SIZE))
    table = TableView(CUSTOMER_ORDERS, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, CustomerOrdersList(table))
