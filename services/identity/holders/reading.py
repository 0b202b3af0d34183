"""The two holders, as they are shown."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.holders.changes import people_of, read_changes
from services.identity.holders.schemas import HoldersBelowRead, HoldersRead
from services.identity.holders.slots import ALTERNATE, PRIMARY, slots_of
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import find_below, get_workspace
from shared.auth import Access
from shared.scope import acting_in

CHECKED_WITHIN = timedelta(days=365)


async def read_holders(session: AsyncSession, workspace_id: UUID, real_now: datetime) -> HoldersRead:
    """The holders of the caller's workspace, with what is open for its own people."""
    return await _read(session, await get_workspace(session, workspace_id), real_now, of_staff=False)


async def read_holders_below(
    session: AsyncSession, access: Access, workspace_id: UUID, real_now: datetime
) -> HoldersBelowRead:
    """Those of a workspace below the caller's. Raises `NotFound`."""
    found = await find_below(session, access, workspace_id)
    async with acting_in(session, found.id, access.user_id):
        holders = await _read(session, found, real_now, of_staff=True)
    return HoldersBelowRead(
        **dict(holders), workspace_id=found.id, display_name=found.display_name,
        connected=found.connected_at is not None,
    )  # fmt: skip


async def _read(session: AsyncSession, workspace: Workspace, real_now: datetime, *, of_staff: bool) -> HoldersRead:
    held = await slots_of(session, workspace.id)
    primary, alternate = await people_of(
        session, [held[slot].user_id if slot in held else None for slot in (PRIMARY, ALTERNATE)]
    )
    checked_at = workspace.holders_checked_at or workspace.connected_at or workspace.created_at
    return HoldersRead(
        primary=primary, alternate=alternate, holder_control=workspace.holder_control, checked_at=checked_at,
        check_due=is_check_due(checked_at, real_now),
        changes=await read_changes(session, workspace.id, real_now, of_staff=of_staff),
    )  # fmt: skip


def is_check_due(checked_at: datetime, real_now: datetime) -> bool:
    return checked_at <= real_now - CHECKED_WITHIN
