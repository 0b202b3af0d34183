"""Placing services on hosts. No host is ever oversold: the database refuses it (migration 0014).

At most one host is locked at a time by who places or reserves, and those who resize or release take turns, so that
nobody waits in a circle. Call these functions after the rows of orders and services are locked.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.placements.models import Placement
from services.provisioning.products.models import Product
from services.provisioning.products.needs import amounts
from services.provisioning.services.models import Service
from services.provisioning.sites.models import Site
from shared.errors import Invalid
from shared.field_errors import field_error
from shared.one_at_a_time import one_at_a_time

_NEEDS = bindparam("needs", type_=JSONB)
WITH_ROOM = text("SELECT sites_with_room(:needs)").bindparams(_NEEDS)
TAKE = text("SELECT host_id, site_id FROM take_host(:site_id, :needs)").bindparams(_NEEDS)
WRONG = """
SELECT DISTINCT r.host_id::text FROM host_resources r
  LEFT JOIN (SELECT p.host_id, t.key AS resource, sum(t.value::bigint) AS taken
               FROM placements p, jsonb_each_text(p.takes) t GROUP BY 1, 2) s USING (host_id, resource)
 WHERE r.taken <> coalesce(s.taken, 0)
"""
"""Hosts of which something else is taken than the sum of what is placed there."""
TURN = "changing what services take"
"""Of those that change several placements in one transaction."""
NEVER_OVERSOLD = "ck_host_resources_never_oversold"


class SiteNotOffered(Invalid):
    """There is no such site, or services of this product run at no site."""

    title = "The site cannot be chosen"


class NoRoom(Invalid):
    """No host has room for it. Choose another site, a smaller configuration, or fewer. ``errors`` says where."""

    title = "There is no room for it"


async def check_room(
    session: AsyncSession, product: Product, configuration: Mapping[str, Any], quantity: int, site_id: UUID | None
) -> None:
    """Raise what would refuse to place a service of an order: `SiteNotOffered` or `NoRoom`."""
    takes = amounts(product.needs, configuration, quantity)
    if site_id and (not takes or await session.get(Site, site_id) is None):
        errors = [field_error("/site_id", "not_offered", "is not a site for this product")]
        raise SiteNotOffered("Choose another site, or none.", errors=errors)
    if takes:
        found = await find_sites(session, takes)
        if not found or (site_id and site_id not in found):
            raise _no_room("/site_id")


async def find_sites(session: AsyncSession, takes: Mapping[str, int]) -> set[UUID]:
    """The sites that have a host with room for it, which takes new services."""
    return set(await session.scalars(WITH_ROOM, {"needs": dict(takes)})) if takes else set()


async def place(session: AsyncSession, service: Service, product: Product, *, site_id: UUID | None) -> None:
    """Choose a host for a service that is stored, at the site or at any, and take what it needs there. A service that
    needs nothing runs nowhere. Raises `NoRoom`."""
    takes = amounts(product.needs, service.configuration, service.quantity)
    if not takes:
        return
    found = (await session.execute(TAKE, {"site_id": site_id, "needs": takes})).one_or_none()
    if found is None:
        raise _no_room("/site_id")
    service.site_id = found.site_id
    session.add(Placement(service_id=service.id, workspace_id=service.workspace_id, host_id=found.host_id, takes=takes))
    await session.flush()


async def reserve(
    session: AsyncSession, service: Service, product: Product, configuration: Mapping[str, Any], quantity: int
) -> None:
    """Take what the service needs with another configuration or quantity, on the host where it is, and go on to take
    what it needs now: it may stay as it is. Does nothing where it is placed nowhere. Raises `NoRoom`."""
    placement = await session.get(Placement, service.id, with_for_update=True, populate_existing=True)
    if placement is not None:
        takes = amounts(product.needs, configuration, quantity)
        both = takes.keys() | placement.takes.keys()
        await _take(session, placement, {each: max(takes.get(each, 0), placement.takes.get(each, 0)) for each in both})


async def resize(
    session: AsyncSession, service: Service, product: Product, configuration: Mapping[str, Any], quantity: int
) -> None:
    """Take what the service needs with this configuration and quantity, on the host where it is. Does nothing where it
    is placed nowhere. Raises `NoRoom`, unless it was reserved."""
    if await session.get(Placement, service.id) is None:
        return
    await one_at_a_time(session, TURN)
    placement = await session.get_one(Placement, service.id, with_for_update=True, populate_existing=True)
    await _take(session, placement, amounts(product.needs, configuration, quantity))


async def _take(session: AsyncSession, placement: Placement, takes: dict[str, int]) -> None:
    await session.flush()
    try:
        async with session.begin_nested():
            placement.takes = takes
            await session.flush()
    except IntegrityError as error:
        if NEVER_OVERSOLD not in str(error.orig):
            raise
        raise _no_room("/configuration") from None


async def release(session: AsyncSession, service_id: UUID) -> None:
    """Give back what a service takes. It runs nowhere from now on. A second time does nothing."""
    if await session.get(Placement, service_id) is None:
        return
    await one_at_a_time(session, TURN)
    placement = await session.get(Placement, service_id, with_for_update=True, populate_existing=True)
    if placement is None:
        return
    await session.delete(placement)
    service = await session.get_one(Service, service_id)
    service.site_id = None
    await session.flush()


def _no_room(pointer: str) -> NoRoom:
    errors = [field_error(pointer, "no_room", "no host there has room for it")]
    return NoRoom("Choose another site, a smaller configuration, or fewer.", errors=errors)
