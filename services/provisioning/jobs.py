"""Timed work: the steps of all operations, in whatever workspace, one call of a driver at a time for each."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.port import Failed, Outcome, Task
from services.provisioning.operations.service import Unanswered, get_leased, has_given_up, lease_due_operation
from services.provisioning.orders.fulfilment import describe_task, progress_order
from services.provisioning.orders.models import Order
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from shared.events import Actor, Via
from shared.jobs import JobContext, Jobs
from shared.outbox import Cause, transaction

log = structlog.get_logger()

jobs = Jobs("provisioning")


@dataclass(frozen=True, slots=True)
class Claim:
    """A step that this worker may do until its lease is over, with all that doing it takes."""

    operation_id: UUID
    lease_id: UUID
    workspace_id: UUID
    step: int
    given_up: bool
    driver: str
    task: Task
    cause: Cause


@jobs.every(seconds=0.25)
async def advance_operations(job: JobContext) -> int:
    """Do the steps that are due, several at once. Each is claimed and recorded in a transaction of its own, and the
    driver works between the two: a worker that dies there loses nothing but its lease."""
    claims: list[Claim] = []
    while len(claims) < job.settings.steps_at_once and (claim := await claim_step(job)):
        claims.append(claim)
    await asyncio.gather(*(advance_operation(job, claim) for claim in claims))
    return len(claims)


async def claim_step(job: JobContext) -> Claim | None:
    """Take the step that has been due longest, if there is one."""
    async with job.sessions.begin() as session:
        lease = timedelta(seconds=job.settings.lease_seconds)
        operation = await lease_due_operation(session, now=job.real_now, lease=lease)
        if operation is None or operation.lease_id is None:
            return None
        order = await session.get_one(Order, operation.order_id)
        service = await session.get_one(Service, operation.service_id)
        product = await session.get_one(Product, service.product_id)
        return Claim(
            operation_id=operation.id,
            lease_id=operation.lease_id,
            workspace_id=operation.workspace_id,
            step=operation.step,
            given_up=has_given_up(operation),
            driver=product.driver,
            task=describe_task(service, product),
            cause=_cause(order, job),
        )


def _cause(order: Order, job: JobContext) -> Cause:
    """The system does it, and who ordered began it, by the door they came through (D11)."""
    actor = Actor(user_id=order.placed_by, address=order.placed_by_address, via=Via(order.placed_via))
    return Cause(actor, job.now, order.correlation_id, order.placed_event_id, order.parent_workspace_id)


async def advance_operation(job: JobContext, claim: Claim) -> None:
    """Call the driver, and record what came of it unless another worker has taken over meanwhile."""
    outcome = await call_driver(job, claim)
    async with transaction(job.sessions, claim.cause, workspace_id=claim.workspace_id) as session:
        operation = await get_leased(session, claim.operation_id, claim.lease_id)
        if operation is None:
            log.warning("operation.lease_lost", operation_id=str(claim.operation_id), step=claim.step)
            return
        await progress_order(session, operation, outcome, now=claim.cause.now, real_now=job.real_now)
    log.info(
        "operation.advanced", operation_id=str(claim.operation_id), step=claim.step, outcome=type(outcome).__name__
    )


async def call_driver(job: JobContext, claim: Claim) -> Outcome | Unanswered:
    """One call of the driver, outside of any transaction. What it raises is an answer too: none."""
    if claim.given_up:
        return Failed("The step was begun too often without coming to an end.")
    driver = DRIVERS[claim.driver](job.sessions)
    try:
        async with asyncio.timeout(job.settings.step_timeout_seconds):
            return await driver.run_step(claim.task, claim.step, job.real_now)
    except Exception:
        log.warning("driver.unanswered", driver=claim.driver, step=claim.step, exc_info=True)
        return Unanswered()
