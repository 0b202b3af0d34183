"""What a holder does: propose another one, take that back, choose what is left to the two, say that both are right."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import confirm_access, lock_workspace
from services.identity.holders.changes import about, begin, end, find_change
from services.identity.holders.models import HolderChangeState
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import describe
from shared.auth import Access
from shared.events.identity import HolderChangeProposed, HoldersChecked, WorkspaceUpdated
from shared.outbox import emit

PERMISSION = "holder.change"


async def propose(session: AsyncSession, access: Access, slot: str, address: str, real_now: datetime) -> None:
    """Ask a user of the workspace to take a slot. Raises what `begin` does."""
    workspace = await _locked(session, access)
    change = await begin(session, workspace, slot, address, access.user_id, real_now)
    said = await about(session, workspace, change)
    await emit(
        session, HolderChangeProposed(**said, by_provider=False, reason=None, expires_at=change.expires_at)
    )  # fmt: skip


async def withdraw(session: AsyncSession, access: Access, change_id: UUID, real_now: datetime) -> None:
    """Take a proposal back, whoever made it. Raises `NotFound` or `HolderChangeClosed`."""
    workspace = await _locked(session, access)
    change = await find_change(session, workspace.id, change_id, real_now, HolderChangeState.proposed)
    await end(session, workspace, change, HolderChangeState.withdrawn, real_now)


async def put_control(session: AsyncSession, access: Access, holder_control: bool) -> None:
    """Leave what is most important to the holders, or to every admin. Where nothing changes, nothing is said."""
    workspace = await _locked(session, access)
    if workspace.holder_control == holder_control:
        return
    workspace.holder_control = holder_control
    workspace.version += 1
    said = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
    await emit(session, WorkspaceUpdated(**said))


async def check(session: AsyncSession, access: Access, real_now: datetime) -> None:
    """Say that both holders are right."""
    workspace = await _locked(session, access)
    workspace.holders_checked_at = real_now
    await emit(session, HoldersChecked(**workspace_fields(workspace)))


async def _locked(session: AsyncSession, access: Access) -> Workspace:
    """The caller's workspace. Their right is read again under the lock."""
    workspace = await lock_workspace(session, access.workspace_id)
    await confirm_access(session, access, PERMISSION)
    return workspace
