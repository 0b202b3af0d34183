"""Jobs: billing clocks, the billing run, reminders, and documents for mails. Those of payments: `payment_jobs`."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.billing_clock import service as clock
from services.billing.invoices import issuing, reminders, sending
from services.billing.invoices.parties import seller_now
from shared.copies import workspace_of
from shared.errors import is_lost_connection
from shared.events import Actor
from shared.jobs import JobContext, Jobs
from shared.leases import work_through
from shared.logs import correlated
from shared.outbox import Cause, transaction
from shared.scope import acting_in

log = structlog.get_logger()
jobs = Jobs("billing")

BATCH = 50


@jobs.every(seconds=1)
async def start_due_billing(job: JobContext) -> int:
    """Start billing for each subscription whose billing delay is over (D9)."""
    async with job.sessions.begin() as session:
        due = await clock.claim_due(session, now=job.now, limit=BATCH)
        for subscription in due:
            with correlated(subscription.correlation_id):
                async with _working_for(session, subscription.workspace_id, subscription.origin.cause(job.now)):
                    await clock.start_billing(session, subscription)
                log.info("billing.started", subscription_id=str(subscription.id))
    return len(due)


@jobs.every(seconds=1)
async def issue_due_invoices(job: JobContext) -> int:
    """Bill the due groups, one transaction per group, so that the number series is locked briefly. A group that fails
    is skipped and retried in the next run."""
    run = BillingRun(job, job.now)
    for _ in range(BATCH):
        if not await run.bill_next():
            break
    return run.issued


@dataclass
class BillingRun:
    """One pass over the due groups."""

    job: JobContext
    now: datetime
    position: issuing.RunPosition = issuing.RUN_START
    issued: int = 0

    async def bill_next(self) -> bool:
        """Bill the next group. Returns False when there is none left."""
        with ExitStack() as log_context:
            try:
                async with self.job.sessions.begin() as session:
                    group = await issuing.claim_due_group(session, today=self.now.date(), after=self.position)
                    if group is None or group.next_billing_on is None:
                        return False
                    self.position = (group.next_billing_on, group.id)
                    await self._bill(session, group, log_context)
            except Exception as error:
                if is_lost_connection(error):
                    raise
                log.exception("billing_run.group_failed", bill_group_id=str(self.position[1]))
            else:
                self.issued += 1
                log.info("billing_run.group_billed", bill_group_id=str(self.position[1]))
        return True

    async def _bill(self, session: AsyncSession, group: BillGroup, log_context: ExitStack) -> None:
        """Bill one group, under the correlation id of its oldest order. ``log_context`` outlives this call, so that an
        error is logged under that id too."""
        due = await issuing.due_subscriptions(session, group, today=self.now.date())
        cause = due[0].origin.cause(self.now) if due else Cause(Actor(), self.now)
        log_context.enter_context(correlated(cause.correlation_id))
        async with _working_for(session, group.workspace_id, cause):
            seller = await seller_now(session, self.job.settings)
            await issuing.bill_group(session, group, due, seller, now=self.now)


@jobs.every(seconds=60)
async def send_reminders(job: JobContext) -> int:
    """Remind of overdue invoices, in business time, each in a transaction of its own. Returns how many were told of."""
    today = job.now.date()
    async with job.sessions.begin() as session:
        due = await reminders.due_reminders(session, job.settings, today=today, limit=BATCH)
    told = 0
    for invoice_id, workspace_id in due:
        cause = Cause(Actor(), job.now)
        with correlated(cause.correlation_id):
            try:
                async with transaction(job.sessions, cause, workspace_id=workspace_id) as session:
                    parent_id = (await workspace_of(session, workspace_id)).parent_workspace_id
                    session.info["cause"] = replace(cause, parent_workspace_id=parent_id)
                    invoice = await reminders.lock_overdue(session, invoice_id)
                    told += bool(invoice and await reminders.remind(session, job.settings, invoice, today=today))
            except Exception as error:
                if is_lost_connection(error):
                    raise
                log.exception("reminders.invoice_failed", invoice_id=str(invoice_id))
    return told


@jobs.every(seconds=1)
async def send_documents(job: JobContext) -> int:
    """Send the documents of invoices that were issued or paid, for mails."""
    return await work_through(job, sending.claim_documents, sending.print_document, sending.send_document)


@asynccontextmanager
async def _working_for(session: AsyncSession, workspace_id: UUID, cause: Cause) -> AsyncIterator[None]:
    """Continue the transaction for a workspace, because of ``cause``."""
    async with acting_in(session, workspace_id):
        session.info["cause"] = cause
        yield
