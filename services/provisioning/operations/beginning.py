"""Beginning work on a service that there is. One operation that changes it runs at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.provisioning.drivers import DRIVERS
from services.provisioning.operations.models import Operation, OperationStep
from services.provisioning.operations.refusals import ServiceBusy, ServiceNotActive, TooManyOperations, VerbNotOffered
from services.provisioning.operations.service import begin_operation
from services.provisioning.operations.tasks import describe_work
from services.provisioning.operations.telling import LIVE
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import ServiceState
from services.provisioning.verbs import ONLY_READ, Verb
from shared.errors import NotFound
from shared.origin import Origin
from shared.outbox import cause_of

MOST_PER_HOUR = 30
"""Per service."""
HOUR = timedelta(hours=1)


async def lock_service(session: AsyncSession, service_id: UUID) -> Service:
    """Raises `NotFound`."""
    service = await session.get(Service, service_id, with_for_update=True, populate_existing=True)
    if service is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    return service


def require_state(service: Service, *states: ServiceState) -> None:
    """Raises `ServiceNotActive`."""
    if service.state not in states:
        raise ServiceNotActive(f"The service is {service.state}.", state=service.state)


async def require_verb(session: AsyncSession, service: Service, verb: Verb) -> Product:
    """The product of a service whose driver can do this with it. Raises `VerbNotOffered`."""
    product = await session.get_one(Product, service.product_id)
    if verb not in DRIVERS[product.driver].verbs(service.kind):
        raise VerbNotOffered(f"This service offers no {verb}.")
    return product


async def refuse_others(session: AsyncSession, service_id: UUID, verb: Verb, now: datetime) -> None:
    """One that changes something at a time, and one of a kind. Requires the service's lock. Raises `ServiceBusy` or
    `TooManyOperations`. ``now`` is real time."""
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


def nothing_changes(service_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether no operation that changes the service is queued or running."""
    busy = select(Operation).where(
        Operation.service_id == service_id, Operation.state.in_(LIVE), Operation.verb.not_in(ONLY_READ)
    )
    return ~busy.exists()


async def begin_work(
    session: AsyncSession, service: Service, product: Product, verb: Verb, *, now: datetime,
    order_id: UUID | None = None, wanted: dict[str, Any] | None = None, origin: Origin | None = None,
    finished: Sequence[OperationStep] = (),
) -> Operation:  # fmt: skip
    """Queue an operation on a locked service on which nothing else is done. ``finished`` are steps of an earlier
    attempt, after which it continues. ``now`` is real time."""
    id_ = uuid4()
    titles = DRIVERS[product.driver].steps(describe_work(verb, id_, wanted, service, product))
    operation = Operation(
        id=id_, workspace_id=service.workspace_id, service_id=service.id, verb=verb, order_id=order_id, wanted=wanted,
        version=1, step=len(finished) + 1, steps=len(titles), started_at=now, due_at=now,
        origin=origin or Origin.of(cause_of(session)),
    )  # fmt: skip
    await begin_operation(session, operation, titles, finished=finished)
    return operation
