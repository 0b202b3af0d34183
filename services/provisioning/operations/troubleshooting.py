"""Restarting and diagnosing services: what costs nothing and changes nothing that was agreed (P21)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.operations.beginning import (
    begin_work,
    lock_service,
    refuse_others,
    require_state,
    require_verb,
)
from services.provisioning.operations.models import Operation
from services.provisioning.operations.refusals import NotCancellable
from services.provisioning.operations.service import end
from services.provisioning.operations.telling import LIVE, about, told_of
from services.provisioning.services.models import Service
from services.provisioning.states import OperationState, ServiceState
from services.provisioning.verbs import TROUBLESHOOTING, Verb
from shared.auth import Access
from shared.errors import NotFound
from shared.events.provisioning import OperationCancelled, OperationStarted
from shared.outbox import emit


async def begin_troubleshooting(session: AsyncSession, service_id: UUID, verb: Verb, *, now: datetime) -> UUID:
    """Queue an operation on a service, and return its id. ``now`` is real time. Raises `NotFound`, `ServiceNotActive`,
    `VerbNotOffered`, `ServiceBusy` or `TooManyOperations`."""
    service = await lock_service(session, service_id)
    require_state(service, ServiceState.active)
    product = await require_verb(session, service, verb)
    await refuse_others(session, service.id, verb, now)
    operation = await begin_work(session, service, product, verb, now=now)
    await tell_of_beginning(session, operation, service)
    return operation.id


async def tell_of_beginning(session: AsyncSession, operation: Operation, service: Service) -> None:
    """Publish who has begun it, which is the cause of what follows."""
    started = await emit(session, OperationStarted.model_validate(about(operation, service)))
    operation.origin = replace(operation.origin, causation_id=started.event_id)


async def cancel_operation(session: AsyncSession, operation_id: UUID, *, by: Access, now: datetime) -> None:
    """Stop an operation after the step that runs, and have undone what it has done. One that waits ends at once.
    ``now`` is real time. Raises `NotFound` or `NotCancellable`."""
    operation = await session.get(Operation, operation_id, with_for_update=True)
    if operation is None:
        raise NotFound(f"There is no operation {operation_id} in this workspace.")
    over = operation.state not in LIVE or operation.undoing or operation.cancelled_by is not None
    if over or operation.verb not in TROUBLESHOOTING:
        raise NotCancellable(f"The operation is {operation.state}.", state=operation.state)
    service = await session.get_one(Service, operation.service_id)
    operation.cancelled_by = by.user_id
    operation.version += 1
    await emit(session, OperationCancelled.model_validate(about(operation, service)))
    if operation.state == OperationState.queued and operation.lease_id is None:
        end(operation, OperationState.cancelled, now)
        await emit(session, told_of(operation, service))
    await session.flush()
