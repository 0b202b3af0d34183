"""Jobs of payments: automatic charges, refunds, credit, methods that end, abandoned attempts, and what the simulator
tells later. They join billing's other jobs."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.service import lock_group
from services.billing.charges import following
from services.billing.charges import service as charges
from services.billing.credits.service import applicable, apply_credit
from services.billing.gateway_events.service import take_callback
from services.billing.gateways.choosing import gateway_of
from services.billing.gateways.models import SimulatedPayment
from services.billing.jobs import BATCH, each, failing_alone, jobs
from services.billing.payment_methods import ending
from services.billing.payments import outcomes
from services.billing.payments.locking import lock_payment
from services.billing.payments.models import Payment
from services.billing.refunds import service as refunds
from services.billing.simulated_gateway import telling
from shared.events import Actor
from shared.jobs import JobContext
from shared.leases import GivenUp, work_through
from shared.logs import correlated
from shared.outbox import Cause, transaction

log = structlog.get_logger()
__all__ = ["jobs"]


@jobs.every(seconds=60)
async def give_up_stale_payments(job: JobContext) -> int:
    """Fail the attempts whose payment page has expired, and those whose outcome the gateway has not told for days. What
    they were for stays open."""
    async with job.sessions() as session:
        stale = await outcomes.stale_attempts(session, now=job.real_now, limit=BATCH)
    done = 0
    for payment in stale:
        with correlated(payment.correlation_id), failing_alone(payment.id):
            done += await _give_up(job, payment)
    return done


async def _give_up(job: JobContext, payment: Payment) -> bool:
    cause = payment.origin.persons_cause(job.now)
    async with transaction(job.sessions, cause, workspace_id=payment.workspace_id) as session:
        locked = await lock_payment(session, payment.workspace_id, payment.id)
        reason = outcomes.stale_reason(locked.payment, now=job.real_now)
        done = reason is not None and await following.decline(session, locked, job.settings, reason)
    log.info("payment.given_up", payment_id=str(payment.id), reason=reason)
    return done


@jobs.every(seconds=10)
async def plan_charges(job: JobContext) -> int:
    """Note the due invoices of groups with auto-pay, where paying online is switched on."""
    if not job.settings.takes_online_payments:
        return 0
    async with job.sessions.begin() as session:
        return await charges.plan_charges(session, now=job.now, today=job.settings.day_of(job.now))


@jobs.every(seconds=1)
async def charge_due_invoices(job: JobContext) -> int:
    """Charge what was planned, retry what was declined, look up what is unknown."""
    return await work_through(job, charges.claim_charges, charges.charge, charges.release)


@jobs.every(seconds=1)
async def send_refunds(job: JobContext) -> int:
    """Send the refunds that staff asked for."""
    return await work_through(job, refunds.claim_refunds, refunds.send_refund, refunds.release)


@jobs.every(seconds=5)
async def apply_credits(job: JobContext) -> int:
    """Pay open invoices with the credit of their group, such as an invoice that was just issued."""
    async with job.sessions() as session:
        found = await applicable(session, limit=BATCH)

    async def apply(session: AsyncSession, workspace_id: UUID, group_id: UUID) -> bool:
        return await apply_credit(session, await lock_group(session, workspace_id, group_id)) > 0

    return await each(job, found, apply)


@jobs.every(seconds=60)
async def end_payment_methods(job: JobContext) -> int:
    """Tell of methods that end soon, and let those end that have. In business time."""
    today = job.settings.day_of(job.now)
    async with job.sessions() as session:
        found = await ending.ending_methods(session, today=today, limit=BATCH)

    async def end(session: AsyncSession, workspace_id: UUID, method_id: UUID) -> bool:
        return await ending.end_method(session, method_id, today=today)

    return await each(job, found, end)


@jobs.every(seconds=10)
async def forget_removed_methods(job: JobContext) -> int:
    """Delete removed methods at the gateway."""
    return await work_through(job, ending.claim_removed, ending.forget_method, ending.release)


@jobs.every(seconds=3600)
async def abandon_method_pages(job: JobContext) -> int:
    """Forget the methods that nobody entered."""
    async with job.sessions() as session:
        found = await ending.abandoned(session, now=job.real_now, limit=BATCH)

    async def abandon(session: AsyncSession, workspace_id: UUID, method_id: UUID) -> bool:
        return await ending.abandon(session, workspace_id, method_id)

    return await each(job, found, abandon)


@jobs.every(seconds=1)
async def tell_simulated_outcomes(job: JobContext) -> int:
    """Let the simulator tell what it had to tell by now. Does nothing with another gateway."""
    if job.settings.gateway_name != "simulator":
        return 0
    return await work_through(job, telling.claim_told, _tell, _told)


async def _tell(job: JobContext, row: SimulatedPayment) -> int:
    """Tell what is due, in order, as long as it is taken. Returns how much was."""
    gateway, taken = gateway_of(job.settings, job.sessions, job.clock), 0
    for body, headers in telling.due_callbacks(job, row):
        callback = await gateway.read_callback(body, headers, now=job.real_now)
        async with transaction(job.sessions, Cause(Actor(), job.now), workspace_id=row.workspace_id) as session:
            await take_callback(session, job.settings, callback, now=job.real_now)
        taken += 1
    return taken


async def _told(job: JobContext, session: AsyncSession, row: SimulatedPayment, outcome: int | GivenUp) -> None:
    telling.forget_told(row, outcome if isinstance(outcome, int) else 0, job.real_now)
