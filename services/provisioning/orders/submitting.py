"""Orders of products that the provider's staff acknowledge: they wait for that, without a service."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.fulfilment import describe_request
from services.provisioning.orders.models import Order
from services.provisioning.orders.refusals import TooManySubmitted
from services.provisioning.products.models import Product
from services.provisioning.states import OrderState, move
from shared.events.provisioning import OrderSubmitted
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit

MOST_PER_DAY = 60
"""Per workspace. Each is mailed to those who may acknowledge it."""
DAY = timedelta(days=1)


async def submit(session: AsyncSession, order: Order, product: Product, *, now: datetime, **said: Any) -> None:
    """Have an order in state placed wait for the provider, and publish it. ``said`` are further fields of the event.
    Raises `TooManySubmitted`."""
    await _refuse_too_many(session, order.workspace_id, now)
    move(order, OrderState.awaiting_acknowledgement)
    order.submitted_at = now
    session.add(order)
    await session.flush()
    submitted = await emit(session, OrderSubmitted.model_validate(describe_request(order, product) | said))
    order.origin = replace(order.origin, causation_id=submitted.event_id)
    await session.flush()


async def _refuse_too_many(session: AsyncSession, workspace_id: UUID, now: datetime) -> None:
    """Two at once are counted one after the other."""
    await one_at_a_time(session, f"submitted orders of {workspace_id}")
    lately = select(func.count()).where(Order.workspace_id == workspace_id, Order.submitted_at > now - DAY)
    if (await session.scalar(lately) or 0) >= MOST_PER_DAY:
        raise TooManySubmitted(f"The provider is asked to confirm at most {MOST_PER_DAY} orders of a workspace a day.")
