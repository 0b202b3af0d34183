"""How many orders wait for those who decide about them, and for those who do by hand what was ordered."""

from fastapi import Request

from services.portal.rendering import wants_part
from services.portal.viewer import Viewer, section

APPROVE, ACKNOWLEDGE, FULFIL = "order.approve", "order.acknowledge", "work.fulfil"


async def waiting_orders(request: Request, viewer: Viewer) -> int:
    """Of the workspace, for approval. 0 for those who do not decide, while provisioning does not say, and for a table
    alone, which has no notices."""
    if viewer.workspace.kind != "customer" or not viewer.may(APPROVE) or wants_part(request):
        return 0
    read = viewer.services.provisioning.orders
    found = await section(viewer, APPROVE, lambda: read(state="awaiting_approval", count=True, limit=1))
    return (found.content.count or 0) if found.content else 0


async def to_acknowledge(request: Request, viewer: Viewer) -> int:
    """Of all workspaces, for the provider's staff to confirm. 0 as with `waiting_orders`."""
    if not viewer.may(ACKNOWLEDGE) or wants_part(request):
        return 0
    found = await section(viewer, ACKNOWLEDGE, viewer.services.provisioning.waiting_count)
    return found.content.count if found.content else 0


async def to_do_by_hand(viewer: Viewer) -> int:
    """Of all workspaces, for the provider's staff to do. 0 as with `waiting_orders`."""
    if not viewer.may(FULFIL):
        return 0
    found = await section(viewer, FULFIL, viewer.services.provisioning.manual_task_count)
    return found.content.count if found.content else 0
