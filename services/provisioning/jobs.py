"""Jobs: the steps of the operations of all workspaces, one driver call at a time per operation."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.db import committing_each
from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.port import Done, StepOutcome, Task
from services.provisioning.operations.batches import Result, work_through_in_batches
from services.provisioning.operations.models import Operation
from services.provisioning.operations.service import Calls, Unanswered, claim_operations
from services.provisioning.orders.fulfilment import describe_task, progress_orders
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from shared.jobs import JobContext, Jobs
from shared.leases import Claim, GivenUp
from shared.outbox import cause_of
from shared.telemetry import metrics

log = structlog.get_logger()

jobs = Jobs("provisioning")

GO_ON_SECONDS = 0.1
"""How long the steps of an operation are called one after the other before they are recorded. What a dead worker has
called since is called again."""


@jobs.every(seconds=0.25, woken_by=Operation.__tablename__, at_once=4)
async def advance_operations(job: JobContext) -> int:
    """Run the due steps, several concurrently."""
    return await work_through_in_batches(job, claim_steps, call_driver, record_steps)


async def claim_steps(job: JobContext, session: AsyncSession) -> list[Claim[Operation]]:
    lease = timedelta(seconds=job.settings.lease_seconds)
    return await claim_operations(session, now=job.real_now, lease=lease, limit=job.settings.steps_at_once)


async def call_driver(job: JobContext, operation: Operation) -> Calls:
    """Call the driver for the operation's step, and for the next ones while each is done at once: outside of any
    transaction. An exception is returned as `Unanswered`."""
    wanted = select(Service, Product).join(Product, Product.id == Service.product_id)
    async with committing_each(job.sessions) as session:
        service, product = (await session.execute(wanted.where(Service.id == operation.service_id))).one()
    task, outcomes, began = describe_task(service, product), list[StepOutcome | Unanswered](), time.monotonic()
    for step in range(operation.step, operation.steps + 1):
        call = _run_step(job, product.driver, task, step)
        outcomes.append(await metrics.timed(metrics.DRIVER_CALLS, call, product.driver))
        if not isinstance(outcomes[-1], Done) or time.monotonic() - began > GO_ON_SECONDS:
            break
    return Calls(outcomes)


async def _run_step(job: JobContext, name: str, task: Task, step: int) -> StepOutcome | Unanswered:
    driver = DRIVERS[name](job.sessions)
    try:
        async with asyncio.timeout(job.settings.step_timeout_seconds):
            return await driver.run_step(task, step, job.real_now)
    except Exception:
        log.warning("driver.unanswered", driver=name, step=step, exc_info=True)
        return Unanswered()


async def record_steps(job: JobContext, session: AsyncSession, results: Sequence[Result[Operation, Calls]]) -> None:
    await progress_orders(session, results, real_now=job.real_now)


async def record_step(job: JobContext, session: AsyncSession, operation: Operation, outcome: Calls | GivenUp) -> None:
    """As `record_steps`, of one operation in a transaction that has its cause."""
    await record_steps(job, session, [Result(operation, outcome, cause_of(session))])
