"""Granting and revoking access. Every change increments the person's grants version, under a lock on their row
(D29)."""

from datetime import date, datetime
from typing import Literal, NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import hold_grants
from services.identity.grants.models import MEMBER_SOURCES, OF_LOCATION, OWN_SOURCES, VISITOR, Grant
from services.identity.grants.schemas import GrantsRead
from services.identity.people.models import User
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from services.identity.workspaces.service import refuse_closed
from shared.events.identity import AccessChanged, AccessGranted, AccessRevoked
from shared.outbox import emit
from shared.scope import acting_in

EndOfGrant = Literal["revoked", "expired", "moved"]
"""``moved``: a link, whose person's company does not sell to the workspace any more."""


class Until(NamedTuple):
    """When a link ends by itself."""

    last_day: date
    expires_at: datetime
    """The end of that day, in real time."""


class VersionChange(TypedDict):
    """The versions of the person's grants before and after a change."""

    from_version: int
    to_version: int
    subject_version: int


async def bump_grants_version(session: AsyncSession, user_id: UUID) -> VersionChange:
    """Increment the person's grants version. The row stays locked until the commit, so that versions are unique."""
    counted = update(User).where(User.id == user_id).values(grants_version=User.grants_version + 1)
    to_version = (await session.execute(counted.returning(User.grants_version))).scalar_one()
    return {"from_version": to_version - 1, "to_version": to_version, "subject_version": to_version}


async def give_grant(
    session: AsyncSession,
    user_id: UUID,
    workspace: Workspace,
    role: str,
    source: Literal["membership", "invitation", "link", "access_rule", "location_invitation"],
    now: datetime,
    bill_group_id: UUID | None = None,
    access_rule_id: UUID | None = None,
    door: Literal["access_request", "added"] | None = None,
    let_in_by: UUID | None = None,
    location_id: UUID | None = None,
    until: Until | None = None,
    holder: str | None = None,
) -> Grant:
    """Grant the person a role in ``workspace``, or only within a bill group or location of it. ``let_in_by``: who
    decided it. ``until``: when a link ends by itself. ``holder``: the slot that goes with a membership. Requires the
    workspace's lock. Raises `WorkspaceIsClosed`."""
    refuse_closed(workspace)
    parent_id = workspace.parent_workspace_id if source == "link" else None
    grant = Grant(user_id=user_id, workspace_id=workspace.id, role=role, source=source,
                  parent_workspace_id=parent_id, granted_at=now, bill_group_id=bill_group_id,
                  access_rule_id=access_rule_id, door=door, let_in_by=let_in_by, location_id=location_id,
                  holder=holder)  # fmt: skip
    if until:
        grant.last_day, grant.expires_at = until
    session.add(grant)
    await session.flush()
    change = await bump_grants_version(session, user_id)
    granted = AccessGranted(**workspace_fields(workspace), user_id=user_id, grant=grant.as_fact(),
                            last_day=grant.last_day, **change)  # fmt: skip
    await emit(session, granted)
    return grant


async def change_role(session: AsyncSession, grant: Grant, workspace: Workspace, role: str) -> None:
    """Change the role of a grant."""
    if grant.role == role:
        return
    previous, grant.role = grant.role, role
    await session.flush()
    change = await bump_grants_version(session, grant.user_id)
    await emit(
        session,
        AccessChanged(
            **workspace_fields(workspace),
            user_id=grant.user_id,
            grant=grant.as_fact(),
            previous_role=previous,
            last_day=grant.last_day,
            previous_last_day=grant.last_day,
            **change,
        ),
    )


async def change_end(session: AsyncSession, link: Grant, workspace: Workspace, until: Until | None) -> None:
    """Change when a link ends by itself."""
    previous, last_day = link.last_day, until.last_day if until else None
    if previous == last_day:
        return
    link.last_day, link.expires_at = until or (None, None)
    await session.flush()
    change = await bump_grants_version(session, link.user_id)
    changed = AccessChanged(**workspace_fields(workspace), user_id=link.user_id, grant=link.as_fact(), kind="last_day",
                            previous_role=link.role, last_day=last_day, previous_last_day=previous,
                            **change)  # fmt: skip
    await emit(session, changed)


async def revoke_grant(
    session: AsyncSession, grant: Grant, workspace: Workspace, reason: EndOfGrant = "revoked"
) -> None:
    """Revoke a grant. It takes effect in every service within two seconds (D14)."""
    await session.delete(grant)
    await session.flush()
    change = await bump_grants_version(session, grant.user_id)
    event = AccessRevoked(**workspace_fields(workspace), user_id=grant.user_id, grant=grant.as_fact(),
                          reason="expired" if reason == "expired" else "revoked", moved=reason == "moved",
                          **change)  # fmt: skip
    await emit(session, event)


async def list_by_new_name(session: AsyncSession, user: User) -> None:
    """Let each workspace list the person by the name that they have now. Requires the person's lock."""
    async with acting_in(session, None, user.id):
        everywhere = select(Grant.workspace_id).where(Grant.user_id == user.id).distinct()
        found = sorted(await session.scalars(everywhere))
    for workspace_id in found:
        here = update(Grant).where(Grant.user_id == user.id, Grant.workspace_id == workspace_id)
        async with acting_in(session, workspace_id, user.id):
            await session.execute(here.values(person_name=user.display_name))


async def memberships_of(session: AsyncSession, user_id: UUID) -> list[Grant]:
    """The person's memberships, oldest first (K16)."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.source.in_(MEMBER_SOURCES))
    return list(await session.scalars(own.order_by(Grant.granted_at, Grant.id)))


async def own_grants_of(session: AsyncSession, user_id: UUID) -> list[Grant]:
    """The grants by which the person acts in their own name, memberships first, then the oldest."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.source.in_(OWN_SOURCES))
    limited = Grant.source.in_((VISITOR, OF_LOCATION))
    return list(await session.scalars(own.order_by(limited, Grant.granted_at, Grant.id)))


async def find_own_grant(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> Grant | None:
    """A grant by which the person acts in the workspace in their own name, or None."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return await session.scalar(own.where(Grant.source.in_(OWN_SOURCES)).limit(1))


async def find_membership(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> Grant | None:
    """The person's membership of the workspace, or None."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return await session.scalar(own.where(Grant.source.in_(MEMBER_SOURCES)).limit(1))


async def find_link(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> Grant | None:
    """The link by which a person of the parent may work for the workspace, or None."""
    own = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return await session.scalar(own.where(Grant.source == "link"))


async def get_grants(session: AsyncSession, user_id: UUID) -> GrantsRead:
    """All grants of a person with their version, as one consistent state. Raises `NotFound`."""
    version = await hold_grants(session, user_id)
    async with acting_in(session, None, user_id):
        grants = list(await session.scalars(select(Grant).where(Grant.user_id == user_id)))
    return GrantsRead(user_id=user_id, version=version, grants=[grant.as_fact() for grant in grants])
