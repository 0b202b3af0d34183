"""What the people answer whom a change is about: the new holder confirms or declines, the former one undoes."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import confirm_access, lock_person, lock_workspace
from services.identity.holders.changes import about, end, find_change, is_open, membership_of, no_such_change
from services.identity.holders.models import HolderChange, HolderChangeState
from services.identity.holders.refusals import HolderChangeClosed, IsAHolder
from services.identity.holders.slots import put_in_slot, slots_of
from services.identity.workspaces.models import Workspace
from shared.auth import Access
from shared.events import Via
from shared.events.identity import HolderChanged, HolderChangeUndone
from shared.outbox import emit
from shared.own_accounts import OnlyInPerson

PERMISSION = "holder.answer"
UNDOABLE_FOR = timedelta(hours=72)
"""How long the former holder can undo a change, in real time."""


async def confirm(session: AsyncSession, access: Access, change_id: UUID, real_now: datetime) -> None:
    """Take the slot, as an admin. Raises `NotFound`, `HolderChangeClosed`, `OnlyInPerson` or `IsAHolder`."""
    workspace, change = await _locked(session, access, change_id, real_now, of="new")
    new = await membership_of(session, change.new_user_id, workspace.id)
    if new.holder is not None:
        raise IsAHolder("The two holders of an account are two people.")
    if change.former_user_id is not None:
        former = await membership_of(session, change.former_user_id, workspace.id)
        await put_in_slot(session, former, workspace, None)
    await put_in_slot(session, new, workspace, change.slot)
    change.state, change.effective_at = HolderChangeState.effective, real_now
    change.undo_until = real_now + UNDOABLE_FOR if change.former_user_id else None
    change.version += 1
    await session.flush()
    said = await about(session, workspace, change)
    await emit(session, HolderChanged(**said, undo_until=change.undo_until))


async def decline(session: AsyncSession, access: Access, change_id: UUID, real_now: datetime) -> None:
    """Leave the slot to whoever has it. Raises `NotFound`, `HolderChangeClosed` or `OnlyInPerson`."""
    workspace, change = await _locked(session, access, change_id, real_now, of="new")
    await end(session, workspace, change, HolderChangeState.declined, real_now)


async def undo(session: AsyncSession, access: Access, change_id: UUID, real_now: datetime) -> None:
    """Take the slot back within 72 hours, from whoever has it by now: a chain of changes takes nobody's right to undo
    theirs. What was changed since is undone with it, and what is proposed for the slot ends. Raises `NotFound`,
    `HolderChangeClosed`, `OnlyInPerson` or `IsAHolder`."""
    workspace, change = await _locked(session, access, change_id, real_now, of="former")
    assert change.former_user_id is not None, "it is the caller"
    if change.undo_until is None or change.undo_until <= real_now:
        raise HolderChangeClosed("This change cannot be undone any more.", state=HolderChangeState.effective)
    former = await membership_of(session, change.former_user_id, workspace.id)
    if former.holder is not None:
        raise IsAHolder("The two holders of an account are two people.")
    holding = (await slots_of(session, workspace.id))[change.slot]
    for later in await _since(session, change):
        if later.state == HolderChangeState.effective:
            await _mark_undone(session, later, real_now)
        else:
            await end(session, workspace, later, HolderChangeState.withdrawn, real_now)
    await put_in_slot(session, holding, workspace, None)
    await put_in_slot(session, former, workspace, change.slot)
    await _mark_undone(session, change, real_now)
    said = await about(session, workspace, change) | {"new_user_id": holding.user_id}
    await emit(session, HolderChangeUndone(**said))


async def _since(session: AsyncSession, change: HolderChange) -> list[HolderChange]:
    """What became of the same slot after a change, and what is open for it."""
    same = HolderChange.workspace_id == change.workspace_id, HolderChange.slot == change.slot
    after = and_(HolderChange.state == HolderChangeState.effective, HolderChange.effective_at >= change.effective_at)
    which = select(HolderChange).where(*same, HolderChange.id != change.id, or_(is_open(), after))
    return list(await session.scalars(which.order_by(HolderChange.proposed_at)))


async def _mark_undone(session: AsyncSession, change: HolderChange, real_now: datetime) -> None:
    change.state, change.ended_at, change.version = HolderChangeState.undone, real_now, change.version + 1
    await session.flush()


async def _locked(
    session: AsyncSession, access: Access, change_id: UUID, real_now: datetime, *, of: Literal["former", "new"]
) -> tuple[Workspace, HolderChange]:
    """The workspace, and the change that the caller answers as its new holder, or undoes as its former one, with the
    people whose grants it touches locked. Nobody answers for somebody else, and nobody who works there on behalf."""
    if access.via != Via.own:
        raise OnlyInPerson("Only the person whom it is about answers this, in their own name.")
    workspace = await lock_workspace(session, access.workspace_id)
    state = HolderChangeState.proposed if of == "new" else HolderChangeState.effective
    found = await find_change(session, workspace.id, change_id, real_now, state)
    holding = (await slots_of(session, workspace.id)).get(found.slot)
    people = {found.former_user_id, found.new_user_id, holding and holding.user_id}
    for user_id in sorted(each for each in people if each):
        await lock_person(session, user_id)
    await confirm_access(session, access, PERMISSION, own=True)
    if access.user_id != (found.new_user_id if of == "new" else found.former_user_id):
        raise no_such_change()
    return workspace, found
