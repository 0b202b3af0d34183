"""Links: which users of a parent workspace may work for which customer (P14 to P17, P22, P24)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import derived_grants, end_derived
from services.identity.grants.locks import confirm_access, lock_child_of, lock_person
from services.identity.grants.models import MEMBER_SOURCES, Grant
from services.identity.grants.service import (
    EndOfGrant,
    change_end,
    change_role,
    find_link,
    find_membership,
    give_grant,
    revoke_grant,
)
from services.identity.invitations.ending import end_invitations_of
from services.identity.links.last_days import until_of
from services.identity.links.schemas import LinkCreate, LinkRead, LinkUpdate
from services.identity.people.models import User
from services.identity.people.schemas import PersonRead
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from shared.auth import Access
from shared.errors import Conflict, NotFound


class AdminsNeedNoLink(Conflict):
    """Admins of a parent workspace have access to every customer. Only other users are linked."""  # (P15)

    title = "Admins need no link"


class AlreadyLinked(Conflict):
    """The user is linked to this customer already. Change their role instead."""

    title = "Already linked"


async def link_user(
    session: AsyncSession, access: Access, wanted: LinkCreate, now: datetime, real_now: datetime
) -> LinkRead:
    """Link a user of this workspace to a customer, by default in the role Support (P16) and until somebody ends it.

    Raises `NotFound`, `AdminsNeedNoLink`, `AlreadyLinked`, or `Invalid` for a last day that is over."""
    user_id = wanted.user_id
    until = await until_of(session, access, wanted.last_day, real_now)
    customer = await lock_child_of(session, access, wanted.customer_id)
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
        link = await give_grant(session, user_id, customer, wanted.role, "link", now, let_in_by=access.user_id,
                                until=until)  # fmt: skip
    return link_read(link, user)


async def change_link(
    session: AsyncSession, access: Access, link_id: UUID, wanted: LinkUpdate, real_now: datetime
) -> LinkRead:
    """Change a linked user's role for one customer (P17, P22), or their last day, including their open work on behalf.
    Pending invitations of theirs are revoked if they may not invite there any more. Raises `Invalid` for a last day
    that is over."""
    until = await until_of(session, access, wanted.last_day, real_now)
    user, link, customer = await _lock(session, access, link_id)
    async with acting_for(session, access, customer):
        derived = await _under_link(session, user.id, customer)
        if wanted.role is not None:
            for grant in (link, *derived):
                await change_role(session, grant, customer, wanted.role)
        if "last_day" in wanted.model_fields_set:
            for work in derived:
                work.expires_at = until.expires_at if until else None
            await change_end(session, link, customer, until)
    await end_invitations_of(session, access, user.id, real_now)
    return link_read(link, user)


async def _under_link(session: AsyncSession, user_id: UUID, customer: Workspace) -> list[Grant]:
    """The person's work on behalf under their link. An admin of the parent works by that role where they are let in."""
    home = select(Grant.id).where(Grant.user_id == user_id, Grant.workspace_id == customer.parent_workspace_id)
    is_admin = home.where(Grant.source.in_(MEMBER_SOURCES), Grant.role == "admin")
    if customer.parent_admins_enter and await session.scalar(is_admin) is not None:
        return []
    return await derived_grants(session, user_id, customer.id)


async def unlink_user(session: AsyncSession, access: Access, link_id: UUID, real_now: datetime) -> None:
    """Revoke a link. The user's open work on behalf there ends at once (P24, D14), and so do the invitations that they
    sent there."""
    _, link, customer = await _lock(session, access, link_id)
    async with acting_for(session, access, customer):
        await close_link(session, link, customer)
    await end_invitations_of(session, access, link.user_id, real_now)


async def close_link(session: AsyncSession, link: Grant, customer: Workspace, reason: EndOfGrant = "revoked") -> None:
    """Revoke a link and the work on behalf under it. Requires the customer's scope and the person's lock."""
    for work in await derived_grants(session, link.user_id, customer.id):
        await end_derived(session, work, "expired" if reason == "expired" else "revoked")
    await revoke_grant(session, link, customer, reason)


def link_read(link: Grant, user: User) -> LinkRead:
    return LinkRead(id=link.id, user=PersonRead.model_validate(user), role=link.role, last_day=link.last_day)


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
