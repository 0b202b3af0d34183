"""What somebody started ends with their right to start it: pending invitations of those who may not invite any more."""

from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.invitations.limits import LIFETIME
from services.identity.invitations.models import Invitation, InvitationState, RevokedBecause
from services.identity.invitations.service import close_pending
from services.identity.invitations.status import refresh_status
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import get_workspace
from shared.auth import Access
from shared.auth.permissions import ROLES, level
from shared.scope import acting_in

INVITING = [role for role in ROLES if level("user.invite", role, "customer")]

# The right is that of an admin of the workspace that the person invited from, or, where they worked on behalf, an
# admin's link to the workspace that they worked in. It does not end when they leave that workspace after their work.
_WITHOUT_RIGHT = text("""
SELECT s.workspace_id, array_agg(s.invitation_id) AS invitations FROM invitation_secrets s
WHERE s.invited_by = :user_id AND s.sent_at > :since AND NOT s.accepted AND NOT EXISTS (
  SELECT FROM grants g WHERE g.user_id = s.invited_by AND g.role = ANY(:inviting) AND (
    (g.workspace_id = s.invited_from AND g.source IN ('membership', 'invitation'))
    OR (g.workspace_id = s.invited_in AND s.invited_in <> s.invited_from AND g.source = 'link')))
GROUP BY s.workspace_id ORDER BY s.workspace_id
""")


async def end_invitations_of(session: AsyncSession, access: Access | None, user_id: UUID, real_now: datetime) -> None:
    """Revoke the pending invitations that the person sent by a right that has ended, to whichever workspace. To be
    called after every change that ends such a right, under the person's lock. Without an access, the right has ended by
    itself."""
    values = {"user_id": user_id, "since": real_now - LIFETIME, "inviting": INVITING}
    async with acting_in(session, None, user_id):  # all of their grants count, also those elsewhere
        found = (await session.execute(_WITHOUT_RIGHT, values)).all()
    for workspace_id, invitation_ids in found:
        await _end(session, access, workspace_id, invitation_ids)


async def _end(session: AsyncSession, access: Access | None, workspace_id: UUID, invitation_ids: list[UUID]) -> None:
    async with acting_in(session, workspace_id, access.user_id if access else None):
        workspace = await get_workspace(session, workspace_id)
    pending = update(Invitation).where(Invitation.id.in_(invitation_ids), Invitation.state == InvitationState.pending)
    locked = pending.values(state=InvitationState.revoked).returning(Invitation)
    async with _there(session, access, workspace):
        for invitation in list(await session.scalars(locked)):
            await close_pending(session, workspace, invitation, RevokedBecause.inviter_lost_access)
        await refresh_status(session, workspace)


def _there(session: AsyncSession, access: Access | None, workspace: Workspace) -> AbstractAsyncContextManager[object]:
    if access is None:
        return acting_in(session, workspace.id, None)
    return acting_for(session, access, workspace) if workspace.id != access.workspace_id else nullcontext()
