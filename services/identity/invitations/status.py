"""Whether a workspace is Not Connected, invited or Connected."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.models import PortalStatus
from services.identity.customer_overview.projection import put_status
from services.identity.invitations.models import Invitation, InvitationState
from services.identity.workspaces.models import Workspace


async def refresh_status(session: AsyncSession, workspace: Workspace) -> None:
    """Derive the status on the Customers page from the workspace and its invitations (L4, L5)."""
    status: PortalStatus = "connected"
    if workspace.connected_at is None:
        pending = exists().where(Invitation.workspace_id == workspace.id, Invitation.state == InvitationState.pending)
        status = "invited" if await session.scalar(select(pending)) else "not_connected"
    await put_status(session, workspace.id, status)
