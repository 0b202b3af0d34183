"""What two of the provider's staff do together for an account whose holders cannot: one asks, another one agrees. The
new holder still has to confirm, and the former one can undo it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import confirm_access, lock_below
from services.identity.holders.changes import LIFETIME, OPEN, about, begin, end, find_change
from services.identity.holders.models import HolderChangeState
from services.identity.holders.refusals import HolderChangeClosed, NeedsAnother, NobodyHolds
from services.identity.holders.schemas import HolderBelowPut
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import find_below
from shared.auth import Access
from shared.events.identity import HolderChangeProposed, HolderChangeRequested
from shared.outbox import emit

PERMISSION = "holder.change_below"


async def request(
    session: AsyncSession, access: Access, workspace_id: UUID, slot: str, wanted: HolderBelowPut, real_now: datetime
) -> None:
    """Ask for a change, which a second one of the staff has to agree to. Raises `NotFound`, `NobodyHolds`, and what
    `begin` does."""
    async with _locked(session, access, workspace_id) as workspace:
        if workspace.connected_at is None:
            raise NobodyHolds(f"Nobody at {workspace.display_name} has signed up yet.")
        change = await begin(
            session, workspace, slot, wanted.address, access.user_id, real_now, wanted.reason
        )  # fmt: skip
        said = await about(session, workspace, change)
        await emit(session, HolderChangeRequested(**said, reason=wanted.reason))


async def second(
    session: AsyncSession, access: Access, workspace_id: UUID, change_id: UUID, real_now: datetime
) -> None:  # fmt: skip
    """Agree, as the second one: the new holder is asked. Raises `NotFound`, `HolderChangeClosed` or `NeedsAnother`."""
    async with _locked(session, access, workspace_id) as workspace:
        change = await find_change(session, workspace.id, change_id, real_now, HolderChangeState.requested)
        if change.proposed_by == access.user_id:
            raise NeedsAnother("Somebody else of your company has to agree.")
        change.state, change.seconded_by = HolderChangeState.proposed, access.user_id
        change.expires_at = real_now + LIFETIME
        change.version += 1
        await session.flush()
        said = await about(session, workspace, change)
        proposed = {"by_provider": True, "reason": change.reason, "expires_at": change.expires_at}
        await emit(session, HolderChangeProposed(**said, **proposed))


async def withdraw(
    session: AsyncSession, access: Access, workspace_id: UUID, change_id: UUID, real_now: datetime
) -> None:  # fmt: skip
    """Take back what the staff asked for. What a holder proposes is not theirs to take back. Raises `NotFound` or
    `HolderChangeClosed`."""
    async with _locked(session, access, workspace_id) as workspace:
        change = await find_change(session, workspace.id, change_id, real_now, *OPEN)
        if not change.by_provider:
            raise HolderChangeClosed("A holder proposes this change, and takes it back.", state=change.state)
        await end(session, workspace, change, HolderChangeState.withdrawn, real_now)


@asynccontextmanager
async def _locked(session: AsyncSession, access: Access, workspace_id: UUID) -> AsyncIterator[Workspace]:
    """A workspace below the caller's, locked, in its scope. The caller's right is read again under the lock."""
    workspace = await lock_below(session, access, await find_below(session, access, workspace_id))
    await confirm_access(session, access, PERMISSION)
    async with acting_for(session, access, workspace):
        yield workspace
