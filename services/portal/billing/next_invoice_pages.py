"""The lines of the estimated next invoice of a bill group."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.billing.groups import bill_group
from services.portal.billing.views import NextInvoicePage
from services.portal.invoice_lines import Estimate, estimate_of
from services.portal.rendering import page
from services.portal.viewer import InWorkspace, section

router = APIRouter()


@router.get("/w/{slug}/billing/{group_id}/next-invoice")
async def next_invoice(request: Request, viewer: InWorkspace, group_id: UUID) -> Response:
    group = await bill_group(viewer, group_id)

    async def read() -> Estimate:
        return estimate_of(await viewer.services.billing.next_invoice(group_id))

    return page(request, NextInvoicePage(group, await section(viewer, "money.view", read)))
