"""Jobs: the steps of the operations of all workspaces, one driver call at a time per operation."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.port import StepOutcome, Task
from services.provisioning.operations.models import Operation
from services.provisioning.operations.service import Unanswered, claim_operations
from services.provisioning.orders.fulfilment import describe_task, progress_order
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from shared.jobs import JobContext, Jobs
from shared.leases import Claim, GivenUp, work_through
from shared.outbox import cause_of
from shared.telemetry import metrics

log = structlog.get_logger()

jobs = Jobs("provisioning")


@jobs.every(seconds=0.25)
async def advance_operations(job: JobContext) -> int:
    """Run the due steps, several concurrently."""
    return await work_through(job, claim_steps, call_driver, record_step)


async def claim_steps(job: JobContext, session: AsyncSession) -> list[Claim[Operation]]:
    lease = timedelta(seconds=job.settings.lease_seconds)
    return await claim_operations(session, now=job.real_now, lease=lease, limit=job.settings.steps_at_once)


async def call_driver(job: JobContext, operation: Operation) -> StepOutcome | Unanswered:
    """One call of the driver, outside of any transaction. An exception is returned as `Unanswered`."""
    async with job.sessions() as session:
        service = await session.get_one(Service, operation.service_id)
        product = await session.get_one(Product, service.product_id)
    call = _run_step(job, product.driver, describe_task(service, product), operation.step)
    return await metrics.timed(metrics.DRIVER_CALLS, call, product.driver)


async def _run_step(job: JobContext, name: str, task: Task, step: int) -> StepOutcome | Unanswered:
    driver = DRIVERS[name](job.sessions)
    try:
        async with asyncio.timeout(job.settings.step_timeout_seconds):
            return await driver.run_step(task, step, job.real_now)
    except Exception:
        log.warning("driver.unanswered", driver=name, step=step, exc_info=True)
        return Unanswered()


async def record_step(
    job: JobContext, session: AsyncSession, operation: Operation, outcome: StepOutcome | Unanswered | GivenUp
) -> None:
    await progress_order(session, operation, outcome, now=cause_of(session).now, real_now=job.real_now)
