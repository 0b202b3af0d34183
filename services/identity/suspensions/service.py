"""Suspending a workspace: its people read and pay, and change nothing else. The guard of every service holds to it
(`shared.auth.routes`), from the service's own copy or, where the token is newer, from the token."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.projection import put_suspension
from services.identity.grants.derived import end_derived
from services.identity.grants.locks import confirm_access, lock_below, lock_person
from services.identity.grants.models import Grant
from services.identity.people.models import User
from services.identity.suspensions.schemas import SuspensionRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for, workspace_fields
from services.identity.workspaces.service import describe, find_below, get_workspace
from shared.auth import Access
from shared.errors import Conflict
from shared.events.identity import WorkspaceReinstated, WorkspaceSuspended
from shared.outbox import emit
from shared.scope import acting_in

PERMISSION = "workspace.suspend"


class SuspendedAlready(Conflict):
    """The workspace is suspended. End the suspension first, to begin one for another reason."""

    title = "Suspended already"


class NotSuspended(Conflict):
    """The workspace is not suspended. Somebody may have ended it just now."""

    title = "Not suspended"


class NobodyToSuspend(Conflict):
    """Nobody has signed up for the workspace yet. Take its invitation back instead."""

    title = "Nobody has signed up"


class SuspendedFromAbove(Conflict):
    """The provider has suspended the workspace, and ends it."""

    title = "Suspended by the provider"


async def read_suspension(session: AsyncSession, access: Access, workspace_id: UUID) -> SuspensionRead:
    """A workspace below the caller's, with its suspension, if there is one. Raises `NotFound`."""
    return await _read(session, access, await find_below(session, access, workspace_id))


async def suspend(
    session: AsyncSession, access: Access, workspace_id: UUID, reason: str, now: datetime
) -> SuspensionRead:
    """Suspend a workspace below the caller's. What a partner's people do on behalf of its customers ends at once.

    Raises `NotFound`, `NobodyToSuspend` or `SuspendedAlready`."""
    workspace = await _locked(session, access, workspace_id)
    if workspace.suspended_at is not None:
        raise SuspendedAlready(f"{workspace.display_name} is suspended already.")
    if workspace.connected_at is None:
        raise NobodyToSuspend(f"Nobody at {workspace.display_name} has signed up yet.")
    by = (await get_workspace(session, access.workspace_id)).display_name
    async with acting_for(session, access, workspace):
        workspace.suspended_at, workspace.suspension_reason = now, reason
        workspace.suspended_from, workspace.suspended_by = access.workspace_id, access.user_id
        await _changed(session, workspace)
        fields = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
        await emit(session, WorkspaceSuspended(**fields, reason=reason, suspended_by=by))
        for work in await _work_from(session, workspace):
            await end_derived(session, work, "revoked")
    return await _read(session, access, workspace)


async def reinstate(session: AsyncSession, access: Access, workspace_id: UUID) -> None:
    """End the suspension of a workspace below the caller's. Raises `NotFound`, `NotSuspended` or
    `SuspendedFromAbove`."""
    workspace = await _locked(session, access, workspace_id)
    if workspace.suspended_at is None:
        raise NotSuspended(f"{workspace.display_name} is not suspended.")
    if not _may_end(access, workspace):
        raise SuspendedFromAbove(f"{workspace.display_name} is suspended by the provider, which can end it.")
    by = (await get_workspace(session, access.workspace_id)).display_name
    async with acting_for(session, access, workspace):
        workspace.suspended_at = workspace.suspension_reason = None
        workspace.suspended_from = workspace.suspended_by = None
        await _changed(session, workspace)
        fields = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
        await emit(session, WorkspaceReinstated(**fields, reinstated_by=by))


async def _changed(session: AsyncSession, workspace: Workspace) -> None:
    workspace.version += 1
    await session.flush()
    await put_suspension(session, workspace.id, workspace.suspended_at)


async def _locked(session: AsyncSession, access: Access, workspace_id: UUID) -> Workspace:
    """A workspace below the caller's, locked with everybody who works on behalf from there. The caller's right is read
    again under these locks."""
    workspace = await lock_below(session, access, await find_below(session, access, workspace_id))
    async with acting_in(session, workspace.id, access.user_id):
        people = {work.user_id for work in await _work_from(session, workspace)}
        for user_id in sorted(people):
            await lock_person(session, user_id)
    await confirm_access(session, access, PERMISSION)
    return workspace


async def _work_from(session: AsyncSession, workspace: Workspace) -> list[Grant]:
    """What the workspace's people do on behalf of others just now. Nobody can begin more while it is locked. Requires
    the workspace's scope."""
    work = select(Grant).where(Grant.parent_workspace_id == workspace.id, Grant.source == "on_behalf")
    return list(await session.scalars(work.order_by(Grant.id).execution_options(populate_existing=True)))


def _may_end(access: Access, workspace: Workspace) -> bool:
    return access.workspace_kind == "provider" or workspace.suspended_from == access.workspace_id


async def _read(session: AsyncSession, access: Access, workspace: Workspace) -> SuspensionRead:
    author = await session.get(User, workspace.suspended_by) if workspace.suspended_by else None
    return SuspensionRead(
        workspace_id=workspace.id,
        display_name=workspace.display_name,
        kind=workspace.kind,
        connected=workspace.connected_at is not None,
        suspended_at=workspace.suspended_at,
        reason=workspace.suspension_reason,
        suspended_by=author.display_name if author else None,
        may_end=workspace.suspended_at is not None and _may_end(access, workspace),
    )
