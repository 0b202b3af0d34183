"""Links: which users of a parent workspace may work for which customer (P14 to P17, P22, P24)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import derived_grants, end_derived
from services.identity.grants.locks import confirm_access, lock_person
from services.identity.grants.models import Grant
from services.identity.grants.service import (
    change_role,
    find_link,
    find_membership,
    give_grant,
    revoke_grant,
)
from services.identity.invitations.ending import end_invitations_of
from services.identity.links.schemas import LinkRead
from services.identity.people.models import User
from services.identity.people.schemas import PersonRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import find_child
from shared.auth import Access
from shared.errors import Conflict, NotFound


class AdminsNeedNoLink(Conflict):
    """Admins of a parent workspace have access to every customer. Only other users are linked."""  # (P15)

    title = "Admins need no link"


class AlreadyLinked(Conflict):
    """The user is linked to this customer already. Change their role instead."""

    title = "Already linked"


async def link_user(session: AsyncSession, access: Access, customer_id: UUID, user_id: UUID, now: datetime) -> LinkRead:
    """Link a user of this workspace to a customer, in the role Support (P16).

    Raises `NotFound`, `AdminsNeedNoLink` or `AlreadyLinked`."""
    customer = await find_child(session, access.workspace_id, customer_id)
    user = await lock_person(session, user_id)
    await confirm_access(session, access, "customer.link_user")
    membership = await find_membership(session, user_id, access.workspace_id)
    if membership is None:
        raise NotFound("There is no such person.")
    if membership.role == "admin":
        raise AdminsNeedNoLink(f"{user.display_name} is an admin here, and sees every customer without a link.")
    if await find_link(session, user_id, customer.id):
        raise AlreadyLinked(f"{user.display_name} is linked to {customer.display_name}. Change the role instead.")
    async with acting_for(session, access, customer):
        link = await give_grant(session, user_id, customer, "support", "link", now, let_in_by=access.user_id)
    return link_read(link, user)


async def change_link(session: AsyncSession, access: Access, link_id: UUID, role: str, real_now: datetime) -> LinkRead:
    """Change a linked user's role for one customer (P17, P22), including their open work on behalf. Pending invitations
    of theirs are revoked if they may not invite there any more."""
    user, link, customer = await _lock(session, access, link_id)
    async with acting_for(session, access, customer):
        for grant in (link, *await derived_grants(session, user.id, customer.id)):
            await change_role(session, grant, customer, role)
    await end_invitations_of(session, access, user.id, real_now)
    return link_read(link, user)


async def unlink_user(session: AsyncSession, access: Access, link_id: UUID, real_now: datetime) -> None:
    """Revoke a link. The user's open work on behalf there ends at once (P24, D14), and so do the invitations that they
    sent there."""
    _, link, customer = await _lock(session, access, link_id)
    async with acting_for(session, access, customer):
        await close_link(session, link, customer)
    await end_invitations_of(session, access, link.user_id, real_now)


async def close_link(session: AsyncSession, link: Grant, customer: Workspace) -> None:
    """Revoke a link and the work on behalf under it. Requires the customer's scope and the person's lock."""
    for work in await derived_grants(session, link.user_id, customer.id):
        await end_derived(session, work, "revoked")
    await revoke_grant(session, link, customer)


def link_read(link: Grant, user: User) -> LinkRead:
    return LinkRead(id=link.id, user=PersonRead.model_validate(user), role=link.role)


async def _lock(session: AsyncSession, access: Access, link_id: UUID) -> tuple[User, Grant, Workspace]:
    link, _ = await _find(session, access, link_id)
    user = await lock_person(session, link.user_id)
    await confirm_access(session, access, "customer.link_user")
    return user, *await _find(session, access, link_id)  # it may have changed or ended until the lock was held


async def _find(session: AsyncSession, access: Access, link_id: UUID) -> tuple[Grant, Workspace]:
    """A link to a customer of the caller's workspace. Raises `NotFound` for any other."""
    below = Workspace.parent_workspace_id == access.workspace_id
    joined = select(Grant, Workspace).join(Workspace, Workspace.id == Grant.workspace_id)
    asked = joined.where(Grant.id == link_id, Grant.source == "link", below)
    found = (await session.execute(asked.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound("There is no such link.")
    return found[0], found[1]
