"""What the end of an operation means for the service and its order."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.credentials.service import conclude_reset
from services.provisioning.failed_orders.service import record_failed_order
from services.provisioning.licences.issuing import follow_service
from services.provisioning.operations.models import Operation
from services.provisioning.operations.progress import Ended
from services.provisioning.operations.telling import told_of
from services.provisioning.orders.changing import changed_fields
from services.provisioning.orders.fulfilment import describe_failed, fail_order
from services.provisioning.orders.models import Order
from services.provisioning.placements.service import release, resize
from services.provisioning.products.models import Product
from services.provisioning.services.counts import add_to_counts, brings_a_circuit, counts_of
from services.provisioning.services.models import Service
from services.provisioning.services.telling import standing_of
from services.provisioning.states import OperationState, OrderState, ServiceState, move
from services.provisioning.suspensions.ending import conclude_suspension
from services.provisioning.verbs import Verb
from shared.events import Event
from shared.events.provisioning import ServiceChanged, ServiceChangeFailed, ServiceDeleted
from shared.waking import wake


async def conclude(session: AsyncSession, ended: Ended) -> Sequence[Event]:
    """What is to be told of the end, after the service and its order have followed it."""
    told = await _BY_VERB[Verb(ended.operation.verb)](session, ended)
    return [*told, *await follow_service(session, ended.service, now=ended.now)]


async def _conclude_change(session: AsyncSession, ended: Ended) -> Sequence[Event]:
    """The service is as was ordered, or as before."""
    operation, service = ended.operation, ended.service
    order, product = await _ordered(session, operation, service)
    move(service, ServiceState.active)
    if operation.state != OperationState.succeeded:
        await resize(session, service, product, service.configuration, service.quantity)
        await _fail(session, ended, order)
        about = _failure(operation) | {"order_id": order.id, "ordered_by": order.begun_by}
        return [ServiceChangeFailed.model_validate(standing_of(service, product) | about)]
    about = {
        "order_id": order.id,
        "former_plan_version_id": service.plan_version_id,
        "former_quantity": service.quantity,
        "changed": changed_fields(service.configuration, order.configuration),
        "ordered_by": order.begun_by,
    }
    circuit = await brings_a_circuit(session, service, product)
    counted = counts_of(product, order.quantity - service.quantity, circuit=circuit)
    service.plan_version_id, service.quantity = order.plan_version_id, order.quantity
    service.configuration = order.configuration
    await _relocate(session, service, order.location_id)
    await resize(session, service, product, service.configuration, service.quantity)
    move(order, OrderState.fulfilled)
    changed = ServiceChanged.model_validate(standing_of(service, product) | about)
    return [changed, *await _count(session, service.workspace_id, counted)]


async def _relocate(session: AsyncSession, service: Service, location_id: UUID | None) -> None:
    """Its parts are where it is. Within a transaction that has the service's lock."""
    if location_id == service.location_id:
        return
    service.location_id = location_id
    await session.execute(update(Service).where(Service.part_of == service.id).values(location_id=location_id))


async def _conclude_deletion(session: AsyncSession, ended: Ended) -> Sequence[Event]:
    """The service is gone; or the provider's staff are told where it failed, and begin again there."""
    operation, service = ended.operation, ended.service
    order, product = await _ordered(session, operation, service)
    if operation.state != OperationState.succeeded:
        await _fail(session, ended, order)
        return [told_of(operation, service)]
    move(service, ServiceState.deleted)
    await release(session, service.id)
    service.suspended_for, service.cancelled_by, service.ends_on = [], None, None
    move(order, OrderState.fulfilled)
    if service.part_of:
        await wake(session, Order.__tablename__)  # the service that it was part of may wait for this
    about = {"order_id": order.id, "ordered_by": order.begun_by}
    deleted = ServiceDeleted.model_validate(standing_of(service, product) | about)
    circuit = await brings_a_circuit(session, service, product)
    counted = counts_of(product, -service.quantity, circuit=circuit) if service.provisioned_at else {}
    return [deleted, *await _count(session, service.workspace_id, counted)]


async def _ordered(session: AsyncSession, operation: Operation, service: Service) -> tuple[Order, Product]:
    order = await session.get_one(Order, operation.order_id, with_for_update=True, populate_existing=True)
    return order, await session.get_one(Product, service.product_id)


async def _fail(session: AsyncSession, ended: Ended, order: Order) -> None:
    fail_order(order, ended.operation)
    await session.flush()
    await record_failed_order(session, describe_failed(order, ended.service, ended.operation, now=ended.now))


def _failure(operation: Operation) -> dict[str, Any]:
    values = {"reason_code": operation.message_code, "reason_values": operation.message_values}
    return {"reason": operation.message, **values}


async def _count(session: AsyncSession, workspace_id: UUID, counted: Mapping[str, int]) -> list[Event]:
    await session.flush()
    return [event for event in await add_to_counts(session, workspace_id, [counted]) if event]


_BY_VERB: Mapping[Verb, Callable[[AsyncSession, Ended], Awaitable[Sequence[Event]]]] = {
    Verb.change: _conclude_change,
    Verb.delete: _conclude_deletion,
    Verb.suspend: conclude_suspension,
    Verb.resume: conclude_suspension,
    Verb.reset_credentials: conclude_reset,
}
