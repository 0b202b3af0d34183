"""Jobs: sending due mails, reading what came back, and deleting old announcements, documents and entries of lists."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.bounces.models import ReturnedMail
from services.notifications.bounces.service import read_next
from services.notifications.campaigns.sending import advance, claim_due_campaigns
from services.notifications.deliveries.composing import NoRecipientYet, SecretSpent, Unwanted, compose
from services.notifications.deliveries.connections import MailServer, mail_server
from services.notifications.deliveries.documents import WAIT, NotPrintedYet, forget_old_documents
from services.notifications.deliveries.models import Delivery
from services.notifications.deliveries.sending import build_mail, send
from services.notifications.deliveries.service import (
    Never,
    NotNow,
    NotWanted,
    SendOutcome,
    claim_due,
    claim_news,
    record,
)
from services.notifications.erased_people import service as erased_people
from services.notifications.erased_people.models import ErasedPerson
from services.notifications.news.models import Campaign
from services.notifications.notices.keeping import forget_notices
from services.notifications.own_mails.keeping import forget_mails
from services.notifications.suppressions.keeping import forget_bounces
from services.notifications.undelivered_mails.listing import forget_given_up
from services.notifications.undelivered_mails.reasons import Reason
from shared.erased_people import forget_again
from shared.errors import NotYetKnown
from shared.jobs import JobContext, Jobs
from shared.leases import Claim, GivenUp, work_on, work_through
from shared.telemetry import metrics

log = structlog.get_logger()
jobs = Jobs("notifications")


@jobs.every(seconds=1, woken_by=Delivery.__tablename__)
async def send_due_mail(job: JobContext) -> int:
    """Send the due mails, several concurrently."""
    return await send_all(job, claim_mails, job.settings.mails_at_once)


async def claim_mails(job: JobContext, session: AsyncSession, limit: int) -> list[Claim[Delivery]]:
    lease = timedelta(seconds=job.settings.lease_seconds)
    return await claim_due(session, now=job.real_now, lease=lease, limit=limit)


@jobs.every(seconds=0.5)
async def send_due_news(job: JobContext) -> int:
    """Send the news of campaigns, in their own pace and beside all other mails, so that none waits behind them."""
    return await send_all(job, claim_due_news, job.settings.news_at_once)


async def claim_due_news(job: JobContext, session: AsyncSession, limit: int) -> list[Claim[Delivery]]:
    return await claim_news(
        session,
        now=job.real_now,
        lease=timedelta(seconds=job.settings.lease_seconds),
        limit=limit,
        per_minute=job.settings.news_per_minute,
    )


Find = Callable[[JobContext, AsyncSession, int], Awaitable[list[Claim[Delivery]]]]
"""Claims at most so many mails."""


async def send_all(job: JobContext, find: Find, at_once: int) -> int:
    """Send mails as long as ``find`` claims any, up to ``at_once`` concurrently, and return how many there were. None
    waits for a slower one, and each claim is for at least a quarter of them, so that claiming costs little."""
    done, sending, more = 0, set[asyncio.Task[None]](), True
    async with mail_server(job.settings) as server, asyncio.TaskGroup() as group:
        while more:
            async with job.sessions.begin() as session:
                wanted = at_once - len(sending)
                claims = await find(job, session, wanted)
            for claim in claims:
                sending.add(group.create_task(work_on(job, claim, partial(attempt, server), record_attempt)))
            done, more = done + len(claims), len(claims) == wanted
            while more and 4 * len(sending) > 3 * at_once:
                _, sending = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
    return done


@jobs.every(seconds=5, woken_by=Campaign.__tablename__)
async def advance_campaigns(job: JobContext) -> int:
    """Begin the campaigns that are due, make their next messages, and empty the queue of those that were stopped."""
    return await work_through(job, claim_campaigns, no_attempt, record_step)


async def claim_campaigns(job: JobContext, session: AsyncSession) -> list[Claim[Campaign]]:
    lease = timedelta(seconds=job.settings.lease_seconds)
    return await claim_due_campaigns(session, now=job.real_now, lease=lease)


async def no_attempt(job: JobContext, campaign: Campaign) -> None:
    """Nothing is called outside: a step is one transaction, in which a page of messages is made or none."""


async def record_step(job: JobContext, session: AsyncSession, campaign: Campaign, outcome: GivenUp | None) -> None:
    await advance(session, campaign, now=job.real_now)


async def attempt(server: MailServer, job: JobContext, delivery: Delivery) -> SendOutcome:
    """One attempt. An error in composing a mail does not affect other mails."""
    try:
        async with job.sessions() as session:
            message, mail = await compose(session, delivery, job.settings, job.real_now)
        made = build_mail(mail, message.id, job.settings, job.real_now)
        return await send(server, made, message.id, job.settings, job.real_now)
    except NotYetKnown as missing:
        return _later(delivery, missing)
    except Unwanted as reason:
        return NotWanted(str(reason), reason.code)
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


@jobs.every(seconds=5, woken_by=ReturnedMail.__tablename__)
async def read_returned_mails(job: JobContext) -> int:
    """Read what mail servers have said of mails that came back."""
    return int(await read_next(job))


@jobs.every(seconds=3600)
async def forget_soft_bounces(job: JobContext) -> int:
    """Forget the bounces that do not count any more, 30 days after they came."""
    async with job.sessions.begin() as session:
        await forget_bounces(session, job.real_now)
    return 0


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


@jobs.every(seconds=3600)
async def forget_old_notices(job: JobContext) -> int:
    """Delete the notices that are older than 90 days, and of each person all but the newest 500."""
    async with job.sessions.begin() as session:
        await forget_notices(session, job.real_now)
    return 0


@jobs.every(seconds=3600)
async def forget_own_mails(job: JobContext) -> int:
    """Shorten the list of each person's mails by those of more than 90 days ago."""
    async with job.sessions.begin() as session:
        await forget_mails(session, job.real_now)
    return 0


@jobs.every(seconds=21600)
async def forget_erased_people_again(job: JobContext) -> int:
    """Forget what has arrived late of people who are erased: an event that was on its way, a click of before."""
    async with job.sessions.begin() as session:
        return await forget_again(session, ErasedPerson, erased_people.forget, job.real_now)
