"""Approving and refusing orders of people who have to ask. The first decision counts (D2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.asking import require_waiting
from services.provisioning.orders.cancelling import approve_cancellation
from services.provisioning.orders.changing import approve_change
from services.provisioning.orders.describing import read_back
from services.provisioning.orders.fulfilment import describe_request
from services.provisioning.orders.models import Order
from services.provisioning.orders.renewing import approve_renewal
from services.provisioning.orders.schemas import OrderApproval, OrderRead
from services.provisioning.orders.service import (
    begin_or_submit,
    check_order,
    lock_order,
    lock_service_of,
    wanted_of,
)
from services.provisioning.plans.service import require_same_plan
from services.provisioning.products.models import Product
from services.provisioning.states import OrderKind, OrderState, move
from shared.auth import Access
from shared.events.provisioning import OrderRefused
from shared.outbox import emit


async def approve_order(
    session: AsyncSession, order_id: UUID, shown: OrderApproval, *, by: Access, now: datetime, real_now: datetime
) -> OrderRead:
    """Place an order of any kind at the price of the plan version that was shown, which has to be the newest of the
    plan that was asked for, with what comes along at the prices that were shown. What has changed since then is checked
    as with a new order. Raises `NotFound`, `OrderNotWaiting`, and what refuses an order."""
    await lock_service_of(session, order_id)
    order = await lock_order(session, order_id)
    require_waiting(order)
    if order.plan_version_id != shown.plan_version_id:
        await require_same_plan(session, order.plan_version_id, shown.plan_version_id)
    order.plan_version_id = shown.plan_version_id
    move(order, OrderState.placed)
    _decided(order, by, now)
    await session.flush()
    await _BY_KIND[OrderKind(order.kind)](session, order, shown, now, real_now)
    return await read_back(session, order)


async def _approve_new(
    session: AsyncSession, order: Order, shown: OrderApproval, now: datetime, real_now: datetime
) -> None:
    wanted = wanted_of(order).model_copy(update={"brought_plan_version_ids": shown.brought_plan_version_ids})
    checked = await check_order(session, order.workspace_id, wanted, now=now)
    order.bill_group_id, order.location_id = checked.bill_group_id, checked.place.location_id
    await begin_or_submit(session, order, checked, now=now, real_now=real_now, **_followed(order))


async def _approve_change(
    session: AsyncSession, order: Order, shown: OrderApproval, now: datetime, real_now: datetime
) -> None:
    await approve_change(session, order, now=now, real_now=real_now, **_followed(order))


async def _approve_cancellation(
    session: AsyncSession, order: Order, shown: OrderApproval, now: datetime, real_now: datetime
) -> None:
    await approve_cancellation(session, order, real_now=real_now, **_followed(order))


async def _approve_renewal(
    session: AsyncSession, order: Order, shown: OrderApproval, now: datetime, real_now: datetime
) -> None:
    order.term_ends_on = shown.term_ends_on
    await approve_renewal(session, order, **_followed(order))


_BY_KIND = {
    OrderKind.new: _approve_new,
    OrderKind.change: _approve_change,
    OrderKind.cancel: _approve_cancellation,
    OrderKind.renew: _approve_renewal,
}


def _followed(order: Order) -> dict[str, Any]:
    """Of the event that says it is placed: it follows from what its person asked for."""
    return {
        "asked_by": order.begun_by,
        "correlation_id": order.correlation_id,
        "causation_id": order.causation_id,
    }


async def refuse_order(
    session: AsyncSession, order_id: UUID, reason: str, *, by: Access, now: datetime
) -> OrderRead:  # fmt: skip
    """Refuse the order, with a reason for the person who asked. Raises `NotFound` or `OrderNotWaiting`."""
    order = await lock_order(session, order_id)
    require_waiting(order)
    move(order, OrderState.refused)
    order.reason = reason
    _decided(order, by, now)
    await session.flush()
    product = await session.get_one(Product, order.product_id)
    await emit(session, OrderRefused.model_validate(describe_request(order, product) | {"reason": reason}))
    return await read_back(session, order)


def _decided(order: Order, by: Access, now: datetime) -> None:
    order.decided_by, order.decided_by_address, order.decided_at = by.user_id, by.address, now
