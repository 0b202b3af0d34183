"""Timed work: the billing clocks, the billing run, and payments that nobody finished."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.invoices import issuing
from services.billing.invoices.parties import seller_now
from services.billing.payments import service as payments
from services.billing.subscriptions import clock
from shared.copies import workspace_of
from shared.db import set_scope
from shared.errors import is_lost_connection
from shared.events import Actor
from shared.jobs import JobContext, Jobs
from shared.outbox import Cause

log = structlog.get_logger()
jobs = Jobs("billing")

BATCH = 50


@jobs.every(seconds=1)
async def start_due_billing(job: JobContext) -> int:
    """Start the clock of each service whose delay is over (D9)."""
    now = job.now
    async with job.sessions.begin() as session:
        due = await clock.claim_due(session, now=now, limit=BATCH)
        for subscription in due:
            await _act_in(session, subscription.workspace_id, subscription.ordered_by, subscription.correlation_id, now)
            await clock.start_billing(session, subscription)
    return len(due)


@jobs.every(seconds=1)
async def issue_due_invoices(job: JobContext) -> int:
    """Bill the groups whose date has come, each in a transaction of its own: the number series is never locked for
    long, and a group that cannot be billed is passed over and tried again in the next run."""
    run = BillingRun(job, job.now)
    for _ in range(BATCH):
        if not await run.bill_next():
            break
    return run.issued


@dataclass
class BillingRun:
    """One way through the groups that are due."""

    job: JobContext
    now: datetime
    place: issuing.Place = issuing.START
    issued: int = 0

    async def bill_next(self) -> bool:
        """Bill the next group; False when there is none left."""
        try:
            async with self.job.sessions.begin() as session:
                group = await issuing.claim_due_group(session, today=self.now.date(), after=self.place)
                if group is None or group.next_billing_on is None:
                    return False
                self.place = (group.next_billing_on, group.id)
                await self._bill(session, group)
        except Exception as error:
            if is_lost_connection(error):
                raise
            log.exception("billing_run.group_failed", bill_group_id=str(self.place[1]))
        else:
            self.issued += 1
        return True

    async def _bill(self, session: AsyncSession, group: BillGroup) -> None:
        due = await issuing.due_subscriptions(session, group, today=self.now.date())
        began, chain = (due[0].ordered_by, due[0].correlation_id) if due else (None, uuid4())
        await _act_in(session, group.workspace_id, began, chain, self.now)
        seller = await seller_now(session, self.job.settings)
        await issuing.bill_group(session, group, due, seller, now=self.now)


@jobs.every(seconds=60)
async def give_up_stale_payments(job: JobContext) -> int:
    """Fail the attempts whose payment page was left open for good. The invoice is open as before."""
    async with job.sessions.begin() as session:
        stale = await payments.claim_stale(session, now=job.real_now, limit=BATCH)
        for payment in stale:
            await _act_in(session, payment.workspace_id, payment.begun_by, payment.correlation_id, job.now)
            await payments.fail_payment(session, payment, "expired")
    return len(stale)


async def _act_in(
    session: AsyncSession, workspace_id: UUID, began: UUID | None, correlation_id: UUID, now: datetime
) -> None:
    """Work in one workspace from here on, as the system, in the chain of events that began with the order."""
    await session.flush()
    await set_scope(session, workspace_id=workspace_id)
    workspace = await workspace_of(session, workspace_id)
    session.info["cause"] = Cause(Actor(user_id=began), now, correlation_id, None, workspace.parent_workspace_id)
