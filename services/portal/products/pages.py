"""The product catalogue for the provider's staff."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.clients.billing import Plan
from services.portal.clients.provisioning import Product
from services.portal.configuration import fields_of
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, Section, section

router = APIRouter()


@router.get("/provider/{slug}/products")
async def products(request: Request, viewer: InWorkspace) -> Response:
    found = await section(viewer, "service.view", viewer.services.provisioning.products)

    async def plans_of(product: Product) -> Section[list[Plan]]:
        return await section(viewer, "money.view", lambda: viewer.services.billing.plans(product.id))

    plans = await asyncio.gather(*map(plans_of, found.value)) if found.ready else []
    rows = [
        (product, fields_of(product.configuration_schema), offered)
        for product, offered in zip(found.content or [], plans, strict=True)
    ]
    return page(request, "pages/products/list.html", products=found, rows=rows)
