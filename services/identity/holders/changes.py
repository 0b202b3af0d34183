"""Changes of holders: finding, showing and closing them. Whoever closes one holds the workspace's row, so that the
first answer counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import Grant
from services.identity.grants.service import find_membership
from services.identity.holders.models import HolderChange, HolderChangeState
from services.identity.holders.refusals import (
    HolderChangeClosed,
    HolderChangeOpen,
    IsAHolder,
    NotAUserHere,
    TooManyHolderChanges,
)
from services.identity.holders.schemas import HolderChangeRead
from services.identity.holders.slots import OTHER, slots_of
from services.identity.people.models import User
from services.identity.people.schemas import PersonRead
from services.identity.people.service import find_user
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.errors import NotFound
from shared.events.identity import HolderChangeEnded
from shared.outbox import emit

OPEN = (HolderChangeState.requested, HolderChangeState.proposed)
LIFETIME = timedelta(days=7)
"""How long a change can be answered, in real time."""
MOST_PER_DAY = 10


async def about(session: AsyncSession, workspace: Workspace, change: HolderChange) -> dict[str, Any]:
    """The fields of every event about a change."""
    other = (await slots_of(session, workspace.id)).get(OTHER[change.slot])
    told = ("slot", "former_user_id", "new_user_id")
    of_change = {name: getattr(change, name) for name in told}
    said = {"change_id": change.id, "other_user_id": other and other.user_id, "subject_version": change.version}
    return {**workspace_fields(workspace), **of_change, **said}


async def begin(
    session: AsyncSession, workspace: Workspace, slot: str, address: str, by: UUID, real_now: datetime,
    reason: str | None = None,
) -> HolderChange:  # fmt: skip
    """A new change, for a user of the workspace, requested where there is a reason of the provider's staff, else
    proposed. Requires the workspace's lock and scope. Raises `NotAUserHere`, `IsAHolder`, `HolderChangeOpen` or
    `TooManyHolderChanges`."""
    user = await find_user(session, address)
    grant = await find_membership(session, user.id, workspace.id) if user else None
    if grant is None:
        raise NotAUserHere(f"{address} is no user of {workspace.display_name}. Invite the person first.")
    if grant.holder is not None:
        raise IsAHolder("The two holders of an account are two people.")
    await _refuse_second(session, workspace, slot, real_now)
    held = (await slots_of(session, workspace.id)).get(slot)
    state = HolderChangeState.requested if reason else HolderChangeState.proposed
    change = HolderChange(
        workspace_id=workspace.id, slot=slot, former_user_id=held and held.user_id, new_user_id=grant.user_id,
        state=state, by_provider=reason is not None, reason=reason, proposed_by=by, proposed_at=real_now,
        expires_at=real_now + LIFETIME,
    )  # fmt: skip
    session.add(change)
    await session.flush()
    return change


async def _refuse_second(session: AsyncSession, workspace: Workspace, slot: str, real_now: datetime) -> None:
    """What is open and too late to be answered is closed, before the job does."""
    here = HolderChange.workspace_id == workspace.id
    asked = await session.scalar(select(HolderChange).where(here, HolderChange.slot == slot, is_open()))
    if asked is not None and state_of(asked, real_now) in OPEN:
        raise HolderChangeOpen("Somebody is asked already. Withdraw that first, to ask somebody else.")
    if asked is not None:
        await end(session, workspace, asked, HolderChangeState.expired, real_now)
    today = select(func.count()).select_from(HolderChange).where(here)
    since = real_now - timedelta(days=1)
    if (await session.scalar(today.where(HolderChange.proposed_at > since)) or 0) >= MOST_PER_DAY:
        raise TooManyHolderChanges(f"At most {MOST_PER_DAY} changes of holders can be proposed within a day.")


def no_such_change() -> NotFound:
    """The same for a change of another workspace, and for one that somebody else answers."""
    return NotFound("There is no such change of a holder.")


def is_open() -> Any:
    return HolderChange.state.in_(OPEN)


def state_of(change: HolderChange, real_now: datetime) -> HolderChangeState:
    """How a change stands. What nobody answered in time is over, before a job says so."""
    late = change.state in OPEN and change.expires_at <= real_now
    return HolderChangeState.expired if late else HolderChangeState(change.state)


async def find_change(
    session: AsyncSession, workspace_id: UUID, change_id: UUID, real_now: datetime, *states: HolderChangeState
) -> HolderChange:
    """A change in one of these states, read under the workspace's lock. Raises `NotFound` or `HolderChangeClosed`."""
    mine = select(HolderChange).where(HolderChange.id == change_id, HolderChange.workspace_id == workspace_id)
    change = await session.scalar(mine.execution_options(populate_existing=True))
    if change is None:
        raise no_such_change()
    state = state_of(change, real_now)
    if state not in states:
        raise HolderChangeClosed(f"This change is {state}.", state=state)
    return change


async def end(
    session: AsyncSession, workspace: Workspace, change: HolderChange,
    state: Literal[HolderChangeState.declined, HolderChangeState.withdrawn, HolderChangeState.expired],
    real_now: datetime,
) -> None:  # fmt: skip
    """End an open change that comes to nothing, and say so. Requires the workspace's lock and scope."""
    was_proposed = change.state == HolderChangeState.proposed
    change.state, change.ended_at = state, real_now
    change.version += 1
    await session.flush()
    said = await about(session, workspace, change)
    await emit(session, HolderChangeEnded(**said, was_proposed=was_proposed, reason=state.value))


async def membership_of(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> Grant:
    """Raises `NotAUserHere` for somebody who is no user of the workspace any more."""
    grant = await find_membership(session, user_id, workspace_id)
    if grant is None:
        raise NotAUserHere("The person is no user of this workspace any more.")
    return grant


async def read_changes(
    session: AsyncSession, workspace_id: UUID, real_now: datetime, *, of_staff: bool
) -> list[HolderChangeRead]:
    """Those that wait for an answer, and those that can still be undone. ``of_staff``: also those that wait for a
    second one of the provider's staff."""
    asked = is_open() if of_staff else HolderChange.state == HolderChangeState.proposed
    waits = and_(asked, HolderChange.expires_at > real_now)
    undoable = and_(HolderChange.state == HolderChangeState.effective, HolderChange.undo_until > real_now)
    shown = select(HolderChange).where(HolderChange.workspace_id == workspace_id, or_(waits, undoable))
    found = (await session.scalars(shown.order_by(HolderChange.proposed_at, HolderChange.id).limit(20))).all()
    return [await _read(session, change) for change in found]


async def _read(session: AsyncSession, change: HolderChange) -> HolderChangeRead:
    former, new, proposer = await people_of(
        session, (change.former_user_id, change.new_user_id, change.proposed_by)
    )  # fmt: skip
    assert new, "it refers to a user"
    assert proposer, "it refers to a user"
    return HolderChangeRead(
        id=change.id, slot=change.slot, state=change.state,
        former=former, new=new, by_provider=change.by_provider, reason=change.reason, proposed_by=proposer,
        proposed_at=change.proposed_at, expires_at=change.expires_at,
        undo_until=change.undo_until if change.state == HolderChangeState.effective else None,
    )  # fmt: skip


async def people_of(session: AsyncSession, user_ids: Sequence[UUID | None]) -> list[PersonRead | None]:
    """These people as they are shown, None for none."""
    users = [await session.get_one(User, each) if each else None for each in user_ids]
    return [PersonRead.model_validate(user) if user else None for user in users]
