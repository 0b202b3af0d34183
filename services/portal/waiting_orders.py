"""How many orders wait for the approval of those who may approve."""

from fastapi import Request

from services.portal.rendering import wants_part
from services.portal.viewer import Viewer, section

APPROVE = "order.approve"


async def waiting_orders(request: Request, viewer: Viewer) -> int:
    """0 for those who do not decide, while provisioning does not say, and for a table alone, which has no notices."""
    if viewer.workspace.kind != "customer" or not viewer.may(APPROVE) or wants_part(request):
        return 0
    read = viewer.services.provisioning.orders
    found = await section(viewer, APPROVE, lambda: read(state="awaiting_approval", count=True, limit=1))
    return (found.content.count or 0) if found.content else 0
