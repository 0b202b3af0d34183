"""Invitations whose mail could not be delivered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.invitations.models import Invitation, InvitationState
from services.identity.invitations.status import refresh_status
from services.identity.workspaces.service import get_workspace


async def mark_undelivered(session: AsyncSession, workspace_id: UUID, mail_id: UUID, at: datetime) -> None:
    """Note of a pending invitation that its mail or its reminder came back, in its workspace's scope. One that was sent
    again is another invitation: what happened to an earlier mail says nothing of it."""
    theirs = or_(Invitation.id == mail_id, Invitation.reminder_id == mail_id)
    pending = Invitation.workspace_id == workspace_id, Invitation.state == InvitationState.pending
    first = update(Invitation).where(theirs, *pending, Invitation.undelivered_at.is_(None)).values(undelivered_at=at)
    if await session.scalar(first.returning(Invitation.id)) is not None:
        await refresh_status(session, await get_workspace(session, workspace_id))
