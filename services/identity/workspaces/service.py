"""The workspace tree."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.workspaces.models import Workspace, WorkspaceKind
from services.identity.workspaces.renaming import called, is_taken
from services.identity.workspaces.scope import acting_for, workspace_fields
from services.identity.workspaces.slugs import stem_of, with_suffix
from shared.auth import Access
from shared.auth.access import WorkspaceIsClosed, WorkspaceIsClosing
from shared.errors import NotFound
from shared.events.identity import WorkspaceConnected, WorkspaceCreated
from shared.outbox import emit
from shared.scope import acting_in

THERE = Workspace.removed_at.is_(None)


class WorkspaceDescription(TypedDict):
    kind: WorkspaceKind
    slug: str
    display_name: str
    account_number: str
    connected: bool
    holder_control: bool
    suspended: bool
    closes_at: datetime | None
    closed: bool
    locale: str
    support_address: str | None
    support_phone: str | None
    postal_lines: tuple[str, ...]
    support_hours: str | None
    emergency_phone: str | None
    help_url: str | None
    status_url: str | None
    sales_name: str | None
    sales_address: str | None
    sales_phone: str | None
    asks_entry_reason: bool


def describe(workspace: Workspace) -> WorkspaceDescription:
    """The fields of every event about a workspace."""
    return {
        "kind": workspace.kind,  # type: ignore[typeddict-item]
        "slug": workspace.slug,
        "display_name": workspace.display_name,
        "account_number": workspace.account_number,
        "connected": workspace.connected_at is not None,
        "holder_control": workspace.holder_control,
        "suspended": workspace.suspended_at is not None,
        "closes_at": workspace.closes_at,
        "closed": workspace.closed_at is not None,
        "locale": workspace.locale,
        "support_address": workspace.support_address,
        "support_phone": workspace.support_phone,
        "postal_lines": tuple(workspace.postal_lines),
        "support_hours": workspace.support_hours,
        "emergency_phone": workspace.emergency_phone,
        "help_url": workspace.help_url,
        "status_url": workspace.status_url,
        "sales_name": workspace.sales_name,
        "sales_address": workspace.sales_address,
        "sales_phone": workspace.sales_phone,
        "asks_entry_reason": workspace.asks_entry_reason,
    }


async def get_workspace(session: AsyncSession, workspace_id: UUID) -> Workspace:
    return await session.get_one(Workspace, workspace_id)


def no_such_child() -> NotFound:
    """The same for every workspace that is not directly below the caller's."""
    return NotFound("There is no such customer below your workspace.")


async def find_child(session: AsyncSession, parent_id: UUID, child_id: UUID) -> Workspace:
    """A workspace directly below ``parent_id`` that was not removed. Raises `NotFound` for any other."""
    below = select(Workspace).where(Workspace.id == child_id, Workspace.parent_workspace_id == parent_id, THERE)
    found = await session.scalar(below)
    if found is None:
        raise no_such_child()
    return found


async def find_child_by_slug(session: AsyncSession, parent_id: UUID, slug: str) -> Workspace:
    """Like `find_child`, by URL name, or one that it had within a year."""
    below = select(Workspace).where(called(slug), Workspace.parent_workspace_id == parent_id, THERE)
    found = await session.scalar(below)
    if found is None:
        raise no_such_child()
    return found


async def find_customer(session: AsyncSession, access: Access, customer_id: UUID) -> Workspace:
    """A customer below the caller's workspace, directly or below a partner of it. Raises `NotFound` for any other."""
    found = await find_below(session, access, customer_id)
    if found.kind != "customer":
        raise no_such_child()
    return found


async def find_below(session: AsyncSession, access: Access, workspace_id: UUID) -> Workspace:
    """A workspace below the caller's, directly or below a partner of it. Raises `NotFound` for any other."""
    async with acting_in(session, workspace_id, access.user_id):
        found = await session.scalar(select(Workspace).where(Workspace.id == workspace_id, THERE))
    if found is None or found.parent_workspace_id is None:
        raise no_such_child()
    if found.parent_workspace_id != access.workspace_id:
        await find_child(session, access.workspace_id, found.parent_workspace_id)
    return found


async def create_workspace(
    session: AsyncSession, access: Access, kind: WorkspaceKind, display_name: str, now: datetime
) -> Workspace:
    """Create a workspace below the caller's, Not Connected yet (L6). It is written to in its parent's language.

    Its slug is made from its name. Nobody chooses one: a refusal would tell whose names exist elsewhere."""
    parent = await get_workspace(session, access.workspace_id)
    child = Workspace(id=uuid4(), kind=kind, display_name=display_name, created_at=now)
    child.parent_workspace_id, child.locale = parent.id, parent.locale
    async with acting_for(session, access, child):
        return await save_new(session, child, stem_of(display_name))


async def is_closed(session: AsyncSession, workspace_id: UUID) -> bool:
    """Whether the account of a workspace is closed. Requires its lock and scope."""
    closed = select(Workspace.closed_at.is_not(None)).where(Workspace.id == workspace_id)
    return bool(await session.scalar(closed))


def refuse_closed(workspace: Workspace) -> None:
    """Raise `WorkspaceIsClosed` if the account of a workspace that is locked is closed."""
    if workspace.closed_at is not None:
        raise WorkspaceIsClosed(f"The account of {workspace.display_name} is closed.")


def refuse_closing(workspace: Workspace) -> None:
    """Raise `WorkspaceIsClosing` if the account of a workspace that is held is being closed, or is closed."""
    if workspace.closes_at is not None:
        raise WorkspaceIsClosing(f"The account of {workspace.display_name} is being closed.")


async def connect(session: AsyncSession, workspace: Workspace, now: datetime) -> None:
    """Mark a workspace as connected, when its first user signs up (L5)."""
    workspace.connected_at = now
    workspace.version += 1
    event = WorkspaceConnected(**workspace_fields(workspace), **describe(workspace), subject_version=workspace.version)
    await emit(session, event)


async def save_new(session: AsyncSession, workspace: Workspace, stem: str) -> Workspace:
    """Insert under the slug ``stem``, with a random suffix if it is taken."""
    number = await session.scalar(text("SELECT nextval('account_numbers')"))
    workspace.account_number = f"AC-{number}"
    workspace.slug = stem
    while not await inserted(session, workspace):
        workspace.slug = with_suffix(stem)
    await emit(session, WorkspaceCreated(**workspace_fields(workspace), **describe(workspace)))
    return workspace


async def inserted(session: AsyncSession, workspace: Workspace) -> bool:
    """Whether the workspace was inserted; if not, another one has its slug, or had it within a year."""
    try:
        async with session.begin_nested():
            session.add(workspace)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        return False
    return True
