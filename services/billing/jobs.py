"""Jobs: billing clocks, the billing run, reminders, printing, and documents for mails. Those of payments:
`payment_jobs`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups import standing
from services.billing.billing_clock import service as clock
from services.billing.billing_runs.service import BillingRun
from services.billing.documents import service as documents
from services.billing.erased_people import service as erased_people
from services.billing.erased_people.models import ErasedPerson
from services.billing.invoices import files, reminders, sending
from services.billing.invoices.models import InvoiceFile
from services.billing.quotes import expiring
from services.billing.quotes import files as offers
from services.billing.quotes.models import QuoteOffer
from services.billing.subscription_changes import terms
from shared.copies import workspace_of
from shared.erased_people import forget_again
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
Work = Callable[[AsyncSession, UUID, UUID], Awaitable[bool]]
"""What is done with a row: in a session, of a workspace, with the row's id. Whether anything was due."""


@jobs.every(seconds=1)
async def start_due_billing(job: JobContext) -> int:
    """Start billing for each subscription whose billing delay is over (D9)."""
    async with job.sessions.begin() as session:
        due = await clock.claim_due(session, now=job.now, limit=BATCH)
        for subscription in due:
            with correlated(subscription.correlation_id):
                async with _working_for(session, subscription.workspace_id, subscription.origin.cause(job.now)):
                    await clock.start_billing(session, job.settings, subscription)
                log.info("billing.started", subscription_id=str(subscription.id))
    return len(due)


@jobs.every(seconds=1)
async def issue_due_invoices(job: JobContext) -> int:
    """Bill the groups whose billing date has come."""
    return await BillingRun(job.sessions, job.settings, job.now).bill_all()


@jobs.every(seconds=60)
async def tell_of_groups(job: JobContext) -> int:
    """Publish once what holds of the bill groups that were there before anybody was told."""
    async with job.sessions.begin() as session:
        untold = await standing.claim_untold(session, limit=BATCH)
        for group in untold:
            cause = Cause(Actor(), job.now)
            with correlated(cause.correlation_id):
                async with _working_for(session, group.workspace_id, cause):
                    await standing.tell(session, group)
    return len(untold)


@jobs.every(seconds=60)
async def end_terms(job: JobContext) -> int:
    """End what was cancelled for today, renew or end terms, and tell of those that end soon. In business time."""
    today = job.settings.day_of(job.now)
    async with job.sessions() as session:
        due = await terms.due_terms(session, today=today, limit=BATCH)

    async def come(session: AsyncSession, workspace_id: UUID, subscription_id: UUID) -> bool:
        return await terms.come_to_terms(session, subscription_id, today=today, now=job.now)

    return await each(job, due, come)


@jobs.every(seconds=60)
async def note_past_due(job: JobContext) -> int:
    """Note which bill groups have owed something for too long, in business time."""
    until = standing.past_due_until(job.settings, job.settings.day_of(job.now))
    async with job.sessions() as session:
        changed = await standing.changed_past_due(session, until=until, limit=BATCH)

    async def note(session: AsyncSession, workspace_id: UUID, group_id: UUID) -> bool:
        return await standing.note_past_due(session, group_id, until=until)

    return await each(job, changed, note)


@jobs.every(seconds=60)
async def send_reminders(job: JobContext) -> int:
    """Remind of overdue invoices, in business time, each in a transaction of its own. Returns how many were told of."""
    today = job.settings.day_of(job.now)
    async with job.sessions.begin() as session:
        due = await reminders.due_reminders(session, job.settings, today=today, limit=BATCH)

    async def remind(session: AsyncSession, workspace_id: UUID, invoice_id: UUID) -> bool:
        invoice = await reminders.lock_overdue(session, job.settings, invoice_id)
        return bool(invoice and await reminders.remind(session, job.settings, invoice, today=today))

    return await each(job, due, remind)


@jobs.every(seconds=5, woken_by=InvoiceFile.__tablename__)
async def print_invoices(job: JobContext) -> int:
    """Print the invoices that were issued, each once."""
    return await work_through(job, files.claim_files, files.print_file, files.record_file)


@jobs.every(seconds=600)
async def find_unprinted(job: JobContext) -> int:
    """Have invoices printed that were issued before their files were kept."""
    async with job.sessions.begin() as session:
        return await files.add_missing_rows(session)


@jobs.every(seconds=600)
async def forget_documents(job: JobContext) -> int:
    """Delete the files of documents that were removed from accounts."""
    return await documents.forget_removed(documents.store_of(job.settings), job.sessions, job.real_now)


@jobs.every(seconds=5, woken_by=QuoteOffer.__tablename__)
async def print_offers(job: JobContext) -> int:
    """Print the offers that were made, each once."""
    return await work_through(job, offers.claim_offers, offers.print_offer, offers.record_offer)


@jobs.every(seconds=60)
async def end_offers(job: JobContext) -> int:
    """End the offers whose last day is over, and tell of those that end soon, in business time."""
    today = job.settings.day_of(job.now)
    async with job.sessions() as session:
        over = await expiring.over(session, today=today, limit=BATCH)
        ending = await expiring.ending(session, today=today, limit=BATCH)

    async def expire(session: AsyncSession, workspace_id: UUID, quote_id: UUID) -> bool:
        return await expiring.expire(session, workspace_id, quote_id, today=today)

    async def remind(session: AsyncSession, workspace_id: UUID, quote_id: UUID) -> bool:
        return await expiring.remind(session, workspace_id, quote_id, today=today)

    return await each(job, over, expire) + await each(job, ending, remind)


@jobs.every(seconds=0.5)
async def send_documents(job: JobContext) -> int:
    """Send the documents of invoices that were issued or paid, for mails."""
    return await work_through(job, sending.claim_documents, sending.read_document, sending.send_document)


async def each(job: JobContext, found: Sequence[tuple[UUID, UUID]], work: Work) -> int:
    """Do something with each row, given with its workspace, in a transaction of its own, as the system. Returns how
    often anything was due."""
    done = 0
    for row_id, workspace_id in found:
        cause = Cause(Actor(), job.now)
        with correlated(cause.correlation_id), failing_alone(row_id):
            async with transaction(job.sessions, cause, workspace_id=workspace_id) as session:
                parent_id = (await workspace_of(session, workspace_id)).parent_workspace_id
                session.info["cause"] = replace(cause, parent_workspace_id=parent_id)
                done += await work(session, workspace_id, row_id)
    return done


@contextmanager
def failing_alone(row_id: UUID) -> Iterator[None]:
    """Log what fails with one row, so that the next ones are worked on. A lost connection fails the whole job."""
    try:
        yield
    except Exception as error:
        if is_lost_connection(error):
            raise
        log.exception("job.row_failed", id=str(row_id))


@asynccontextmanager
async def _working_for(session: AsyncSession, workspace_id: UUID, cause: Cause) -> AsyncIterator[None]:
    """Continue the transaction for a workspace, because of ``cause``."""
    async with acting_in(session, workspace_id):
        session.info["cause"] = cause
        yield


@jobs.every(seconds=21600)
async def forget_erased_people_again(job: JobContext) -> int:
    """Forget what has arrived late of people who are erased: an event that was on its way, a click of before."""
    async with job.sessions.begin() as session:
        return await forget_again(session, ErasedPerson, erased_people.forget, job.real_now)
