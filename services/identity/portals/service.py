"""The portals of bill groups: their links, and whether they are open."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.bill_groups.models import BillGroup
from services.identity.bill_groups.service import find_bill_group, no_such_group
from services.identity.branding.sellers import show_brand
from services.identity.portals.models import Portal
from services.identity.portals.schemas import PortalLookRead, PortalRead
from services.identity.settings import Settings
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import find_child, get_workspace
from shared.auth import Access
from shared.errors import Conflict, NotFound
from shared.scope import acting_in

KEY_BYTES = 24
"""Of randomness in a portal's key."""


class PortalClosed(Conflict):
    """Nobody can sign in to this portal now. Whoever sells to its company can say why."""

    title = "This portal is not open"


@dataclass(frozen=True)
class Doorway:
    """A portal, and the state of its bill group."""

    portal: Portal
    group: BillGroup


async def make_portal(session: AsyncSession, workspace_id: UUID, bill_group_id: UUID, now: datetime) -> None:
    """Give a bill group its portal's key. It keeps the first one."""
    key = secrets.token_urlsafe(KEY_BYTES)
    made = insert(Portal).values(key=key, bill_group_id=bill_group_id, workspace_id=workspace_id, created_at=now)
    await session.execute(made.on_conflict_do_nothing(index_elements=["bill_group_id"]))


async def find_doorway(session: AsyncSession, key: str) -> Doorway:
    """The portal of a link. Raises `NotFound`, the same for every key that was never made."""
    portal = await session.get(Portal, key)
    if portal is None:
        raise NotFound("There is no such portal. Check the link with whoever sent it to you.")
    async with acting_in(session, portal.workspace_id):
        return Doorway(portal, await find_bill_group(session, portal.workspace_id, portal.bill_group_id))


def is_open(group: BillGroup, settings: Settings) -> bool:
    """Whether people can sign in to the portal of a bill group now."""
    return settings.portals and group.is_open


async def open_portal(session: AsyncSession, settings: Settings, key: str) -> Portal:
    """The portal of a link, which people can sign in to now. Raises `NotFound` or `PortalClosed`."""
    found = await find_doorway(session, key)
    if not is_open(found.group, settings):
        raise closed()
    return found.portal


def closed() -> PortalClosed:
    return PortalClosed("This portal is not open now. Ask whoever gave you the link.")


async def look_at_portal(session: AsyncSession, settings: Settings, key: str) -> PortalLookRead:
    """What a stranger with the link is told: who sells, and whether the portal is open. Raises `NotFound`."""
    found = await find_doorway(session, key)
    async with acting_in(session, found.portal.workspace_id):
        customer = await get_workspace(session, found.portal.workspace_id)
    seller_id = customer.parent_workspace_id or customer.id
    async with acting_in(session, seller_id):
        seller = await get_workspace(session, seller_id)
    return PortalLookRead(
        seller=seller.display_name, support_address=seller.support_address, support_phone=seller.support_phone,
        is_open=is_open(found.group, settings), brand=await show_brand(session, customer.id),
    )  # fmt: skip


async def find_customer(session: AsyncSession, access: Access, workspace_id: UUID) -> Workspace:
    """The workspace of a bill group, directly below the caller's. Raises `NotFound`, as for a group that it has not."""
    try:
        return await find_child(session, access.workspace_id, workspace_id)
    except NotFound:
        raise no_such_group() from None


async def get_portal(
    session: AsyncSession, settings: Settings, access: Access, workspace_id: UUID, bill_group_id: UUID
) -> PortalRead:
    """The portal of a bill group of a customer below the caller's workspace. Raises `NotFound`."""
    customer = await find_customer(session, access, workspace_id)
    async with acting_in(session, customer.id, access.user_id):
        group = await find_bill_group(session, customer.id, bill_group_id)
    key = await session.scalar(select(Portal.key).where(Portal.bill_group_id == group.id))
    return PortalRead(
        bill_group_id=group.id, bill_group_display_name=group.display_name,
        link=f"{settings.public_url.rstrip('/')}/p/{key}", is_open=is_open(group, settings),
        portals_on=settings.portals, portal_on=group.portal_on, is_closed=group.is_closed,
        has_contract=group.has_contract, owes=group.owes,
    )  # fmt: skip
