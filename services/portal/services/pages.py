"""The list of services, and one service in detail (K9)."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.configuration import described, find_fields
from services.portal.rendering import page
from services.portal.services.table import SERVICES
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, section

router = APIRouter()


@router.get("/w/{slug}/services")
async def services(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(SERVICES, request.query_params, viewer)
    found, counts = await asyncio.gather(
        section(
            viewer,
            "service.view",
            lambda: viewer.services.provisioning.services(**state.asked(), **state.page(), limit=PAGE_SIZE),
        ),
        section(viewer, "service.view", viewer.services.provisioning.counts),
    )
    table = TableView(SERVICES, state, found, viewer, viewer.path("services"))
    return list_page(request, "pages/services/list.html", table, counts=counts)


@router.get("/w/{slug}/services/{service_id}")
async def service(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    found = await viewer.services.provisioning.service(service_id)
    subscriptions, fields = await asyncio.gather(
        section(viewer, "money.view", lambda: viewer.services.billing.subscriptions(service_id=service_id)),
        find_fields(request, viewer, found.product),
    )
    return page(
        request,
        "pages/services/detail.html",
        service=found,
        subscriptions=subscriptions,
        subscription=next(iter(subscriptions.content.items), None) if subscriptions.content else None,
        configuration=described(found.configuration, fields),
    )
