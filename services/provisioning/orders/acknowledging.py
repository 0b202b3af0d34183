"""The provider's answer to an order that waits for it: acknowledged or returned. The first answer counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.fulfilment import describe_request
from services.provisioning.orders.models import Order
from services.provisioning.orders.refusals import NotAwaitingAcknowledgement
from services.provisioning.orders.retrying import answer_of
from services.provisioning.orders.service import begin_order, check_agreed, lock_order, wanted_of
from services.provisioning.products.models import Product
from services.provisioning.states import OrderState, move
from shared.auth import Access
from shared.events.provisioning import OrderReturned
from shared.outbox import emit


async def acknowledge_order(
    session: AsyncSession, order_id: UUID, *, by: Access, now: datetime, real_now: datetime
) -> Order:
    """Have a waiting order provisioned, with what comes along, at the prices that were agreed when it was sent: whether
    products and plans are still offered does not count. All else is checked again. Raises `NotFound`,
    `NotAwaitingAcknowledgement`, and what `check_agreed` and `begin_order` raise."""
    order = await _lock_waiting(session, order_id)
    checked = await check_agreed(session, order.workspace_id, wanted_of(order))
    order.bill_group_id, order.location_id = checked.bill_group_id, checked.place.location_id
    move(order, OrderState.placed)
    order.answered_at = now
    about = answer_of(by, order) | {"ordered_by": order.begun_by}
    await begin_order(session, order, checked, now=now, real_now=real_now, **about)
    return order


async def return_order(session: AsyncSession, order_id: UUID, reason: str, *, by: Access, now: datetime) -> Order:
    """Return a waiting order, with a reason for its customer. Raises `NotFound` or `NotAwaitingAcknowledgement`."""
    order = await _lock_waiting(session, order_id)
    move(order, OrderState.returned)
    order.answered_at, order.reason = now, reason
    await session.flush()
    product = await session.get_one(Product, order.product_id)
    about = answer_of(by, order) | {"reason": reason}
    await emit(session, OrderReturned.model_validate(describe_request(order, product) | about))
    return order


async def _lock_waiting(session: AsyncSession, order_id: UUID) -> Order:
    order = await lock_order(session, order_id)
    if order.state != OrderState.awaiting_acknowledgement:
        raise NotAwaitingAcknowledgement(f"Order {order.number} is {order.state}.", state=order.state)
    return order
