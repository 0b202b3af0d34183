"""The states of a delivery. The sending worker holds a lease. If it dies, another worker sends the mail under the same
Message-ID."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.documents import forget_document
from services.notifications.deliveries.gathering import gathered_into
from services.notifications.deliveries.models import FINAL_STATES, Delivery, DeliveryState
from services.notifications.deliveries.news import count_returned, end_news
from services.notifications.mail_tests.keeping import follow_test
from services.notifications.mail_tests.models import MailTestState
from services.notifications.messages.models import Message
from services.notifications.news.models import NewsPace
from services.notifications.own_mails.keeping import follow_delivery
from services.notifications.own_mails.service import BOUNCED
from services.notifications.suppressions.keeping import Bounce, take_bounce
from services.notifications.topics import Topic
from services.notifications.undelivered_mails.listing import Attempt, list_mail, unlist_mail
from services.notifications.undelivered_mails.reasons import Reason
from shared.events.notifications import MessageFailed, MessageSent
from shared.leases import Claim, GivenUp, Retry, claim
from shared.outbox import cause_of, emit_all

RETRY = Retry(tries=100, pauses=tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600)))
"""More attempts than fit into three days. Only a mail that crashes its workers reaches the limit."""
BEHIND = timedelta(seconds=1)
"""How much of the pace of news is caught up with, when nobody has sent any for a while."""
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a mail is retried, for a mail server or a recipient whose event has not arrived."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server accepted it."""

    is_caught: bool = False
    """Whether it was Portico's own mail catcher, which hands nothing on."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """A temporary failure: retry later."""

    reason: str
    why: Reason | None
    """For the list of undelivered mails. None where it is no reason to list it."""
    answer: int | None = None
    """The mail server's code."""
    at_latest: datetime | None = None
    """When the reason ends by itself: the pause ends with it."""


@dataclass(frozen=True, slots=True)
class Never:
    """A permanent failure."""

    reason: str
    why: Reason | None
    answer: int | None = None
    bounce: Bounce | None = None
    """What the mail server said of the mailbox."""


@dataclass(frozen=True, slots=True)
class NotWanted:
    """The recipient was removed or has opted out, or mails to them come back."""

    reason: str
    code: str
    """For the recipient."""


SendOutcome = Sent | NotNow | Never | NotWanted


async def claim_due(session: AsyncSession, *, now: datetime, lease: timedelta, limit: int) -> list[Claim[Delivery]]:
    """Claim due mails, including those whose worker died, oldest first, but no news. ``now`` is real time."""
    return await _claim(session, Delivery.campaign_id.is_(None), now, lease, limit)


async def claim_news(
    session: AsyncSession, *, now: datetime, lease: timedelta, limit: int, per_minute: int
) -> list[Claim[Delivery]]:
    """Claim due news, as far as all workers together keep to so many a minute. ``now`` is real time."""
    is_due = Delivery.campaign_id.is_not(None), Delivery.due_at <= now
    if await session.scalar(select(Delivery.id).where(*is_due).limit(1)) is None:
        return []  # as nearly always: nothing is written for that
    await session.execute(insert(NewsPace).values(id=1, next_at=now).on_conflict_do_nothing())
    pace = await session.scalar(select(NewsPace).with_for_update(skip_locked=True))
    if pace is None or pace.next_at > now:
        return []
    pause = timedelta(minutes=1) / per_minute
    begins = max(pace.next_at, now - BEHIND)
    most = min(limit, (now - begins) // pause + 1)
    found = await _claim(session, Delivery.campaign_id.is_not(None), now, lease, most)
    pace.next_at = begins + len(found) * pause
    return found


async def _claim(
    session: AsyncSession, among: ColumnElement[bool], now: datetime, lease: timedelta, limit: int
) -> list[Claim[Delivery]]:
    return await claim(session, Delivery, RETRY, now=now, lease=lease, limit=limit, among=among,
                       state=DeliveryState.sending)  # fmt: skip


async def record(session: AsyncSession, delivery: Delivery, outcome: SendOutcome | GivenUp, *, now: datetime) -> None:
    """Record the outcome of one attempt. ``now`` is real time."""
    match outcome:
        case Sent():
            _end(delivery, DeliveryState.sent, None, now)
            await _tell(session, delivery, MessageSent)
        case NotNow(reason) if due_at := _next_try(delivery, now, outcome.at_latest):
            delivery.state, delivery.reason, delivery.due_at = DeliveryState.deferred, reason, due_at
        case NotNow(reason) | Never(reason):
            await _fail(session, delivery, reason, now)
        case GivenUp():
            await _fail(session, delivery, "Its sending was begun too often without coming to an end.", now)
        case NotWanted(reason):
            _end(delivery, DeliveryState.suppressed, reason, now)
    await session.flush()
    await _follow(session, delivery, outcome, now)
    waits_for_staff = isinstance(outcome, NotWanted) and outcome.code == BOUNCED
    if delivery.campaign_id is not None and delivery.state in FINAL_STATES:
        await end_news(session, delivery, outcome.code if isinstance(outcome, NotWanted) else None, now)
    if delivery.state in FINAL_STATES and not waits_for_staff:
        await forget_document(session, delivery)


async def record_bounce(session: AsyncSession, delivery: Delivery, bounce: Bounce, now: datetime) -> None:
    """A mail that was sent came back: it has failed after all. ``now`` is real time."""
    if delivery.state == DeliveryState.sent:
        await _fail(session, delivery, f"It came back with the status {bounce.status}.", now)
        await session.flush()
        await follow_delivery(session, delivery.message_id, delivery.state, BOUNCED, delivery.ended_at)
        if delivery.campaign_id is not None:
            await count_returned(session, delivery)
        else:
            await _list(session, delivery, Reason.bounced, None, now)


async def _follow(session: AsyncSession, delivery: Delivery, outcome: SendOutcome | GivenUp, now: datetime) -> None:
    """Keep the list of undelivered mails, and of a user's own ones."""
    why = _why(outcome)
    if isinstance(outcome, Never) and outcome.bounce:
        await take_bounce(session, await session.get_one(Message, delivery.message_id), outcome.bounce, now)
    topic = await follow_delivery(session, delivery.message_id, delivery.state, why, delivery.ended_at)
    if topic == Topic.mailbox_test:
        is_caught = isinstance(outcome, Sent) and outcome.is_caught
        state = MailTestState.caught if is_caught else MailTestState(delivery.state)
        answer = outcome.answer if isinstance(outcome, (NotNow, Never)) else None
        await follow_test(session, delivery.message_id, state, why, answer, now)
    match outcome:
        case NotWanted(code=code) if (
            code == BOUNCED and delivery.campaign_id is None
        ):  # staff see it: somebody has to put the address right
            await _list(session, delivery, Reason.suppressed, None, now)
        case Sent() | NotWanted():
            if delivery.tries > 1 or delivery.retried_at is not None:  # else it was never listed
                await unlist_mail(session, delivery.message_id)
        case _ if delivery.campaign_id is not None:
            return  # the campaign's page says how many failed: the list is for what somebody waits for
        case GivenUp():
            await _list(session, delivery, Reason.begun_too_often, None, now)
        case NotNow(why=Reason() as why) | Never(why=Reason() as why):
            await _list(session, delivery, why, outcome.answer, now)


def _why(outcome: SendOutcome | GivenUp) -> str | None:
    match outcome:
        case NotWanted(code=code):
            return code
        case NotNow(why=Reason() as why) | Never(why=Reason() as why):
            return why
        case GivenUp():
            return Reason.begun_too_often
    return None


async def _list(session: AsyncSession, delivery: Delivery, why: Reason, answer: int | None, now: datetime) -> None:
    message = await session.get_one(Message, delivery.message_id)
    await list_mail(session, message, Attempt(why, answer, delivery.tries, now, delivery.due_at))


def _next_try(delivery: Delivery, now: datetime, at_latest: datetime | None) -> datetime | None:
    due_at = RETRY.next_try(delivery, now, until=delivery.tried_since + GIVEN_UP_AFTER)
    return min(due_at, max(at_latest, now)) if due_at and at_latest else due_at


async def _fail(session: AsyncSession, delivery: Delivery, reason: str, now: datetime) -> None:
    _end(delivery, DeliveryState.failed, reason, now)
    await _tell(session, delivery, MessageFailed, reason=reason)


def _end(delivery: Delivery, state: DeliveryState, reason: str | None, now: datetime) -> None:
    """Every final state deletes the secret (D30)."""
    assert state in FINAL_STATES
    delivery.state, delivery.reason, delivery.ended_at, delivery.sealed = state, reason, now, None
    delivery.due_at = None


async def _tell(
    session: AsyncSession, delivery: Delivery, event: type[MessageSent | MessageFailed], **fields: str
) -> None:
    """Of each message that the mail tells, in the workspace of its own cause."""
    message, cause = await session.get_one(Message, delivery.message_id), cause_of(session)
    about: dict[str, Any] = {"topic": message.topic, "recipient_kind": message.recipient_kind, **fields}
    if event is MessageFailed and message.topic == Topic.invitation:
        about["invitation_mail_id"] = message.fact_id
    told = [(cause, event(workspace_id=message.workspace_id, message_id=message.id, **about))]
    for other in await gathered_into(session, delivery):
        said = event(workspace_id=other.workspace_id, message_id=other.message_id, **about)
        told.append((other.origin.cause(cause.now), said))
    await emit_all(session, told)
