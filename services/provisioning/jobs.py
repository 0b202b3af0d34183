"""Jobs: the steps of the operations of all workspaces, one driver call at a time per operation."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.credentials import service as credentials
from services.provisioning.credentials.sealing import seal
from services.provisioning.db import committing_each
from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.port import Done, StepOutcome
from services.provisioning.erased_people import service as erased_people
from services.provisioning.erased_people.models import ErasedPerson
from services.provisioning.operations.batches import Result, work_through_in_batches
from services.provisioning.operations.forgetting import forget
from services.provisioning.operations.models import Operation
from services.provisioning.operations.progress import progress_operations
from services.provisioning.operations.service import Calls, Unanswered, claim_operations
from services.provisioning.operations.tasks import describe_task
from services.provisioning.orders.concluding import conclude
from services.provisioning.orders.fulfilment import progress_orders
from services.provisioning.products.models import Product
from services.provisioning.releases.checking import claim_files, record_file, work_on_file
from services.provisioning.releases.files import BROKEN_OFF_AFTER
from services.provisioning.releases.models import ReleaseFile
from services.provisioning.releases.store import store_of
from services.provisioning.services.models import Service
from services.provisioning.verbs import Verb
from shared.erased_people import forget_again
from shared.jobs import JobContext, Jobs
from shared.leases import Claim, GivenUp, work_through
from shared.outbox import cause_of
from shared.telemetry import metrics

log = structlog.get_logger()

jobs = Jobs("provisioning")

GO_ON_SECONDS = 0.1
"""How long the steps of an operation are called one after the other before they are recorded. What a dead worker has
called since is called again."""


@jobs.every(seconds=0.5, woken_by=Operation.__tablename__, at_once=4)
async def advance_operations(job: JobContext) -> int:
    """Run the due steps, several concurrently."""
    return await work_through_in_batches(job, claim_steps, call_driver, record_steps)


async def claim_steps(job: JobContext, session: AsyncSession) -> list[Claim[Operation]]:
    lease = timedelta(seconds=job.settings.lease_seconds)
    return await claim_operations(session, now=job.real_now, lease=lease, limit=job.settings.steps_at_once)


async def call_driver(job: JobContext, operation: Operation) -> Calls:
    """Call the driver for the operation's step, and for the next ones while each is done at once: outside of any
    transaction. Of what is undone, one step. An exception is returned as `Unanswered`."""
    wanted = select(Service, Product).join(Product, Product.id == Service.product_id)
    async with committing_each(job.sessions) as session:
        service, product = (await session.execute(wanted.where(Service.id == operation.service_id))).one()
    driver, task = DRIVERS[product.driver](job.sessions), describe_task(operation, service, product)
    act = driver.undo_step if operation.undoing else driver.run_step
    outcomes, began = list[StepOutcome | Unanswered](), time.monotonic()
    for step in range(operation.step, operation.steps + 1):
        call = _answer(job, product.driver, step, act(task, step, job.real_now))
        outcome = await metrics.timed(metrics.DRIVER_CALLS, call, product.driver)
        if isinstance(outcome, Done) and outcome.credentials:  # a driver may forget them once they are recorded
            sealed = seal(job.settings.secret_keys, operation.id, outcome.credentials)
            return Calls([*outcomes, replace(outcome, credentials=())], sealed)
        outcomes.append(outcome)
        goes_on = isinstance(outcome, Done) and not operation.undoing
        if not goes_on or time.monotonic() - began > GO_ON_SECONDS:
            break
    return Calls(outcomes)


async def _answer(job: JobContext, name: str, step: int, call: Awaitable[StepOutcome]) -> StepOutcome | Unanswered:
    try:
        async with asyncio.timeout(job.settings.step_timeout_seconds):
            return await call
    except Exception:
        log.warning("driver.unanswered", driver=name, step=step, exc_info=True)
        return Unanswered()


async def record_steps(job: JobContext, session: AsyncSession, results: Sequence[Result[Operation, Calls]]) -> None:
    creating = [result for result in results if result.row.verb == Verb.create]
    others = [result for result in results if result.row.verb != Verb.create]
    if creating:
        await progress_orders(session, creating, real_now=job.real_now)
    for result in others:
        if isinstance(result.outcome, Calls) and result.outcome.sealed:
            await credentials.keep(session, result.row, result.outcome.sealed, now=job.real_now)
    if others:
        await progress_operations(session, others, conclude, real_now=job.real_now)


@jobs.every(seconds=3600)
async def forget_outputs(job: JobContext) -> int:
    """What operations have read is kept for a week."""
    async with job.sessions.begin() as session:
        return await forget(session, job.real_now)


@jobs.every(seconds=60)
async def forget_credentials(job: JobContext) -> int:
    """New credentials that nobody looked at are kept for an hour."""
    async with job.sessions.begin() as session:
        return await credentials.forget(session, job.real_now)


@jobs.every(seconds=30, woken_by=ReleaseFile.__tablename__)
async def check_release_files(job: JobContext) -> int:
    """Compute checksums of what lies in the store, and delete what was removed or broke off."""
    return await work_through(job, claim_files, work_on_file, record_file)


@jobs.every(seconds=3600)
async def sweep_downloads(job: JobContext) -> int:
    """What processes that died have begun to write is of no use."""
    await store_of(job.settings).sweep(job.real_now - BROKEN_OFF_AFTER)
    return 0


async def record_step(job: JobContext, session: AsyncSession, operation: Operation, outcome: Calls | GivenUp) -> None:
    """As `record_steps`, of one operation in a transaction that has its cause."""
    await record_steps(job, session, [Result(operation, outcome, cause_of(session))])


@jobs.every(seconds=21600)
async def forget_erased_people_again(job: JobContext) -> int:
    """Forget what has arrived late of people who are erased: an event that was on its way, a click of before."""
    async with job.sessions.begin() as session:
        return await forget_again(session, ErasedPerson, erased_people.forget, job.real_now)
