"""Orders of people who have to ask: they wait until somebody decides, or whoever asked takes them back (D2)."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.orders.describing import read_back
from services.provisioning.orders.fulfilment import describe_request
from services.provisioning.orders.locating import at_own_location
from services.provisioning.orders.models import ASKED, Order
from services.provisioning.orders.schemas import OrderCreate, OrderRead
from services.provisioning.orders.service import check_order, lock_order, new_order, place_order
from services.provisioning.products.models import Product
from services.provisioning.states import OrderState, move
from shared.auth import Access
from shared.errors import PRESENT_STATE, Conflict, Forbidden
from shared.events.provisioning import OrderRequested, OrderWithdrawn
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit

MOST_WAITING, MOST_PER_DAY = 20, 60
"""Per person and workspace. Each order that waits is mailed to those who may approve it."""
DAY = timedelta(days=1)


class TooManyWaiting(Conflict):
    """Twenty orders of yours wait for approval, or you have asked for sixty within a day. Withdraw one, or wait until
    some are decided."""

    title = "Too many orders wait for approval"


class OrderNotWaiting(Conflict):
    """The order does not wait to be decided. ``state`` is its current state."""

    title = "The order does not wait for approval"
    members = PRESENT_STATE


class OthersOrder(Forbidden):
    """Only whoever asked for the order can withdraw it. Who may approve orders can refuse it."""

    title = "Somebody else asked for this order"


class OrderAgreed(Forbidden):
    """The order was approved, and waits for the provider. Only those who may order without asking can withdraw it."""

    title = "The order is approved"


async def order_or_ask(
    session: AsyncSession, body: OrderCreate, *, by: Access, now: datetime, real_now: datetime
) -> OrderRead:
    """Place an order; or ask for it, where the caller's role has to ask. Raises what `check_order` and
    `at_own_location` raise, `TooManyWaiting` and `TooManySubmitted`."""
    wanted = at_own_location(body, by)
    if by.level == "ask":
        return await ask_for_order(session, wanted, by=by, now=now)
    return await place_order(session, wanted, workspace_id=by.workspace_id, now=now, real_now=real_now)


async def ask_for_order(session: AsyncSession, body: OrderCreate, *, by: Access, now: datetime) -> OrderRead:
    """Store an order that waits for approval. Whatever would refuse it now, refuses it; it is checked again when it is
    approved."""
    checked = await check_order(session, by.workspace_id, body, now=now)
    order = new_order(session, body, checked, by.workspace_id, now)
    return await ask_for(session, order, checked.product, body.message, by=by, now=now)


async def ask_for(
    session: AsyncSession, order: Order, product: Product, message: str, *, by: Access, now: datetime
) -> OrderRead:
    """Store a checked order of any kind that waits for approval, with what its person says to those who decide. Raises
    `TooManyWaiting`."""
    await _refuse_too_many(session, by, now)
    order.state, order.message = OrderState.awaiting_approval, message
    session.add(order)
    await session.flush()
    requested = await emit(session, OrderRequested.model_validate(describe_request(order, product)))
    order.origin = replace(order.origin, causation_id=requested.event_id)
    return await read_back(session, order)


async def _refuse_too_many(session: AsyncSession, by: Access, now: datetime) -> None:
    """Two at once are counted one after the other."""
    await one_at_a_time(session, f"orders of {by.user_id} in {by.workspace_id}")
    own = select(func.count()).where(Order.workspace_id == by.workspace_id, Order.begun_by == by.user_id)
    waiting = own.where(Order.state == OrderState.awaiting_approval)
    if (await session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyWaiting(f"{MOST_WAITING} of your orders wait for approval. Withdraw one first.")
    if (await session.scalar(own.where(text(ASKED), Order.placed_at > now - DAY)) or 0) >= MOST_PER_DAY:
        raise TooManyWaiting("You cannot ask for another order today. Try again tomorrow.")


async def withdraw_order(session: AsyncSession, order_id: UUID, *, by: Access) -> OrderRead:
    """Take back one's own order before it is decided, or one that waits for the provider, where nobody has to be asked.
    Raises `NotFound`, `OthersOrder`, `OrderAgreed` or `OrderNotWaiting`."""
    order = await lock_order(session, order_id)
    if order.state == OrderState.awaiting_acknowledgement:
        if by.level == "ask":
            raise OrderAgreed("It is approved. An admin or a regular user can withdraw it.")
    else:
        _require_own(order, by)
    await take_back(session, order)
    return await read_back(session, order)


async def take_back(session: AsyncSession, order: Order) -> None:
    """Withdraw a locked order that waits, and say so."""
    move(order, OrderState.withdrawn)
    await session.flush()
    product = await session.get_one(Product, order.product_id)
    await emit(session, OrderWithdrawn.model_validate(describe_request(order, product)))


def _require_own(order: Order, by: Access) -> None:
    if order.begun_by != by.user_id:
        raise OthersOrder("Only whoever asked for it can withdraw it.")
    require_waiting(order)


def require_waiting(order: Order) -> None:
    """Of two decisions the first counts. ``order`` is locked. Raises `OrderNotWaiting`."""
    if order.state != OrderState.awaiting_approval:
        raise OrderNotWaiting(f"Order {order.number} is {order.state}.", state=order.state)
