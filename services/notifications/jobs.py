"""Timed work: sending what is due, and forgetting announcements."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.composing import SecretSpent, Unwanted, compose
from services.notifications.deliveries.models import Delivery
from services.notifications.deliveries.posting import build_mail, post
from services.notifications.deliveries.service import Never, NotNow, NotWanted, Outcome, claim_due, record
from services.notifications.messages.models import Message
from shared.copies import NotYetKnown, workspaces
from shared.events import Actor
from shared.jobs import JobContext, Jobs
from shared.outbox import Cause, transaction

log = structlog.get_logger()
jobs = Jobs("notifications")


@jobs.every(seconds=0.25)
async def send_due_mail(job: JobContext) -> int:
    """Send the mails that are due, several at once. Each is claimed and recorded in a transaction of its own, and the
    mail server is spoken to between the two."""
    lease = timedelta(seconds=job.settings.lease_seconds)
    async with job.sessions.begin() as session:
        claimed = await claim_due(session, now=job.real_now, lease=lease, limit=job.settings.mails_at_once)
    ends = await asyncio.gather(*(deliver(job, delivery) for delivery in claimed), return_exceptions=True)
    for error in filter(None, ends):
        log.error("mail.not_recorded", exc_info=error)  # its lease ends, and somebody sends it again
    return len(claimed)


async def deliver(job: JobContext, delivery: Delivery) -> None:
    """Send one mail, and note what came of it."""
    outcome = await attempt(job, delivery)
    async with job.sessions() as session:
        message = await session.get_one(Message, delivery.message_id)
        cause = await _cause(session, message, job)
    async with transaction(job.sessions, cause, workspace_id=message.workspace_id) as session:
        held = await record(session, delivery, outcome, now=job.real_now)
    log.info("mail.tried" if held else "mail.lease_lost", message_id=str(message.id), topic=message.topic,
             attempt=delivery.attempts, outcome=type(outcome).__name__)  # fmt: skip


async def attempt(job: JobContext, delivery: Delivery) -> Outcome:
    """One try. A mail that cannot be written, for whatever reason, holds up no other."""
    try:
        async with job.sessions() as session:
            message, mail = await compose(session, delivery, job.settings)
        return await post(build_mail(mail, message.id, job.settings, job.real_now), job.settings)
    except NotYetKnown as missing:
        return NotNow(f"Not known yet: {missing}.")
    except Unwanted as reason:
        return NotWanted(str(reason))
    except SecretSpent as reason:
        return Never(str(reason))
    except Exception as error:
        log.exception("mail.not_written", delivery_id=str(delivery.id))
        return NotNow(f"The mail could not be written: {type(error).__name__}.")


async def _cause(session: AsyncSession, message: Message, job: JobContext) -> Cause:
    """The system sends; who did what the mail tells of began it."""
    parent = select(workspaces.c.parent_workspace_id).where(workspaces.c.id == message.workspace_id)
    return Cause(
        Actor(user_id=message.begun_by),
        job.now,
        message.correlation_id,
        message.causation_id,
        await session.scalar(parent),
    )


@jobs.every(seconds=3600)
async def forget_announcements(job: JobContext) -> int:
    """After a day, no contact that was added before can be unknown any more."""
    old = text("DELETE FROM announcements WHERE kept_at < clock_timestamp() - interval '1 day'")
    async with job.sessions.begin() as session:
        await session.execute(old)
    return 0
