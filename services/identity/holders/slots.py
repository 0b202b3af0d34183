"""Who has which slot. A slot goes with a person's membership, and is only ever handed on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import MEMBER_SOURCES, Grant
from services.identity.grants.service import bump_grants_version
from services.identity.holders.models import HolderChange, HolderChangeState
from services.identity.holders.refusals import HolderStays
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import is_closed
from shared.events.identity import AccessChanged
from shared.outbox import emit

PRIMARY, ALTERNATE = "primary", "alternate"
OTHER = {PRIMARY: ALTERNATE, ALTERNATE: PRIMARY}


async def slots_of(session: AsyncSession, workspace_id: UUID) -> dict[str, Grant]:
    """The memberships that have a slot. Requires the workspace's scope."""
    held = select(Grant).where(
        Grant.workspace_id == workspace_id, Grant.source.in_(MEMBER_SOURCES), Grant.holder.is_not(None)
    )
    grants = await session.scalars(held.execution_options(populate_existing=True))
    return {grant.holder: grant for grant in grants if grant.holder}


async def put_in_slot(session: AsyncSession, grant: Grant, workspace: Workspace, slot: str | None) -> None:
    """Give a membership a slot, and the role of an admin with it, or take the slot away. Requires the locks of the
    workspace and the person."""
    previous_role = grant.role
    grant.holder, grant.role = slot, "admin" if slot else grant.role
    await session.flush()
    change = await bump_grants_version(session, grant.user_id)
    changed = AccessChanged(**workspace_fields(workspace), user_id=grant.user_id, grant=grant.as_fact(), kind="holder",
                            previous_role=previous_role, **change)  # fmt: skip
    await emit(session, changed)


async def keep_holder(session: AsyncSession, grant: Grant, real_now: datetime) -> None:
    """Raise `HolderStays` if the person of this membership has a slot, or can take it back. A closed account can do
    without its holders. Requires the workspace's lock and scope."""
    if await is_closed(session, grant.workspace_id):
        return
    if grant.holder is not None:
        raise HolderStays("A holder of the account stays until somebody else has the slot.")
    undoable = select(HolderChange.id).where(
        HolderChange.workspace_id == grant.workspace_id, HolderChange.former_user_id == grant.user_id,
        HolderChange.state == HolderChangeState.effective, HolderChange.undo_until > real_now,
    )  # fmt: skip
    if await session.scalar(undoable.limit(1)):
        raise HolderStays("A former holder of the account stays as long as they can undo their replacement.")
