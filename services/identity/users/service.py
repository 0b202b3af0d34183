"""The users of a workspace: role changes, removal."""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import end_derived
from services.identity.grants.locks import confirm_access, lock_person, lock_workspace
from services.identity.grants.models import MEMBER_SOURCES, OF_LOCATION, Grant
from services.identity.grants.service import change_role, find_membership, revoke_grant
from services.identity.holders.slots import keep_holder
from services.identity.invitations.ending import end_invitations_of
from services.identity.links.service import close_link
from services.identity.people.models import User
from services.identity.users.schemas import UserRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for, set_actor
from services.identity.workspaces.service import is_closed
from shared.auth import Access
from shared.auth.permissions import level
from shared.errors import Conflict, NotFound
from shared.events import Via
from shared.outbox import cause_of
from shared.scope import acting_in


class LastAdmin(Conflict):
    """A workspace needs an admin: the last one cannot be removed, be demoted or leave."""  # (D15)

    title = "This is the last admin"


async def change_user(session: AsyncSession, access: Access, user_id: UUID, role: str, real_now: datetime) -> UserRead:
    """Change a user's role (K24). A demoted admin's work on behalf in customers ends, and so do the invitations that
    they sent. So does a preview, if the new role shows none. Raises `HolderStays` or `LastAdmin`."""
    user, grant, workspace = await _lock(session, access, user_id)
    was_admin = grant.role == "admin"
    if was_admin and role != "admin":
        await keep_an_admin(session, grant)
        await keep_holder(session, grant, real_now)
    await change_role(session, grant, workspace, role)
    if level("portal.preview", role, workspace.kind) is None:
        await _end_previews(session, access, user_id)
    if was_admin and role != "admin":
        await _leave_customers(session, access, user_id)
        await end_invitations_of(session, access, user_id, real_now)
    return UserRead(
        id=user.id,
        address=user.address,
        display_name=user.display_name,
        role=role,
        last_active_at=grant.last_active_at,
        mail_returned_at=user.mail_returned_at,
    )


async def remove_user(session: AsyncSession, access: Access, user_id: UUID, real_now: datetime) -> None:
    """Remove a user from the workspace, with their links to its customers (D14) and the invitations that they sent.
    Raises `HolderStays` or `LastAdmin`."""
    _, grant, workspace = await _lock(session, access, user_id)
    await _remove(session, access, grant, workspace, real_now)


async def leave(session: AsyncSession, access: Access, workspace_id: UUID, real_now: datetime) -> None:
    """Let the caller leave a workspace that they are a user of, whichever they act in now. All ends that
    `remove_user` ends. Raises `NotFound`, `HolderStays` or `LastAdmin`."""
    user = await session.get_one(User, access.user_id)
    there = replace(access, workspace_id=workspace_id, via=Via.own)
    async with acting_in(session, workspace_id, user.id):
        if await find_membership(session, user.id, workspace_id) is None:
            raise NotFound("You are no user of this workspace.")
        workspace = await lock_workspace(session, workspace_id)
        await lock_person(session, user.id)
        grant = await find_membership(session, user.id, workspace_id)
        if grant is None:
            raise NotFound("You are no user of this workspace.")
        set_actor(session, there.actor)
        await _remove(session, there, grant, workspace, real_now)


async def _remove(
    session: AsyncSession, access: Access, grant: Grant, workspace: Workspace, real_now: datetime
) -> None:
    user_id = grant.user_id
    if grant.role == "admin":
        await keep_an_admin(session, grant)
    await keep_holder(session, grant, real_now)
    at_locations = Grant.user_id == user_id, Grant.workspace_id == workspace.id, Grant.source == OF_LOCATION
    for one in (grant, *await session.scalars(select(Grant).where(*at_locations))):
        await revoke_grant(session, one, workspace)
    await _end_previews(session, access, user_id)
    await _leave_customers(session, access, user_id)
    for link, customer in await _from_here(session, access, user_id, "link"):
        async with acting_for(session, access, customer):
            await close_link(session, link, customer)
    await end_invitations_of(session, access, user_id, real_now)


async def _lock(session: AsyncSession, access: Access, user_id: UUID) -> tuple[User, Grant, Workspace]:
    workspace = await lock_workspace(session, access.workspace_id)
    user = await lock_person(session, user_id)
    await confirm_access(session, access, "user.edit")
    grant = await find_membership(session, user_id, workspace.id)
    if grant is None:
        raise NotFound("There is no such person.")
    return user, grant, workspace


async def keep_an_admin(session: AsyncSession, grant: Grant) -> None:
    """Raise `LastAdmin` if nobody else is an admin of the workspace of this membership, unless its account is closed.
    Requires its scope."""
    if await is_closed(session, grant.workspace_id):
        return
    others = select(Grant.id).where(
        Grant.workspace_id == grant.workspace_id,
        Grant.source.in_(MEMBER_SOURCES),
        Grant.role == "admin",
        Grant.id != grant.id,
    )
    if await session.scalar(others.limit(1)) is None:
        raise LastAdmin("This is the last admin of the workspace. Make somebody else an admin first.")


async def _leave_customers(session: AsyncSession, access: Access, user_id: UUID) -> None:
    """End the person's work on behalf from this workspace."""
    for work, customer in await _from_here(session, access, user_id, "on_behalf"):
        async with acting_for(session, access, customer):
            await end_derived(session, work, "revoked")


async def _end_previews(session: AsyncSession, access: Access, user_id: UUID) -> None:
    """End the previews that the person opened from this workspace."""
    mine = select(Grant).where(Grant.user_id == user_id, Grant.source == "preview")
    former = cause_of(session).actor
    set_actor(session, access.actor.model_copy(update={"via": Via.parent}))
    for grant in list(await session.scalars(mine.where(Grant.parent_workspace_id == access.workspace_id))):
        await end_derived(session, grant, "revoked")
    set_actor(session, former)


async def _from_here(
    session: AsyncSession, access: Access, user_id: UUID, source: Literal["link", "on_behalf"]
) -> list[tuple[Grant, Workspace]]:
    """The person's grants in customers that come from this workspace."""
    joined = select(Grant, Workspace).join(Workspace, Workspace.id == Grant.workspace_id)
    mine = Grant.user_id == user_id, Grant.source == source, Grant.parent_workspace_id == access.workspace_id
    return [(grant, customer) for grant, customer in await session.execute(joined.where(*mine))]
