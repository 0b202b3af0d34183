"""The users of a workspace: listing, role changes, removal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import MEMBER_SOURCES, Grant
from services.identity.grants.service import change_role, find_membership, revoke_grant
from services.identity.invitations.ending import end_invitations_of
from services.identity.links.service import close_link
from services.identity.locks import confirm_access, lock_person, lock_workspace
from services.identity.on_behalf.models import OnBehalfSession
from services.identity.on_behalf.service import revoke_on_behalf
from services.identity.scope import return_scope, switch_scope
from services.identity.users.models import User
from services.identity.users.schemas import UserRead
from services.identity.workspaces.models import Workspace
from shared.auth import Access
from shared.errors import Conflict, NotFound


class LastAdmin(Conflict):
    """A workspace needs an admin: the last one cannot be removed, be demoted or leave."""  # (D15)

    title = "This is the last admin"


async def list_users(session: AsyncSession, workspace_id: UUID) -> list[UserRead]:
    """The members of a workspace, without people who work in it on behalf."""
    joined = select(User.id, User.address, User.display_name, Grant.role, Grant.last_active_at)
    joined = joined.join(Grant, Grant.user_id == User.id).where(Grant.source.in_(MEMBER_SOURCES))
    rows = await session.execute(joined.where(Grant.workspace_id == workspace_id).order_by(User.display_name, User.id))
    return [UserRead.model_validate(row) for row in rows]


async def change_user(session: AsyncSession, access: Access, user_id: UUID, role: str, real_now: datetime) -> UserRead:
    """Change a user's role (K24). A demoted admin's work on behalf in customers ends, and so do the invitations that
    they sent. Raises `LastAdmin`."""
    user, grant, workspace = await _lock(session, access, user_id)
    was_admin = grant.role == "admin"
    if was_admin and role != "admin":
        await _keep_an_admin(session, grant)
    await change_role(session, grant, workspace, role)
    if was_admin and role != "admin":
        await _leave_customers(session, access, user_id, real_now)
        await end_invitations_of(session, access, user_id, real_now)
    return UserRead(
        id=user.id,
        address=user.address,
        display_name=user.display_name,
        role=role,
        last_active_at=grant.last_active_at,
    )


async def remove_user(session: AsyncSession, access: Access, user_id: UUID, real_now: datetime) -> None:
    """Remove a user from the workspace, with their links to its customers (D14) and the invitations that they sent.
    Raises `LastAdmin`."""
    _, grant, workspace = await _lock(session, access, user_id)
    if grant.role == "admin":
        await _keep_an_admin(session, grant)
    await revoke_grant(session, grant, workspace)
    await _leave_customers(session, access, user_id, real_now)
    below = Workspace.parent_workspace_id == workspace.id
    joined = select(Grant, Workspace).join(Workspace, Workspace.id == Grant.workspace_id)
    links = await session.execute(joined.where(Grant.user_id == user_id, Grant.source == "link", below))
    for link, customer in links.all():
        await switch_scope(session, access, customer)
        await close_link(session, link, customer, real_now)
    await end_invitations_of(session, access, user_id, real_now)


async def _lock(session: AsyncSession, access: Access, user_id: UUID) -> tuple[User, Grant, Workspace]:
    workspace = await lock_workspace(session, access.workspace_id)
    user = await lock_person(session, user_id)
    await confirm_access(session, access, "user.edit")
    grant = await find_membership(session, user_id, workspace.id)
    if grant is None:
        raise NotFound("There is no such person.")
    return user, grant, workspace


async def _keep_an_admin(session: AsyncSession, grant: Grant) -> None:
    others = select(Grant.id).where(
        Grant.workspace_id == grant.workspace_id,
        Grant.source.in_(MEMBER_SOURCES),
        Grant.role == "admin",
        Grant.id != grant.id,
    )
    if await session.scalar(others.limit(1)) is None:
        raise LastAdmin("This is the last admin of the workspace. Make somebody else an admin first.")


async def _leave_customers(session: AsyncSession, access: Access, user_id: UUID, real_now: datetime) -> None:
    """End the person's work on behalf from this workspace."""
    joined = select(Workspace).join(OnBehalfSession, OnBehalfSession.workspace_id == Workspace.id)
    open_from = joined.where(
        OnBehalfSession.user_id == user_id,
        OnBehalfSession.parent_workspace_id == access.workspace_id,
        OnBehalfSession.state == "open",
    )
    for customer in (await session.scalars(open_from)).unique().all():
        await switch_scope(session, access, customer)
        await revoke_on_behalf(session, user_id, customer, real_now)
    await return_scope(session, access)
