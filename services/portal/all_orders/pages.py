"""The orders of all workspaces, for the provider's staff."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.all_orders.table import ALL_ORDERS
from services.portal.all_orders.views import AllOrdersList
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, section
from services.portal.waiting_orders import to_acknowledge

router = APIRouter()

PATH = "/provider/{slug}/all-orders"


@router.get(PATH)
async def all_orders(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(ALL_ORDERS, request.query_params, viewer)
    read = viewer.services.provisioning.all_orders
    asked: dict[str, Any] = {**state.filters, "cursor": state.cursor}
    found, waiting = await asyncio.gather(
        section(viewer, "work.view", lambda: read(**asked, limit=PAGE_SIZE)), to_acknowledge(request, viewer)
    )
    table = TableView(ALL_ORDERS, state, found, viewer, PATH.format(slug=viewer.workspace.slug))
    return list_page(request, AllOrdersList(table, waiting))
