"""Checking an order before it is placed, so that a review shows what the order would be refused for."""

from datetime import datetime
from json import loads
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.order_checks.schemas import OrderCheckRead
from services.provisioning.orders import service as orders
from services.provisioning.orders.locating import at_own_location
from services.provisioning.orders.models import Order
from services.provisioning.orders.schemas import OrderCreate
from shared.auth import Access
from shared.idempotency import keys


async def check_order(
    session: AsyncSession, body: OrderCreate, *, by: Access, key: str | None, now: datetime
) -> OrderCheckRead:
    """Raises what would refuse the order, unless it was placed with this key already."""
    placed = await _placed_with(session, key, by) if key else None
    if placed is None:
        await orders.check_order(session, by.workspace_id, at_own_location(body, by), now=now)
    return OrderCheckRead(placed_order_id=placed)


async def check_order_for(
    session: AsyncSession, body: OrderCreate, workspace_id: UUID, *, now: datetime
) -> OrderCheckRead:
    """Of a customer of the caller, in its scope. Raises what would refuse the order."""
    await orders.check_order(session, workspace_id, body, now=now)
    return OrderCheckRead(placed_order_id=None)


async def _placed_with(session: AsyncSession, key: str, by: Access) -> UUID | None:
    """The order of this workspace that the person placed with the key."""
    known = await session.scalar(select(keys.c.response).where(keys.c.user_id == by.user_id, keys.c.key == key))
    answered = loads(known) if known else {}
    order_id = answered.get("id") if isinstance(answered, dict) else None
    return await session.scalar(select(Order.id).where(Order.id == UUID(order_id))) if order_id else None
