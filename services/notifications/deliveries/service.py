"""The states of a delivery. The sending worker holds a lease. If it dies, another worker sends the mail under the same
Message-ID."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.documents import forget_document
from services.notifications.deliveries.models import FINAL_STATES, Delivery, DeliveryState
from services.notifications.messages.models import Message
from services.notifications.undelivered_mails.listing import Attempt, list_mail, unlist_mail
from services.notifications.undelivered_mails.reasons import Reason
from shared.events.notifications import MessageFailed, MessageSent
from shared.leases import Claim, GivenUp, Retry, claim
from shared.outbox import emit

RETRY = Retry(tries=100, pauses=tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600)))
"""More attempts than fit into three days. Only a mail that crashes its workers reaches the limit."""
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a mail is retried, for a mail server or a recipient whose event has not arrived."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server accepted it."""


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


@dataclass(frozen=True, slots=True)
class NotWanted:
    """The recipient was removed or has opted out."""

    reason: str


SendOutcome = Sent | NotNow | Never | NotWanted


async def claim_due(session: AsyncSession, *, now: datetime, lease: timedelta, limit: int) -> list[Claim[Delivery]]:
    """Claim due mails, including those whose worker died, oldest first. ``now`` is real time."""
    return await claim(session, Delivery, RETRY, now=now, lease=lease, limit=limit, state=DeliveryState.sending)


async def record(session: AsyncSession, delivery: Delivery, outcome: SendOutcome | GivenUp, *, now: datetime) -> None:
    """Record the outcome of one attempt. ``now`` is real time."""
    match outcome:
        case Sent():
            _end(delivery, DeliveryState.sent, None, now)
            await emit(session, MessageSent(**await _event_fields(session, delivery)))
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
    if delivery.state in FINAL_STATES:
        await forget_document(session, delivery)


async def _follow(session: AsyncSession, delivery: Delivery, outcome: SendOutcome | GivenUp, now: datetime) -> None:
    """Keep the list of undelivered mails."""
    match outcome:
        case Sent() | NotWanted():
            await unlist_mail(session, delivery.message_id)
        case GivenUp():
            await _list(session, delivery, Reason.begun_too_often, None, now)
        case NotNow(why=Reason() as why) | Never(why=Reason() as why):
            await _list(session, delivery, why, outcome.answer, now)


async def _list(session: AsyncSession, delivery: Delivery, why: Reason, answer: int | None, now: datetime) -> None:
    message = await session.get_one(Message, delivery.message_id)
    await list_mail(session, message, Attempt(why, answer, delivery.tries, now, delivery.due_at))


def _next_try(delivery: Delivery, now: datetime, at_latest: datetime | None) -> datetime | None:
    due_at = RETRY.next_try(delivery, now, until=delivery.tried_since + GIVEN_UP_AFTER)
    return min(due_at, max(at_latest, now)) if due_at and at_latest else due_at


async def _fail(session: AsyncSession, delivery: Delivery, reason: str, now: datetime) -> None:
    _end(delivery, DeliveryState.failed, reason, now)
    await emit(session, MessageFailed(**await _event_fields(session, delivery), reason=reason))


def _end(delivery: Delivery, state: DeliveryState, reason: str | None, now: datetime) -> None:
    """Every final state deletes the secret (D30)."""
    assert state in FINAL_STATES
    delivery.state, delivery.reason, delivery.ended_at, delivery.sealed = state, reason, now, None
    delivery.due_at = None


class _EventFields(TypedDict):
    workspace_id: UUID
    message_id: UUID
    topic: str
    recipient_kind: str


async def _event_fields(session: AsyncSession, delivery: Delivery) -> _EventFields:
    message = await session.get_one(Message, delivery.message_id)
    return {
        "workspace_id": message.workspace_id,
        "message_id": message.id,
        "topic": message.topic,
        "recipient_kind": message.recipient_kind,
    }
