"""Restarting and diagnosing services: what costs nothing and changes nothing that was agreed (P21)."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers import DRIVERS
from services.provisioning.operations.models import Operation
from services.provisioning.operations.refusals import (
    NotCancellable,
    ServiceBusy,
    ServiceNotActive,
    TooManyOperations,
    VerbNotOffered,
)
from services.provisioning.operations.service import begin_operation, end
from services.provisioning.operations.tasks import describe_task
from services.provisioning.operations.telling import LIVE, about, told_of
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import OperationState, ServiceState
from services.provisioning.verbs import ONLY_READ, Verb
from shared.auth import Access
from shared.errors import NotFound
from shared.events.provisioning import OperationCancelled, OperationStarted
from shared.origin import Origin
from shared.outbox import cause_of, emit

MOST_PER_HOUR = 30
"""Per service."""
HOUR = timedelta(hours=1)


async def begin_troubleshooting(session: AsyncSession, service_id: UUID, verb: Verb, *, now: datetime) -> UUID:
    """Queue an operation on a service, and return its id. ``now`` is real time. Raises `NotFound`, `ServiceNotActive`,
    `VerbNotOffered`, `ServiceBusy` or `TooManyOperations`."""
    service = await session.get(Service, service_id, with_for_update=True)
    if service is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    if service.state != ServiceState.active:
        raise ServiceNotActive(f"The service is {service.state}.", state=service.state)
    product = await session.get_one(Product, service.product_id)
    driver = DRIVERS[product.driver]
    if verb not in driver.verbs(service.kind):
        raise VerbNotOffered(f"This service offers no {verb}.")
    await _refuse_others(session, service.id, verb, now)
    operation = Operation(
        workspace_id=service.workspace_id, service_id=service.id, verb=verb, step=1, steps=1, started_at=now,
        due_at=now, origin=Origin.of(cause_of(session)),
    )  # fmt: skip
    session.add(operation)
    await session.flush()
    titles = driver.steps(describe_task(operation, service, product))
    operation.steps = len(titles)
    started = await emit(session, OperationStarted.model_validate(about(operation, service)))
    operation.origin = replace(operation.origin, causation_id=started.event_id)
    await begin_operation(session, operation, titles)
    return operation.id


async def _refuse_others(session: AsyncSession, service_id: UUID, verb: Verb, now: datetime) -> None:
    """One that changes something at a time, and one of a kind. Requires the service's lock."""
    in_the_way = Operation.verb == verb
    if verb not in ONLY_READ:
        in_the_way = or_(in_the_way, Operation.verb.not_in(ONLY_READ))
    here = Operation.service_id == service_id
    busy = await session.scalar(select(Operation).where(here, Operation.state.in_(LIVE), in_the_way).limit(1))
    if busy is not None:
        found = {"verb": busy.verb, "begun_by_address": busy.begun_by_address, "operation_id": str(busy.id)}
        raise ServiceBusy(f"{busy.begun_by_address or 'Portico'} has begun: {busy.verb}.", **found)
    lately = select(func.count()).where(here, Operation.started_at > now - HOUR, Operation.verb != Verb.create)
    if (await session.scalar(lately) or 0) >= MOST_PER_HOUR:
        raise TooManyOperations(f"At most {MOST_PER_HOUR} operations per hour are possible with a service.")


async def cancel_operation(session: AsyncSession, operation_id: UUID, *, by: Access, now: datetime) -> None:
    """Stop an operation after the step that runs, and have undone what it has done. One that waits ends at once.
    ``now`` is real time. Raises `NotFound` or `NotCancellable`."""
    operation = await session.get(Operation, operation_id, with_for_update=True)
    if operation is None:
        raise NotFound(f"There is no operation {operation_id} in this workspace.")
    over = operation.state not in LIVE or operation.undoing or operation.cancelled_by is not None
    if over or operation.verb == Verb.create:
        raise NotCancellable(f"The operation is {operation.state}.", state=operation.state)
    service = await session.get_one(Service, operation.service_id)
    operation.cancelled_by = by.user_id
    operation.version += 1
    await emit(session, OperationCancelled.model_validate(about(operation, service)))
    if operation.state == OperationState.queued and operation.lease_id is None:
        end(operation, OperationState.cancelled, now)
        await emit(session, told_of(operation, service))
    await session.flush()
