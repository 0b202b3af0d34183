"""The one reminder of an invitation that nobody has answered, at half of its life, in real time (decision 65)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.invitations.limits import LIFETIME
from services.identity.invitations.mailing import Right, mail_link
from services.identity.invitations.models import Invitation, InvitationSecret, InvitationState
from services.identity.invitations.status import refresh_status
from services.identity.settings import Settings
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import get_workspace
from shared.events.identity import InvitationReminded
from shared.outbox import emit

HALF = LIFETIME / 2


def is_due(real_now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Which invitations are reminded of now. Nobody reads what goes to a mailbox that the first mail did not reach."""
    return (
        Invitation.state == InvitationState.pending,
        Invitation.reminded_at.is_(None),
        Invitation.undelivered_at.is_(None),
        Invitation.sent_at <= real_now - HALF,
        Invitation.expires_at > real_now,
    )


async def remind(session: AsyncSession, settings: Settings, invitation_id: UUID, real_now: datetime) -> None:
    """Mail a second link to an invitation, in its workspace's scope, unless it was reminded of or has ended meanwhile.
    Of several workers one does: the row is updated where it is still due, in the transaction that sends the mail."""
    reminder_id = uuid4()
    due = update(Invitation).where(Invitation.id == invitation_id, *is_due(real_now))
    reminding = due.values(reminded_at=real_now, reminder_id=reminder_id).returning(Invitation)
    invitation = await session.scalar(reminding)
    if invitation is None:
        return
    workspace = await get_workspace(session, invitation.workspace_id)
    right = await _right_of(session, invitation_id)
    await mail_link(session, settings, workspace, invitation, right, real_now, reminder_id=reminder_id)
    reminded = InvitationReminded(
        **workspace_fields(workspace),
        invitation_id=invitation.id,
        role=invitation.role,
        expires_at=invitation.expires_at,
        subject_version=2,
    )
    await emit(session, reminded)
    await refresh_status(session, workspace)


async def _right_of(session: AsyncSession, invitation_id: UUID) -> Right:
    """The right by which the first link was sent: the reminder ends with the same one."""
    first = select(InvitationSecret).where(InvitationSecret.invitation_id == invitation_id)
    secret = (await session.scalars(first.order_by(InvitationSecret.sent_at).limit(1))).one()
    return Right(secret.invited_by, secret.invited_in, secret.invited_from)
