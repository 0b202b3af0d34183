"""Cancelling services: now, or at the end of the period that billing names. A cancellation is an order, which may have
to be approved (D2), and until its day it can be undone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.provisioning.operations.beginning import (
    begin_work,
    lock_service,
    nothing_changes,
    refuse_others,
    require_state,
    require_verb,
)
from services.provisioning.operations.refusals import ServiceBusy
from services.provisioning.operations.service import find_latest_operation
from services.provisioning.orders.asking import ask_for
from services.provisioning.orders.describing import read_back
from services.provisioning.orders.dropping import drop
from services.provisioning.orders.failures import give_up, give_up_failed_orders
from services.provisioning.orders.models import Order
from services.provisioning.orders.part_refusals import CancelledWithWhole, PartBusy
from services.provisioning.orders.refusals import CancellationNotScheduled, ServiceEnding
from services.provisioning.orders.schemas import CancellationCreate, OrderRead
from services.provisioning.orders.service import lock_order, lock_service_of
from services.provisioning.orders.wanting import check_wanted
from services.provisioning.parts.service import live_parts, lock_with_parts
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.services.telling import standing_of
from services.provisioning.states import OrderKind, OrderState, ServiceState, move
from services.provisioning.verbs import Verb
from shared.auth import Access
from shared.events.billing import SubscriptionEnded, SubscriptionEnding
from shared.events.provisioning import CancellationOrdered, CancellationUndone
from shared.origin import Origin
from shared.outbox import cause_of, emit
from shared.waking import wake

CANCELLABLE = (ServiceState.active, ServiceState.suspended, ServiceState.failed)
BUSY = (ServiceState.provisioning, ServiceState.changing, ServiceState.deleting)


async def check_cancellation(session: AsyncSession, service_id: UUID, ends: str) -> tuple[Service, Product]:
    """The locked service and the product of a cancellation that could be ordered. One that was never provisioned has no
    period. Raises `NotFound`, `CancelledWithWhole`, `ServiceNotActive`, `ServiceEnding` or `VerbNotOffered`."""
    await lock_with_parts(session, service_id)
    service = await lock_service(session, service_id)
    if service.brought:
        raise CancelledWithWhole("It came along with another service, and ends with that one.")
    require_state(service, *(CANCELLABLE if ends == "now" else CANCELLABLE[:2]))
    if service.cancelled_by and ends != "now":
        raise ServiceEnding("The service is cancelled already.")
    return service, await require_verb(session, service, Verb.delete)


async def order_cancellation(
    session: AsyncSession, body: CancellationCreate, *, by: Access, now: datetime, real_now: datetime
) -> OrderRead:
    """Cancel a service; or ask for it, where the caller's role has to ask. Raises what `check_cancellation` raises,
    `ServiceBusy`, `TooManyOperations` and `TooManyWaiting`."""
    service, product = await check_cancellation(session, body.service_id, body.ends)
    check_wanted(product, body.wanted_on, now)
    order = new_cancellation(session, service, body.ends, body.end_reason, now)
    order.wanted_on = body.wanted_on
    if by.level == "ask":
        return await ask_for(session, order, product, body.message, by=by, now=now)
    order.message = body.message
    session.add(order)
    await begin_cancellation(session, order, service, product, real_now=real_now)
    return await read_back(session, order)


def new_cancellation(session: AsyncSession, service: Service, ends: str, reason: str, now: datetime) -> Order:
    """An order in state placed, which is not stored yet."""
    return Order(
        id=uuid4(), version=1, kind=OrderKind.cancel, workspace_id=service.workspace_id, service_id=service.id,
        ends=ends, end_reason=reason, bill_group_id=service.bill_group_id,
        location_id=service.location_id, product_id=service.product_id,
        plan_version_id=service.plan_version_id, display_name=service.display_name, state=OrderState.placed,
        configuration=service.configuration, quantity=service.quantity, placed_at=now,
        origin=Origin.of(cause_of(session)),
    )  # fmt: skip


async def approve_cancellation(session: AsyncSession, order: Order, *, real_now: datetime, **said: Any) -> None:
    """Cancel what a locked order asked for. What would refuse a new cancellation refuses it."""
    assert order.service_id is not None, "a cancellation is of a service"
    assert order.ends is not None, "a cancellation says when"
    service, product = await check_cancellation(session, order.service_id, order.ends)
    await begin_cancellation(session, order, service, product, real_now=real_now, **said)


async def begin_cancellation(
    session: AsyncSession, order: Order, service: Service, product: Product, *, real_now: datetime, **said: Any
) -> None:
    """Have a locked service deleted, or note that it ends with its period, and publish it."""
    if order.ends == "now":
        await refuse_others(session, service.id, Verb.delete, real_now)
        await _replace_others(session, service)
        move(service, ServiceState.deleting)
    else:
        move(order, OrderState.scheduled)
        service.cancelled_by = order.id
        service.version += 1
    about = {"order_id": order.id, "ends": order.ends, "end_reason": order.end_reason} | said
    ordered = await emit(session, CancellationOrdered.model_validate(standing_of(service, product) | about))
    order.origin = replace(order.origin, causation_id=ordered.event_id)
    await session.flush()
    if order.ends == "now":
        await _delete(session, order, service, product, await live_parts(session, service.id), real_now=real_now)


async def _delete(
    session: AsyncSession, order: Order, service: Service, product: Product, parts: Sequence[Service], *,
    real_now: datetime,
) -> None:  # fmt: skip
    """Begin to delete a locked service that is in state deleting. Its parts are deleted before; until then its order
    stays placed (`claim_due`). Raises `PartBusy`."""
    for part in parts:
        await _delete_part(session, order, part, real_now=real_now)
    if all(part.state == ServiceState.deleted for part in parts):
        move(order, OrderState.provisioning)
        await session.flush()
        await begin_work(session, service, product, Verb.delete, now=real_now, order_id=order.id, origin=order.origin)


async def _delete_part(session: AsyncSession, order: Order, part: Service, *, real_now: datetime) -> None:
    """Delete a part because ``order`` deletes its service, by an order of its own, which is tried again by itself where
    it fails. What is being deleted already goes on."""
    if part.state == ServiceState.requested and await find_latest_operation(session, part.order_id) is None:
        await drop(session, part, order)
    elif part.state in CANCELLABLE and not await _is_due(session, part):
        assert order.end_reason is not None, "a cancellation has a reason"
        along = new_cancellation(session, part, "now", order.end_reason, order.placed_at)
        along.origin = order.origin
        session.add(along)
        product = await require_verb(session, part, Verb.delete)
        try:
            await begin_cancellation(session, along, part, product, real_now=real_now)
        except ServiceBusy:
            raise PartBusy(f"{part.display_name} is being worked on.") from None
    elif part.state not in (*CANCELLABLE, ServiceState.deleting):
        raise PartBusy(f"{part.display_name} is {part.state}.")


async def _is_due(session: AsyncSession, service: Service) -> bool:
    """Whether it is about to be deleted, because its own period is over."""
    found = select(Order.state).where(Order.id == service.cancelled_by)
    return await session.scalar(found) == OrderState.placed


async def _replace_others(session: AsyncSession, service: Service) -> None:
    """A service that is deleted now needs neither its order that has failed, nor changes that have, nor to be deleted
    later."""
    await give_up_failed_orders(session, service.id)
    if service.state == ServiceState.failed:
        await give_up(session, await lock_order(session, service.order_id))
    if service.cancelled_by:
        scheduled = await lock_order(session, service.cancelled_by)
        if scheduled.state != OrderState.scheduled:
            raise ServiceEnding("The service is about to be deleted.")
        move(scheduled, OrderState.undone)
        service.cancelled_by = service.ends_on = None


async def undo_cancellation(session: AsyncSession, order_id: UUID) -> OrderRead:
    """Let a service go on that was to end with its period. Raises `NotFound` or `CancellationNotScheduled`."""
    service = await lock_service_of(session, order_id)
    order = await lock_order(session, order_id)
    if order.state != OrderState.scheduled or service is None:
        raise CancellationNotScheduled(f"Order {order.number} is {order.state}.", state=order.state)
    move(order, OrderState.undone)
    service.cancelled_by = service.ends_on = None
    service.version += 1
    product = await session.get_one(Product, service.product_id)
    undone = CancellationUndone.model_validate(standing_of(service, product) | {"order_id": order.id})
    await session.flush()
    await emit(session, undone)
    return await read_back(session, order)


async def note_day(session: AsyncSession, event: SubscriptionEnding) -> None:
    """Keep the day on which a service ends that is cancelled for the end of its period."""
    cancelled = update(Service).where(Service.id == event.service_id, Service.cancelled_by.is_not(None))
    await session.execute(cancelled.values(ends_on=event.ends_on))


async def end_of_period(session: AsyncSession, event: SubscriptionEnded, *, now: datetime) -> None:
    """A subscription is over: its service is deleted, if that was ordered and not undone meanwhile, or its term is
    over. Begun by `claim_due`, when nothing else is done with the service."""
    service = await session.get(Service, event.service_id, with_for_update=True)
    if service is None or service.state in (ServiceState.deleting, ServiceState.deleted):
        return
    if service.cancelled_by:
        order = await lock_order(session, service.cancelled_by)
        if order.state == OrderState.scheduled:
            move(order, OrderState.placed)
    elif event.reason == "expired":
        order = new_cancellation(session, service, "period_end", "expired", now)
        session.add(order)
        await session.flush()
        service.cancelled_by = order.id
    await session.flush()
    await wake(session, Order.__tablename__)


async def claim_due(session: AsyncSession, *, limit: int) -> Sequence[tuple[Order, Service]]:
    """Cancellations whose day has come, or whose service has no parts any more, with their services, locked, on which
    nothing else is done, nor on their parts."""
    part = aliased(Service)
    busy = select(part.id).where(part.part_of == Service.id, part.state != ServiceState.deleted)
    busy = busy.where(or_(part.state.in_(BUSY), ~nothing_changes(part.id)))
    due = select(Order, Service).join(Service, Service.id == Order.service_id)
    due = due.where(Order.kind == OrderKind.cancel, Order.state == OrderState.placed, nothing_changes(Service.id))
    due = due.where(Service.state.in_((*CANCELLABLE, ServiceState.deleting)), ~busy.exists())
    locked = due.order_by(Order.id).limit(limit).with_for_update(of=[Order, Service], skip_locked=True)
    return [(order, service) for order, service in await session.execute(locked)]


async def delete_due(session: AsyncSession, order: Order, service: Service, *, real_now: datetime) -> None:
    """Begin to delete the service of a cancellation whose day has come, or whose parts are deleted."""
    product = await session.get_one(Product, service.product_id)
    if service.state != ServiceState.deleting:
        await give_up_failed_orders(session, service.id)
        move(service, ServiceState.deleting)
        await session.flush()
    await _delete(session, order, service, product, await live_parts(session, service.id), real_now=real_now)
