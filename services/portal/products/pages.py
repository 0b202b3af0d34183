"""The product catalogue for the provider's staff."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.billing import Plan
from services.portal.products.views import ProductsPage
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, section

router = APIRouter()


@router.get("/provider/{slug}/products")
async def products(request: Request, viewer: InWorkspace, cursor: str = "") -> Response:
    found = await section(viewer, "service.view", lambda: viewer.services.provisioning.products(cursor=cursor))
    shown = found.content.items if found.content else []
    ids = [product.id for product in shown]
    plans = await section(viewer, "money.view", lambda: viewer.services.billing.plans(ids))
    offered: dict[UUID, list[Plan]] = {}
    for plan in plans.content or ():
        offered.setdefault(plan.product_id, []).append(plan)
    rows = [(product, offered.get(product.id, [])) for product in shown]
    return page(request, ProductsPage(found, plans, rows, cursor))
