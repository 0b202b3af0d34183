"""Trying failed orders again, by the provider's staff."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.failed_orders.service import delete_failed_order
from services.provisioning.operations.beginning import begin_work, refuse_others, require_state
from services.provisioning.operations.service import get_latest_operation, list_steps
from services.provisioning.orders.changing import has_now, work_on_change
from services.provisioning.orders.describing import read_back
from services.provisioning.orders.fulfilment import describe_order_event, forget_failure, provision_again
from services.provisioning.orders.models import Order
from services.provisioning.orders.schemas import OrderRead
from services.provisioning.orders.service import lock_order, lock_service_of
from services.provisioning.placements.service import reserve
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import OrderKind, OrderState, ServiceState, StepState, move
from services.provisioning.verbs import Verb
from shared.auth import Access
from shared.errors import PRESENT_STATE, Conflict
from shared.events import Actor, Via
from shared.events.provisioning import OrderRetried
from shared.outbox import emit


class OrderNotFailed(Conflict):
    """Only a failed order can be retried. ``state`` is the order's current state."""

    title = "The order has not failed"
    members = PRESENT_STATE


async def retry_order(session: AsyncSession, order_id: UUID, *, by: Access, now: datetime) -> OrderRead:
    """Retry a failed order: what creates or deletes a service from the failed step, a change from the first one, since
    it was undone. ``now`` is real time. Raises `NotFound`, `OrderNotFailed`, `ServiceNotActive`, `ServiceBusy` or
    `TooManyOperations`.

    The event belongs to the order's workspace, with ``by`` as its actor (K14). Billing does not listen to it: a service
    that succeeds in a retry is billed from then on, like any other (D18).
    """
    service = await lock_service_of(session, order_id)
    order = await lock_order(session, order_id)
    if order.state != OrderState.failed:
        raise OrderNotFailed(f"Order {order.number} is {order.state}; only a failed one is retried.", state=order.state)
    assert service is not None, "an order that has failed has a service"
    product = await session.get_one(Product, order.product_id)
    if order.kind == OrderKind.new:
        await provision_again(session, order, now=now)
    elif order.kind == OrderKind.change:
        await _change_again(session, order, service, product, now=now)
    else:
        await _delete_again(session, order, service, product, now=now)
    fields = describe_order_event(order, service, product) | answer_of(by, order)
    await emit(session, OrderRetried.model_validate(fields))
    return await read_back(session, order)


def actor_of(by: Access, order: Order) -> Actor:
    """The actor of what staff do with an order. Staff acting in another workspace than the order's are logged with
    ``via: parent``."""
    elsewhere = by.workspace_id != order.workspace_id
    return by.actor.model_copy(update={"via": Via.parent}) if elsewhere else by.actor


def answer_of(by: Access, order: Order) -> dict[str, Any]:
    """Of the event that tells what staff did with an order: it follows from the order, and belongs to its workspace."""
    return {
        "actor": actor_of(by, order),
        "correlation_id": order.correlation_id,
        "causation_id": order.causation_id,
    }


async def _change_again(
    session: AsyncSession, order: Order, service: Service, product: Product, *, now: datetime
) -> None:
    require_state(service, ServiceState.active)
    await refuse_others(session, service.id, Verb.change, now)
    await reserve(session, service, product, order.configuration, order.quantity)
    order.former = has_now(service)
    await _begin_again(session, order)
    move(service, ServiceState.changing)
    await work_on_change(session, order, service, product, now=now)


async def _delete_again(
    session: AsyncSession, order: Order, service: Service, product: Product, *, now: datetime
) -> None:
    last = await get_latest_operation(session, order.id)
    finished = [step for step in await list_steps(session, last.id) if step.state == StepState.done]
    await _begin_again(session, order)
    await begin_work(
        session, service, product, Verb.delete, now=now, order_id=order.id, origin=order.origin, finished=finished
    )


async def _begin_again(session: AsyncSession, order: Order) -> None:
    move(order, OrderState.provisioning)
    forget_failure(order)
    await delete_failed_order(session, order.id)
    await session.flush()
