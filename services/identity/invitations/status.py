"""Whether a workspace is Not Connected or Connected, and which invitation to it is pending."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.projection import NOT_INVITED, Invited, put_status
from services.identity.invitations.models import Invitation, InvitationState
from services.identity.workspaces.models import Workspace

WHOLE = func.cardinality(Invitation.location_ids) == 0
"""Invitations to the whole workspace."""


async def refresh_status(session: AsyncSession, workspace: Workspace) -> None:
    """Derive what the Customers page says from the workspace and its invitations (L4, L5)."""
    if workspace.connected_at is not None:
        return await put_status(session, workspace.id, "connected", NOT_INVITED)
    pending = Invitation.workspace_id == workspace.id, Invitation.state == InvitationState.pending, WHOLE
    told = select(Invitation.sent_at, Invitation.expires_at, Invitation.reminded_at, Invitation.undelivered_at)
    newest = told.where(*pending).order_by(Invitation.sent_at.desc()).limit(1)
    found = (await session.execute(newest)).one_or_none()
    await put_status(session, workspace.id, "not_connected", Invited(*found) if found else NOT_INVITED)
