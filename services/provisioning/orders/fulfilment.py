"""Fulfilment of orders: starting the operation, its progress, and its end in an active service or a failure."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.port import StepOutcome, Task
from services.provisioning.drivers.texts import Text
from services.provisioning.failed_orders.models import FailedOrder
from services.provisioning.failed_orders.service import delete_failed_order, record_failed_order
from services.provisioning.operations.models import Operation
from services.provisioning.operations.service import (
    Unanswered,
    begin_operation,
    get_latest_operation,
    list_steps,
    record_outcome,
)
from services.provisioning.orders.models import Order
from services.provisioning.products.models import Product
from services.provisioning.services.counts import count_service
from services.provisioning.services.models import Service
from services.provisioning.states import OperationState, OrderState, ServiceState, StepState, move
from shared.events.provisioning import OrderProgressed, ServiceProvisioned, ServiceProvisioningFailed
from shared.leases import GivenUp
from shared.outbox import emit


async def provision(session: AsyncSession, order: Order, service: Service, product: Product, *, now: datetime) -> None:
    """Queue the operation that provisions a new order's service. ``now`` is real time."""
    titles = DRIVERS[product.driver].steps(describe_task(service, product))
    await begin_operation(session, _new_operation(order, service.id, 1, len(titles), now), titles)


async def provision_again(session: AsyncSession, order: Order, *, now: datetime) -> Service:
    """Queue a new operation for a failed order's service, from the failed step. ``now`` is real time."""
    last = await get_latest_operation(session, order.id)
    steps = await list_steps(session, last.id)
    service = await session.get_one(Service, last.service_id, with_for_update=True)
    move(order, OrderState.provisioning)
    move(service, ServiceState.provisioning)
    order.failure, order.failure_code, order.failure_values = None, None, {}
    await delete_failed_order(session, order.id)
    again = _new_operation(order, service.id, last.step, last.steps, now)
    finished = [step for step in steps if step.state == StepState.done]
    await begin_operation(session, again, [Text(step.title, step.key) for step in steps], finished=finished)
    await _publish_progress(session, order, again)
    return service


def _new_operation(order: Order, service_id: UUID, step: int, steps: int, now: datetime) -> Operation:
    return Operation(
        workspace_id=order.workspace_id, order_id=order.id, service_id=service_id, origin=order.origin,
        step=step, steps=steps, started_at=now, due_at=now,
    )  # fmt: skip


def describe_task(service: Service, product: Product) -> Task:
    """The driver's task. Its key is derived from the service, so that it is the same in every attempt."""
    return Task(
        key=f"provision/{service.id}",
        kind=service.kind,
        quantity=service.quantity,
        configuration=service.configuration,
        options=product.driver_options,
    )


async def progress_order(
    session: AsyncSession, operation: Operation, outcome: StepOutcome | Unanswered | GivenUp, *, now: datetime,
    real_now: datetime,
) -> None:  # fmt: skip
    """Record the outcome of a driver call in the operation, the order and the service."""
    order = await session.get_one(Order, operation.order_id, with_for_update=True)
    service = await session.get_one(Service, operation.service_id, with_for_update=True)
    if order.state == OrderState.placed:
        move(order, OrderState.provisioning)
        move(service, ServiceState.provisioning)
    changed = await record_outcome(session, operation, outcome, now=now, real_now=real_now)
    if operation.state == OperationState.succeeded:
        await _fulfil(session, order, service, now)
    elif operation.state == OperationState.failed:
        await _fail(session, order, service, operation, now)
    elif changed:
        order.version += 1
    if changed:
        await _publish_progress(session, order, operation)


async def _fulfil(session: AsyncSession, order: Order, service: Service, now: datetime) -> None:
    move(order, OrderState.fulfilled)
    move(service, ServiceState.active)
    service.provisioned_at = now
    await session.flush()
    product = await session.get_one(Product, service.product_id)
    fields = describe_order_event(order, service, product) | {
        "subject_version": service.version,
        "billing_delay_days": product.billing_delay_days,
        "ordered_by": order.begun_by,
    }
    await emit(session, ServiceProvisioned.model_validate(fields))
    await count_service(session, service, product)


async def _fail(session: AsyncSession, order: Order, service: Service, operation: Operation, now: datetime) -> None:
    move(order, OrderState.failed)
    move(service, ServiceState.failed)
    order.failure, order.failure_code = operation.message, operation.message_code
    order.failure_values = operation.message_values
    await record_failed_order(session, _failed(order, service, operation, now=now))
    product = await session.get_one(Product, service.product_id)
    fields = describe_order_event(order, service, product) | {
        "subject_version": service.version,
        "step": operation.step,
        "reason": operation.message,
        "reason_code": operation.message_code,
        "reason_values": operation.message_values,
        "ordered_by": order.begun_by,
    }
    await emit(session, ServiceProvisioningFailed.model_validate(fields))


async def _publish_progress(session: AsyncSession, order: Order, operation: Operation) -> None:
    progressed = OrderProgressed(
        workspace_id=order.workspace_id,
        parent_workspace_id=order.parent_workspace_id,
        subject_version=order.version,
        order_id=order.id,
        state=order.state,
        step=operation.step,
        steps=operation.steps,
    )
    await emit(session, progressed)


def describe_order_event(order: Order, service: Service, product: Product) -> dict[str, Any]:
    """The fields of every event about an order that is placed. The event belongs to the order's workspace."""
    return _describe(order, product) | {"service_id": service.id, "display_name": service.display_name}


def describe_request(order: Order, product: Product) -> dict[str, Any]:
    """The fields of every event about an order that has to be approved, before it is placed."""
    return _describe(order, product) | {
        "asked_by": order.begun_by,
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
    }


def _failed(order: Order, service: Service, operation: Operation, *, now: datetime) -> FailedOrder:
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
