"""The list of services, and one service in detail (K9)."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.provisioning import KindFilter
from services.portal.configuration import described
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, section

router = APIRouter()


@router.get("/w/{slug}/services")
async def services(request: Request, viewer: InWorkspace, kind: KindFilter = "", cursor: str = "") -> Response:
    found, counts = await asyncio.gather(
        section(
            viewer,
            "service.view",
            lambda: viewer.services.provisioning.services(kind=kind, cursor=cursor, limit=50),
        ),
        section(viewer, "service.view", viewer.services.provisioning.counts),
    )
    return page(request, "pages/services/list.html", services=found, counts=counts, kind=kind, cursor=cursor)


@router.get("/w/{slug}/services/{service_id}")
async def service(request: Request, viewer: InWorkspace, service_id: UUID) -> Response:
    found = await viewer.services.provisioning.service(service_id)
    subscriptions, products = await asyncio.gather(
        section(viewer, "money.view", viewer.services.billing.subscriptions),
        section(viewer, "service.view", viewer.services.provisioning.products),
    )
    subscription = None
    if subscriptions.ready:
        subscription = next((each for each in subscriptions.value.items if each.service_id == service_id), None)
    return page(
        request,
        "pages/services/detail.html",
        service=found,
        subscriptions=subscriptions,
        subscription=subscription,
        configuration=described(found.configuration, products, found.product),
    )
