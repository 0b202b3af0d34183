"""Fulfilment of orders: starting the operation, its progress, and its end in an active service or a failure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import among
from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.texts import Text
from services.provisioning.failed_orders.models import FailedOrder
from services.provisioning.failed_orders.service import delete_failed_order, record_failed_order
from services.provisioning.licences.issuing import follow_service
from services.provisioning.operations.batches import Result
from services.provisioning.operations.models import Operation
from services.provisioning.operations.service import (
    Calls,
    begin_operation,
    calls_of,
    get_latest_operation,
    list_steps,
    record_outcome,
    steps_of_all,
)
from services.provisioning.operations.tasks import describe_creation
from services.provisioning.orders.models import Order
from services.provisioning.products.configuration import numbers_of
from services.provisioning.products.models import Product
from services.provisioning.services.counts import add_to_counts, brings_a_circuit, counts_of
from services.provisioning.services.models import Service
from services.provisioning.states import OperationState, OrderState, ServiceState, StepState, move
from shared.events import Event
from shared.events.provisioning import (
    OrderProgressed,
    ServiceProvisioned,
    ServiceProvisioningFailed,
)
from shared.outbox import emit, emit_all
from shared.waking import wake

M = TypeVar("M", Order, Service)


async def provision(session: AsyncSession, order: Order, service: Service, product: Product, *, now: datetime) -> None:
    """Queue the operation that provisions a new order's service. ``now`` is real time."""
    titles = DRIVERS[product.driver].steps(describe_creation(service, product))
    await begin_operation(session, _new_operation(order, service.id, 1, len(titles), now), titles)


async def provision_again(session: AsyncSession, order: Order, *, now: datetime) -> Service:
    """Queue a new operation for a failed order's service, from the failed step. ``now`` is real time."""
    last = await get_latest_operation(session, order.id)
    steps = await list_steps(session, last.id)
    service = await session.get_one(Service, last.service_id, with_for_update=True)
    move(order, OrderState.provisioning)
    move(service, ServiceState.provisioning)
    forget_failure(order)
    await delete_failed_order(session, order.id)
    again = _new_operation(order, service.id, last.step, last.steps, now)
    finished = [step for step in steps if step.state == StepState.done]
    await begin_operation(session, again, [Text(step.title, step.key) for step in steps], finished=finished)
    await emit(session, _progressed(order, again))
    return service


def _new_operation(order: Order, service_id: UUID, step: int, steps: int, now: datetime) -> Operation:
    return Operation(
        workspace_id=order.workspace_id, order_id=order.id, service_id=service_id, origin=order.origin,
        step=step, steps=steps, started_at=now, due_at=now,
    )  # fmt: skip


@dataclass(slots=True)
class _Fulfilment:
    """An operation whose driver was called, with its locked order and service, and what is told of it."""

    operation: Operation
    order: Order
    service: Service
    product: Product
    now: datetime
    """Business time."""
    events: list[Event] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """What the service adds to its workspace's counts."""
    brings_a_circuit: bool = False


async def progress_orders(
    session: AsyncSession, results: Sequence[Result[Operation, Calls]], *, real_now: datetime
) -> None:
    """Record the outcomes of driver calls in operations of one workspace, in their orders and services, and tell of
    them. ``real_now`` is for retries; what people see has the business time of each result's cause."""
    operations = [result.row for result in results]
    with session.no_autoflush:
        progressed = await _progress_all(session, results, real_now)
    await session.flush()
    if any(each.product.brings and each.service.state == ServiceState.active for each in progressed):
        await wake(session, Order.__tablename__)  # what came along can begin
    counted = await add_to_counts(session, operations[0].workspace_id, [each.counts for each in progressed])
    told = zip(results, progressed, counted, strict=True)
    events = [(result.cause, event) for result, each, counts in told for event in [*each.events, counts] if event]
    await emit_all(session, events)


async def _progress_all(
    session: AsyncSession, results: Sequence[Result[Operation, Calls]], real_now: datetime
) -> list[_Fulfilment]:
    operations, progressed = [result.row for result in results], list[_Fulfilment]()
    orders = await _lock_all(session, Order, [operation.order_id for operation in operations if operation.order_id])
    services = await _lock_all(session, Service, [operation.service_id for operation in operations])
    steps = await steps_of_all(session, [operation.id for operation in operations])
    for result in results:
        operation, service = result.row, services[result.row.service_id]
        product = await session.get_one(Product, service.product_id)
        it = _Fulfilment(operation, orders[_order_of(operation)], service, product, result.cause.now)
        it.brings_a_circuit = await brings_a_circuit(session, service, product)
        for n, outcome in enumerate(calls_of(result.outcome)):
            operation.tries += n > 0  # the claim has counted the first call
            step = steps[operation.id, operation.step]
            changed = record_outcome(operation, step, outcome, now=it.now, real_now=real_now)
            await _progress(session, it, changed)
        progressed.append(it)
    return progressed


def _order_of(operation: Operation) -> UUID:
    assert operation.order_id is not None, "an operation that creates a service has an order"
    return operation.order_id


async def _lock_all(session: AsyncSession, model: type[M], ids: Collection[UUID]) -> dict[UUID, M]:
    found = select(model).where(among(model.id, ids)).order_by(model.id).with_for_update()
    return {row.id: row for row in await session.scalars(found)}


async def _progress(session: AsyncSession, it: _Fulfilment, changed: bool) -> None:
    """Bring order and service to where a driver call has brought the operation."""
    if it.order.state == OrderState.placed:
        move(it.order, OrderState.provisioning)
        move(it.service, ServiceState.provisioning)
    if it.operation.state == OperationState.succeeded:
        _fulfil(it)
        it.events += await follow_service(session, it.service, now=it.now)
    elif it.operation.state == OperationState.failed:
        await _fail(session, it)
    elif changed:
        it.order.version += 1
    if changed:
        it.events.append(_progressed(it.order, it.operation))


def _fulfil(it: _Fulfilment) -> None:
    move(it.order, OrderState.fulfilled)
    move(it.service, ServiceState.active)
    it.service.provisioned_at = it.now
    fields = describe_order_event(it.order, it.service, it.product) | {
        "subject_version": it.service.version,
        "billing_delay_days": it.product.billing_delay_days,
        "ordered_by": it.order.begun_by,
    }
    it.events.append(ServiceProvisioned.model_validate(fields))
    it.counts = counts_of(it.product, it.service.quantity, circuit=it.brings_a_circuit)


async def _fail(session: AsyncSession, it: _Fulfilment) -> None:
    order, operation = it.order, it.operation
    fail_order(order, operation)
    move(it.service, ServiceState.failed)
    await record_failed_order(session, describe_failed(order, it.service, operation, now=it.now))
    fields = describe_order_event(order, it.service, it.product) | {
        "subject_version": it.service.version,
        "step": operation.step,
        "reason": operation.message,
        "reason_code": operation.message_code,
        "reason_values": operation.message_values,
        "ordered_by": order.begun_by,
    }
    it.events.append(ServiceProvisioningFailed.model_validate(fields))


def _progressed(order: Order, operation: Operation) -> OrderProgressed:
    return OrderProgressed(
        workspace_id=order.workspace_id,
        parent_workspace_id=order.parent_workspace_id,
        subject_version=order.version,
        order_id=order.id,
        state=order.state,
        step=operation.step,
        steps=operation.steps,
    )


def describe_order_event(order: Order, service: Service, product: Product) -> dict[str, Any]:
    """The fields of every event about an order that is placed. The event belongs to the order's workspace."""
    numbers = numbers_of(order.configuration)
    return _describe(order, product) | {
        "service_id": service.id, "display_name": service.display_name, "numbers": numbers,
    }  # fmt: skip


def describe_request(order: Order, product: Product) -> dict[str, Any]:
    """The fields of every event about an order that has to be approved, before it is placed."""
    return _describe(order, product) | {
        "asked_by": order.begun_by,
        "order_kind": order.kind,
        "service_id": order.service_id,
        "correlation_id": order.correlation_id,
        "display_name": order.display_name,
    }


def _describe(order: Order, product: Product) -> dict[str, Any]:
    return {
        "workspace_id": order.workspace_id,
        "parent_workspace_id": order.parent_workspace_id,
        "subject_version": order.version,
        "order_id": order.id,
        "product_id": product.id,
        "product_name": product.display_name,
        "kind": product.kind,
        "plan_version_id": order.plan_version_id,
        "quantity": order.quantity,
        "bill_group_id": order.bill_group_id,
        "part_of": order.part_of,
    }


def fail_order(order: Order, operation: Operation) -> None:
    """The order fails for what its operation says."""
    move(order, OrderState.failed)
    order.failure, order.failure_code = operation.message, operation.message_code
    order.failure_values = operation.message_values


def forget_failure(order: Order) -> None:
    order.failure, order.failure_code, order.failure_values = None, None, {}


def describe_failed(order: Order, service: Service, operation: Operation, *, now: datetime) -> FailedOrder:
    """What the provider's staff see of an order whose ``operation`` has failed. ``now`` is business time."""
    return FailedOrder(
        order_id=order.id,
        workspace_id=order.workspace_id,
        number=order.number,
        product_id=order.product_id,
        display_name=service.display_name,
        step=operation.step,
        steps=operation.steps,
        failure=operation.message,
        failure_code=operation.message_code,
        failure_values=operation.message_values,
        failed_at=now,
        placed_by_address=order.begun_by_address,
        placed_via=order.begun_via,
    )
