"""Whether a workspace is Not Connected or Connected, and which invitation to it is pending."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.projection import put_status
from services.identity.invitations.models import Invitation, InvitationState
from services.identity.workspaces.models import Workspace


async def refresh_status(session: AsyncSession, workspace: Workspace) -> None:
    """Derive what the Customers page says from the workspace and its invitations (L4, L5)."""
    if workspace.connected_at is not None:
        return await put_status(session, workspace.id, "connected", invited_at=None, invitation_expires_at=None)
    pending = Invitation.workspace_id == workspace.id, Invitation.state == InvitationState.pending
    newest = select(Invitation.sent_at, Invitation.expires_at).where(*pending).order_by(Invitation.sent_at.desc())
    sent_at, expires_at = (await session.execute(newest.limit(1))).one_or_none() or (None, None)
    await put_status(session, workspace.id, "not_connected", invited_at=sent_at, invitation_expires_at=expires_at)
