"""Approving and refusing orders of people who have to ask. The first decision counts (D2)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.asking import require_waiting
from services.provisioning.orders.describing import read_back
from services.provisioning.orders.fulfilment import describe_request
from services.provisioning.orders.models import Order
from services.provisioning.orders.schemas import OrderCreate, OrderRead
from services.provisioning.orders.service import begin_order, check_order, lock_order
from services.provisioning.plans.service import require_same_plan
from services.provisioning.products.models import Product
from services.provisioning.states import OrderState, move
from shared.auth import Access
from shared.events.provisioning import OrderRefused
from shared.outbox import emit


async def approve_order(
    session: AsyncSession, order_id: UUID, plan_version_id: UUID, *, by: Access, now: datetime, real_now: datetime
) -> OrderRead:
    """Place the order at the price of ``plan_version_id``, which has to be the newest of the plan that was asked for.
    What has changed since then is checked as with a new order. Raises `NotFound`, `OrderNotWaiting`, and what refuses
    an order."""
    order = await lock_order(session, order_id)
    require_waiting(order)
    await require_same_plan(session, order.plan_version_id, plan_version_id)
    wanted = OrderCreate(
        product_id=order.product_id, plan_version_id=plan_version_id, configuration=order.configuration,
        quantity=order.quantity, bill_group_id=order.bill_group_id, site_id=order.site_id,
    )  # fmt: skip
    product, _ = await check_order(session, order.workspace_id, wanted)
    order.plan_version_id = plan_version_id
    move(order, OrderState.placed)
    _decided(order, by, now)
    await session.flush()
    followed = {"correlation_id": order.correlation_id, "causation_id": order.causation_id}
    await begin_order(session, order, product, now=now, real_now=real_now, asked_by=order.begun_by, **followed)
    return await read_back(session, order)


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
