"""Suspending services and having them work again: by the wish of their people, as a pause of the contract, or because
what is overdue was not paid. A service keeps the reasons. Its state follows them, as soon as nothing else is done with
it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers import DRIVERS
from services.provisioning.operations.beginning import (
    begin_work,
    lock_service,
    nothing_changes,
    refuse_others,
    require_state,
    require_verb,
)
from services.provisioning.operations.troubleshooting import tell_of_beginning
from services.provisioning.parts.service import WHOLE, follow_whole, lock_with_parts
from services.provisioning.plans.models import PlanVersion
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import ServiceState
from services.provisioning.suspensions.ending import AGAIN, OWN
from services.provisioning.suspensions.refusals import NotPausable, StillOverdue, SuspendedWithWhole
from services.provisioning.verbs import Verb
from shared.events.provisioning import Suspension
from shared.waking import wake

OVERDUE: Suspension = "overdue"


async def suspend(session: AsyncSession, service_id: UUID, reason: Suspension, *, now: datetime) -> UUID:
    """Suspend an active service by the wish of its people, and return the id of the operation. ``now`` is real time.
    Raises `NotFound`, `ServiceNotActive`, `VerbNotOffered`, `NotPausable`, `ServiceBusy` or `TooManyOperations`."""
    await lock_with_parts(session, service_id)
    service = await lock_service(session, service_id)
    require_state(service, ServiceState.active)
    product = await require_verb(session, service, Verb.suspend)
    if reason == "pause":
        plan = await session.get(PlanVersion, service.plan_version_id)
        if plan is None or not plan.may_pause:
            raise NotPausable("The plan of this service cannot be paused.")
    await refuse_others(session, service.id, Verb.suspend, now)
    service.suspended_for = [*(each for each in service.suspended_for if each not in OWN), reason]
    service.version += 1
    await follow_whole(session, Service.id == service.id)
    operation = await begin_work(session, service, product, Verb.suspend, now=now)
    await tell_of_beginning(session, operation, service)
    return operation.id


async def resume(session: AsyncSession, service_id: UUID, *, now: datetime) -> UUID:
    """Have a suspended service work again that its people had suspended. ``now`` is real time. Raises `NotFound`,
    `ServiceNotActive` for one that is not suspended, `StillOverdue`, `SuspendedWithWhole`, `ServiceBusy` or
    `TooManyOperations`."""
    await lock_with_parts(session, service_id)
    service = await lock_service(session, service_id)
    require_state(service, ServiceState.suspended)
    if OVERDUE in service.suspended_for:
        raise StillOverdue("The service works again as soon as what is overdue is paid.")
    if WHOLE in service.suspended_for:
        raise SuspendedWithWhole("It works again as soon as the service does that it is part of.")
    product = await require_verb(session, service, Verb.resume)
    await refuse_others(session, service.id, Verb.resume, now)
    service.suspended_for = []
    service.version += 1
    await follow_whole(session, Service.id == service.id)
    operation = await begin_work(session, service, product, Verb.resume, now=now)
    await tell_of_beginning(session, operation, service)
    return operation.id


async def follow_payer(session: AsyncSession, paid: ColumnElement[bool], *, past_due: bool) -> None:
    """The services that are ``paid`` by a bill group are to be suspended because it owes, or no longer for that
    reason."""
    reasons = Service.suspended_for
    has = literal(OVERDUE) == func.any(reasons)
    wanted = func.array_append(reasons, OVERDUE) if past_due else func.array_remove(reasons, OVERDUE)
    differs = ~has if past_due else has
    of_group = paid, Service.state != ServiceState.deleted, differs
    changed = {"suspended_for": wanted, "version": Service.version + 1, "settle_at": None}
    await session.execute(update(Service).where(*of_group).values(changed))
    await follow_whole(session, paid)
    await wake(session, Service.__tablename__)


async def claim_unsettled(session: AsyncSession, *, now: datetime, limit: int) -> list[Service]:
    """Services whose state does not follow why they are to be suspended, locked, on which nothing else is done. ``now``
    is real time."""
    wants = func.cardinality(Service.suspended_for) > 0
    unsettled = select(Service).where(
        Service.state.in_((ServiceState.active, ServiceState.suspended)),
        wants != (Service.state == ServiceState.suspended),
        or_(Service.settle_at.is_(None), Service.settle_at <= now),
    )
    unsettled = unsettled.where(nothing_changes(Service.id))
    in_order = unsettled.order_by(Service.settle_at.nulls_first(), Service.id).limit(limit)
    return list(await session.scalars(in_order.with_for_update(of=Service, skip_locked=True)))


async def settle(session: AsyncSession, service: Service, *, now: datetime) -> None:
    """Suspend a locked service, or have it work again, as its reasons say. ``now`` is real time."""
    product = await session.get_one(Product, service.product_id)
    verb = Verb.suspend if service.suspended_for else Verb.resume
    if verb in DRIVERS[product.driver].verbs(service.kind):
        await begin_work(session, service, product, verb, now=now)
    else:  # nobody can do it now; a driver may learn it
        service.settle_at = now + AGAIN
