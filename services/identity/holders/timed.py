"""What time does: changes that nobody answers end, and once a year the holders are asked whether they are right."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_workspace
from services.identity.holders.changes import OPEN, end
from services.identity.holders.models import HolderChange, HolderChangeState
from services.identity.holders.reading import is_check_due
from services.identity.holders.slots import slots_of
from services.identity.workspaces.scope import workspace_fields
from shared.events.identity import HoldersCheckDue
from shared.outbox import emit


async def expire(session: AsyncSession, change_id: UUID, workspace_id: UUID, real_now: datetime) -> None:
    """End a change that nobody answered in time. Requires the workspace's scope."""
    workspace = await lock_workspace(session, workspace_id)
    change = await session.get_one(HolderChange, change_id, populate_existing=True)
    if change.state in OPEN and change.expires_at <= real_now:
        await end(session, workspace, change, HolderChangeState.expired, real_now)


async def ask_holders(session: AsyncSession, workspace_id: UUID, real_now: datetime) -> None:
    """Ask, once a year, whether both holders are right. Requires the workspace's scope."""
    workspace = await lock_workspace(session, workspace_id)
    said = [each for each in (workspace.connected_at, workspace.holders_checked_at, workspace.holders_asked_at) if each]
    if said and is_check_due(max(said), real_now):
        workspace.holders_asked_at = real_now
        held = await slots_of(session, workspace.id)
        people = tuple(sorted(grant.user_id for grant in held.values()))
        await emit(session, HoldersCheckDue(**workspace_fields(workspace), holders=people))
