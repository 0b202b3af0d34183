"""Jobs: services follow what is agreed, as soon as nothing else is done with them: they are suspended, work again, or
are deleted when their day has come."""

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.jobs import jobs
from services.provisioning.licences import issuing
from services.provisioning.manual_tasks import telling
from services.provisioning.manual_tasks.models import ManualTask
from services.provisioning.orders import cancelling, ended_accounts, following
from services.provisioning.orders.asking import take_back
from services.provisioning.orders.models import Order
from services.provisioning.services.models import Service
from services.provisioning.suspensions import service as suspensions
from services.provisioning.suspensions.ending import AGAIN
from shared.copies import workspace_of
from shared.errors import is_lost_connection
from shared.events import Actor
from shared.jobs import JobContext
from shared.logs import correlated
from shared.outbox import Cause, emit
from shared.scope import acting_in

log = structlog.get_logger()
BATCH = 50


@jobs.every(seconds=5, woken_by=Service.__tablename__)
async def settle_services(job: JobContext) -> int:
    """Suspend what is to be suspended, and have work again what is not."""
    async with job.sessions.begin() as session:
        unsettled = await suspensions.claim_unsettled(session, now=job.real_now, limit=BATCH)
        for service in unsettled:
            async with _working_for(session, service.workspace_id, Cause(Actor(), job.now)):
                if not await _done_alone(session, suspensions.settle(session, service, now=job.real_now), service.id):
                    service.settle_at = job.real_now + AGAIN
    return len(unsettled)


@jobs.every(seconds=5, woken_by=Order.__tablename__)
async def delete_due_services(job: JobContext) -> int:
    """Begin to delete the services whose period is over."""
    async with job.sessions.begin() as session:
        due, done = await cancelling.claim_due(session, limit=BATCH), 0
        for order, service in due:
            async with _working_for(session, order.workspace_id, order.origin.cause(job.now)):
                deletion = cancelling.delete_due(session, order, service, real_now=job.real_now)
                done += await _done_alone(session, deletion, service.id)
    return done


@jobs.every(seconds=5)
async def end_closed_accounts(job: JobContext) -> int:
    """Cancel the services of accounts that are closed, and withdraw their orders that wait."""
    async with job.sessions.begin() as session:
        services, done = await ended_accounts.claim_services(session, limit=BATCH), 0
        for service in services:
            async with _working_for(session, service.workspace_id, Cause(Actor(), job.now)):
                cancellation = ended_accounts.cancel(session, service, now=job.now, real_now=job.real_now)
                done += await _done_alone(session, cancellation, service.id)
        for order in await ended_accounts.claim_orders(session, limit=BATCH):
            async with _working_for(session, order.workspace_id, Cause(Actor(), job.now)):
                done += await _done_alone(session, take_back(session, order), order.id)
    return done


@jobs.every(seconds=5, woken_by=Order.__tablename__)
async def provision_followers(job: JobContext) -> int:
    """Begin to provision what came along with services that are there now."""
    async with job.sessions.begin() as session:
        due, done = await following.claim_followers(session, limit=BATCH), 0
        for order, service in due:
            async with _working_for(session, order.workspace_id, order.origin.cause(job.now)):
                done += await _done_alone(
                    session, following.follow(session, order, service, real_now=job.real_now), service.id
                )
    return done


async def _done_alone(session: AsyncSession, work: Coroutine[Any, Any, None], row_id: UUID) -> bool:
    """Whether it went well. What fails with one service or order leaves the others alone, and is tried again."""
    try:
        async with session.begin_nested():
            await work
    except Exception as error:
        if is_lost_connection(error):
            raise
        log.exception("job.row_failed", id=str(row_id))
        return False
    return True


@jobs.every(seconds=5, woken_by=ManualTask.__tablename__)
async def announce_manual_tasks(job: JobContext) -> int:
    """Tell the provider's staff of what is to be done by hand."""
    async with job.sessions.begin() as session:
        unknown = await telling.claim_unannounced(session, limit=BATCH)
        for task, order, service in unknown:
            async with _working_for(session, order.workspace_id, order.origin.cause(job.now)):
                announced = telling.announce(session, task, order, service, real_now=job.real_now)
                await _done_alone(session, announced, service.id)
    return len(unknown)


@jobs.every(seconds=300)
async def issue_missing_licences(job: JobContext) -> int:
    """Issue the licences of services that were there before licences were."""
    async with job.sessions.begin() as session:
        unlicensed, done = await issuing.claim_unlicensed(session, limit=BATCH), 0
        for service in unlicensed:
            async with _working_for(session, service.workspace_id, Cause(Actor(), job.now)):
                done += await _done_alone(session, _issue(session, service, job.now), service.id)
    return done


async def _issue(session: AsyncSession, service: Service, now: datetime) -> None:
    for event in await issuing.follow_service(session, service, now=now):
        await emit(session, event)


@asynccontextmanager
async def _working_for(session: AsyncSession, workspace_id: UUID, cause: Cause) -> AsyncIterator[None]:
    """Continue the transaction for a workspace, because of ``cause``."""
    async with acting_in(session, workspace_id):
        parent_id = (await workspace_of(session, workspace_id)).parent_workspace_id
        session.info["cause"] = replace(cause, parent_workspace_id=parent_id)
        with correlated(cause.correlation_id):
            yield
