"""Giving and taking access. Every change counts the person's version up by one, under a lock on their row (D29)."""

from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.filing import filed_in
from services.identity.grants.models import MEMBER_SOURCES, Grant
from services.identity.grants.schemas import GrantsRead
from services.identity.users.models import User
from services.identity.workspaces.models import Workspace
from shared.errors import NotFound
from shared.events.identity import AccessChanged, AccessGranted, AccessRevoked
from shared.outbox import emit


class Step(TypedDict):
    """From which version of the person's grants an event leads to which."""

    from_version: int
    to_version: int
    subject_version: int


async def lock_person(session: AsyncSession, user_id: UUID) -> User:
    """Make other changes of this person's grants and sessions wait. What changes both takes this lock first, so that
    two of them never wait for each other."""
    user = await session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None:
        raise NotFound("There is no such person.")
    return user


async def next_step(session: AsyncSession, user_id: UUID) -> Step:
    """Count the person's version up. The row stays locked until the commit, so that no number is given twice."""
    counted = update(User).where(User.id == user_id).values(grants_version=User.grants_version + 1)
    to_version = (await session.execute(counted.returning(User.grants_version))).scalar_one()
    return {"from_version": to_version - 1, "to_version": to_version, "subject_version": to_version}


async def give_grant(
    session: AsyncSession,
    user_id: UUID,
    workspace: Workspace,
    role: str,
    source: Literal["membership", "invitation", "link"],
    now: datetime,
) -> Grant:
    """The person may do more in ``workspace``."""
    grant = Grant(user_id=user_id, workspace_id=workspace.id, role=role, source=source, granted_at=now)
    session.add(grant)
    await session.flush()
    step = await next_step(session, user_id)
    await emit(session, AccessGranted(**filed_in(workspace), user_id=user_id, grant=grant.as_fact(), **step))
    return grant


async def change_role(session: AsyncSession, grant: Grant, workspace: Workspace, role: str) -> None:
    """The same grant, with another role."""
    if grant.role == role:
        return
    previous, grant.role = grant.role, role
    await session.flush()
    step = await next_step(session, grant.user_id)
    await emit(
        session,
        AccessChanged(
            **filed_in(workspace), user_id=grant.user_id, grant=grant.as_fact(), previous_role=previous, **step
        ),
    )


async def revoke_grant(session: AsyncSession, grant: Grant, workspace: Workspace) -> None:
    """The grant is gone, in every service within two seconds (D14)."""
    await session.delete(grant)
    await session.flush()
    step = await next_step(session, grant.user_id)
    event = AccessRevoked(**filed_in(workspace), user_id=grant.user_id, grant=grant.as_fact(), **step)
    await emit(session, event)


async def memberships_of(session: AsyncSession, user_id: UUID) -> list[Grant]:
    """The grants by which the person belongs to workspaces, oldest first (K16)."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.source.in_(MEMBER_SOURCES))
    return list(await session.scalars(own.order_by(Grant.granted_at, Grant.id)))


async def find_membership(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> Grant | None:
    """By which grant the person belongs to the workspace, if they do."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return await session.scalar(own.where(Grant.source.in_(MEMBER_SOURCES)).limit(1))


async def find_link(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> Grant | None:
    """By which link from the parent the person may work for the workspace, if they may."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return await session.scalar(own.where(Grant.source == "link"))


async def get_grants(session: AsyncSession, user_id: UUID) -> GrantsRead:
    """All grants of a person with their version, as one state: the lock keeps a change from coming in between."""
    held = select(User.grants_version).where(User.id == user_id).with_for_update(read=True)
    version = await session.scalar(held)
    if version is None:
        raise NotFound("There is no such person.")
    grants = await session.scalars(select(Grant).where(Grant.user_id == user_id))
    return GrantsRead(user_id=user_id, version=version, grants=[grant.as_fact() for grant in grants])
