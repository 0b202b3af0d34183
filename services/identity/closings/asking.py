"""A holder asks for the account of the workspace to be closed, or keeps it. Until the day nothing changes but that
nothing is ordered, extended or renewed: provisioning and billing see to that, from their copies of the workspace."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.closings.refusals import NotClosing, NotTheAccountNumber
from services.identity.customer_overview.projection import put_closing
from services.identity.customers.managing import PartnerHasCustomers
from services.identity.erasures.refusals import SignInFirst
from services.identity.erasures.service import is_fresh
from services.identity.grants.locks import confirm_access, lock_workspace
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import THERE, describe, refuse_closing
from shared.auth import Access
from shared.events.identity import WorkspaceClosing, WorkspaceClosingSoon, WorkspaceKept
from shared.field_errors import field_error
from shared.outbox import emit

PERMISSION = "workspace.close"
WAIT = timedelta(days=30)
"""How long it can be kept, in real time."""
NEAR = timedelta(days=3)


async def ask_for_closing(session: AsyncSession, access: Access, typed: str, real_now: datetime) -> Workspace:
    """Have the account of the caller's workspace closed in 30 days. Raises `NotTheAccountNumber`, `SignInFirst`,
    `WorkspaceIsClosing` or `PartnerHasCustomers`."""
    workspace = await lock_workspace(session, access.workspace_id)
    await confirm_access(session, access, PERMISSION)
    if typed.strip().upper() != workspace.account_number:
        wrong = [field_error("/account_number", "not_the_account_number", "is not the number of this account")]
        raise NotTheAccountNumber("This is not the number of this account.", errors=wrong)
    if not await is_fresh(session, access, real_now):
        raise SignInFirst("Sign in again, so that we know that it is you.")
    refuse_closing(workspace)
    if await has_customers(session, workspace):
        raise PartnerHasCustomers(f"{workspace.display_name} has customers. Remove or move them first.")
    workspace.closing_asked_at, workspace.closing_asked_by = real_now, access.user_id
    workspace.closes_at = real_now + WAIT
    await _changed(session, workspace)
    fields = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
    await emit(session, WorkspaceClosing(**fields))
    return workspace


async def keep(session: AsyncSession, access: Access) -> None:
    """Keep the account of the caller's workspace. Raises `NotClosing`."""
    workspace = await lock_workspace(session, access.workspace_id)
    await confirm_access(session, access, PERMISSION)
    if workspace.closes_at is None or workspace.closed_at is not None:
        raise NotClosing("This account is not being closed, or is closed already.")
    workspace.closing_asked_at = workspace.closing_asked_by = workspace.closes_at = None
    workspace.closing_told_at = None
    await _changed(session, workspace)
    fields = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
    await emit(session, WorkspaceKept(**fields))


async def tell_soon(session: AsyncSession, workspace_id: UUID, real_now: datetime) -> None:
    """Tell once that the day is near. Requires the workspace's scope."""
    workspace = await lock_workspace(session, workspace_id)
    if workspace.closes_at is None or workspace.closed_at or workspace.closing_told_at:
        return
    if workspace.closes_at <= real_now + NEAR:
        workspace.closing_told_at = real_now
        workspace.version += 1
        await session.flush()
        fields = {**workspace_fields(workspace), **describe(workspace), "subject_version": workspace.version}
        await emit(session, WorkspaceClosingSoon(**fields))


async def has_customers(session: AsyncSession, workspace: Workspace) -> bool:
    """Whether anybody buys from the workspace whose own account is not closed. Nobody comes to it while it is locked,
    nor afterwards, while it is being closed."""
    below = Workspace.parent_workspace_id == workspace.id, THERE, Workspace.closed_at.is_(None)
    return bool(await session.scalar(select(exists().where(*below))))


async def _changed(session: AsyncSession, workspace: Workspace) -> None:
    workspace.version += 1
    await session.flush()
    await put_closing(session, workspace.id, workspace.closes_at)
