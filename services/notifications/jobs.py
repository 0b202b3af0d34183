"""Jobs: sending due mails, and deleting old announcements, documents and entries of lists."""

from datetime import timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.composing import NoRecipientYet, SecretSpent, Unwanted, compose
from services.notifications.deliveries.documents import WAIT, NotPrintedYet, forget_old_documents
from services.notifications.deliveries.models import Delivery
from services.notifications.deliveries.sending import build_mail, send
from services.notifications.deliveries.service import Never, NotNow, NotWanted, SendOutcome, claim_due, record
from services.notifications.undelivered_mails.listing import forget_given_up
from services.notifications.undelivered_mails.reasons import Reason
from shared.errors import NotYetKnown
from shared.jobs import JobContext, Jobs
from shared.leases import Claim, GivenUp, work_through
from shared.telemetry import metrics

log = structlog.get_logger()
jobs = Jobs("notifications")


@jobs.every(seconds=0.25, woken_by=Delivery.__tablename__)
async def send_due_mail(job: JobContext) -> int:
    """Send the due mails, several concurrently."""
    return await work_through(job, claim_mails, attempt, record_attempt)


async def claim_mails(job: JobContext, session: AsyncSession) -> list[Claim[Delivery]]:
    lease = timedelta(seconds=job.settings.lease_seconds)
    return await claim_due(session, now=job.real_now, lease=lease, limit=job.settings.mails_at_once)


async def attempt(job: JobContext, delivery: Delivery) -> SendOutcome:
    """One attempt. An error in composing a mail does not affect other mails."""
    try:
        async with job.sessions() as session:
            message, mail = await compose(session, delivery, job.settings, job.real_now)
        return await send(build_mail(mail, message.id, job.settings, job.real_now), job.settings)
    except NotYetKnown as missing:
        return _later(delivery, missing)
    except Unwanted as reason:
        return NotWanted(str(reason))
    except SecretSpent as reason:
        return Never(str(reason), None)
    except Exception as error:
        log.exception("mail.compose_failed", delivery_id=str(delivery.id))
        return NotNow(f"The mail could not be written: {type(error).__name__}.", Reason.not_written)


def _later(delivery: Delivery, missing: NotYetKnown) -> NotNow:
    """To wait for a document is no reason to list a mail."""
    reason = f"Not known yet: {missing}."
    if isinstance(missing, NotPrintedYet):
        return NotNow(reason, None, at_latest=delivery.created_at + WAIT)
    return NotNow(reason, Reason.no_recipient if isinstance(missing, NoRecipientYet) else Reason.not_known)


async def record_attempt(
    job: JobContext, session: AsyncSession, delivery: Delivery, outcome: SendOutcome | GivenUp
) -> None:
    metrics.MAILS.labels(type(outcome).__name__).inc()
    await record(session, delivery, outcome, now=job.real_now)
    log.info("mail.attempted", message_id=str(delivery.message_id), state=delivery.state, reason=delivery.reason)


@jobs.every(seconds=3600)
async def forget_announcements(job: JobContext) -> int:
    """Delete announcements after a day, when all contacts that were added before them are known."""
    old = text("DELETE FROM announcements WHERE kept_at < clock_timestamp() - interval '1 day'")
    async with job.sessions.begin() as session:
        await session.execute(old)
    return 0


@jobs.every(seconds=3600)
async def forget_documents(job: JobContext) -> int:
    """Delete the documents whose mails never came."""
    async with job.sessions.begin() as session:
        await forget_old_documents(session, job.real_now)
    return 0


@jobs.every(seconds=3600)
async def forget_undelivered(job: JobContext) -> int:
    """Shorten the list of undelivered mails by those that were given up 90 days ago."""
    async with job.sessions.begin() as session:
        await forget_given_up(session, job.real_now)
    return 0
