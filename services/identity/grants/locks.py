"""The locks of decisions about access, in the order in which every transaction takes them: workspace, person, grant,
then all other rows. Two transactions that take the same locks in one order cannot block each other forever."""

from dataclasses import replace
from enum import IntEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import Grant
from services.identity.people.models import User
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import find_child, no_such_child
from shared.auth import Access
from shared.auth.access import DERIVED
from shared.auth.permissions import handled
from shared.errors import NotFound
from shared.scope import acting_in


class Rank(IntEnum):
    """The place of a lock in the order."""

    workspace = 1
    person = 2
    grant = 3


class LockOrder(RuntimeError):
    """A transaction asked for a lock after one that comes later in the order."""


def _take(session: AsyncSession, rank: Rank, id_: UUID) -> None:
    held: set[tuple[Rank, UUID]] = session.info.setdefault("locks", set())
    if (rank, id_) not in held and any(rank < other for other, _ in held):
        raise LockOrder(f"{rank.name} {id_} after {max(held)[0].name}")
    held.add((rank, id_))


async def lock_workspace(session: AsyncSession, workspace_id: UUID) -> Workspace:
    """Lock a workspace against concurrent changes of its members and invitations.

    Not against rows that refer to it, which others may insert meanwhile: they lock its key, after the person's row."""
    _take(session, Rank.workspace, workspace_id)
    return await session.get_one(Workspace, workspace_id, with_for_update={"key_share": True}, populate_existing=True)


async def lock_child_of(session: AsyncSession, access: Access, child_id: UUID) -> Workspace:
    """Lock a workspace directly below the caller's. Raises `NotFound` for any other, also for one that was removed, or
    went to somebody else, while the lock was waited for. Requires the scope of the caller's workspace."""
    return await lock_below(session, access, await find_child(session, access.workspace_id, child_id))


async def lock_below(session: AsyncSession, access: Access, found: Workspace) -> Workspace:
    """Lock a workspace that was found below the caller's, directly or below a partner of it. Raises `NotFound` if it
    was removed, or went to somebody else, while the lock was waited for."""
    parent_id = found.parent_workspace_id
    async with acting_in(session, found.id, access.user_id):  # who is not above it any more does not see it
        workspace = await lock_workspace(session, found.id)
    if workspace.removed_at is not None or workspace.parent_workspace_id != parent_id:
        raise no_such_child()
    return workspace


async def hold_workspace(session: AsyncSession, workspace_id: UUID) -> Workspace:
    """The workspace, whose suspension and parent stay as they are until the transaction ends. Others may hold it, too,
    and nobody locks it meanwhile."""
    _take(session, Rank.workspace, workspace_id)
    return await session.get_one(Workspace, workspace_id, with_for_update={"read": True}, populate_existing=True)


async def lock_person(session: AsyncSession, user_id: UUID) -> User:
    """Lock the person's row against concurrent changes of their grants and sessions. Raises `NotFound`.

    Not against rows that refer to the person: they lock its key, as an invitation does after its sender's grants."""
    _take(session, Rank.person, user_id)
    user = await session.get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None:
        raise NotFound("There is no such person.")
    return user


async def hold_grants(session: AsyncSession, user_id: UUID) -> int:
    """The version of the person's grants, which stay as they are until the transaction ends. Raises `NotFound`."""
    _take(session, Rank.person, user_id)
    held = select(User.grants_version).where(User.id == user_id).with_for_update(read=True)
    version = await session.scalar(held)
    if version is None:
        raise NotFound("There is no such person.")
    return version


async def confirm_access(session: AsyncSession, access: Access, permission: str, *, own: bool = False) -> Access:
    """The caller's access as it is now, which stays so until the transaction ends. The guard read it before any lock.

    Requires the scope of the caller's workspace. ``own`` as in `allow`. Raises `Forbidden` if their right has ended
    meanwhile."""
    _take(session, Rank.grant, access.user_id)
    here = Grant.user_id == access.user_id, Grant.workspace_id == access.workspace_id, Grant.source != "link"
    working = access.session_id if access.via in DERIVED else None
    mine = select(Grant).where(*here, Grant.session_id.is_not_distinct_from(working)).order_by(Grant.id)
    grants = await session.scalars(mine.with_for_update(read=True).execution_options(populate_existing=True))
    held = tuple(grant.as_role() for grant in grants)
    return replace(access, granted_roles=held).narrowed_to(permission, handled(own=own))
