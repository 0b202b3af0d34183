"""Previews of a bill group's portal: the provider's staff see what its visitors see, and change nothing."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.customers.account_paths import PROVIDER_GROUP
from services.portal.rendering import see_other
from services.portal.viewer import InWorkspace

router = APIRouter()


@router.post(PROVIDER_GROUP + "/preview")
async def open_preview(request: Request, viewer: InWorkspace, customer_id: UUID, group_id: UUID) -> Response:
    """Shows the bill group's portal in this browser, until somebody leaves it or 15 minutes are over."""  # (O44, D25)
    customer = await viewer.services.identity.open_preview(customer_id, group_id)
    return see_other(f"/w/{customer.slug}/billing")
