"""The states of a delivery. Who sends holds a lease; a sender that dies leaves the mail to the next, which sends it
under the same Message-ID."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import OVER, Delivery, DeliveryState
from services.notifications.messages.models import Message
from shared.events.notifications import MessageFailed, MessageSent
from shared.leases import Claim, GivenUp, Terms, claim
from shared.outbox import emit

TERMS = Terms(tries=100, pauses=tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600)))
"""More tries than go into three days: so many only a mail needs whose senders die of it."""
GIVEN_UP_AFTER = timedelta(days=3)
"""So long a mail waits for a mail server, or for a recipient whose event has not come yet."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server took it."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """Trying again later may do."""

    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """Trying again cannot do."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotWanted:
    """Its recipient is none any more."""

    reason: str


Outcome = Sent | NotNow | Never | NotWanted


async def claim_due(session: AsyncSession, *, now: datetime, lease: timedelta, limit: int) -> list[Claim[Delivery]]:
    """Take the mails that are due longest, and those whose sender died. ``now`` is real time."""
    return await claim(session, Delivery, TERMS, now=now, lease=lease, limit=limit, state=DeliveryState.sending)


async def record(session: AsyncSession, delivery: Delivery, outcome: Outcome | GivenUp, *, now: datetime) -> None:
    """Note what came of one try. ``now`` is real time."""
    match outcome:
        case Sent():
            _end(delivery, DeliveryState.sent, None, now)
            await emit(session, MessageSent(**await _told(session, delivery)))
        case NotNow(reason) if due_at := _next_try(delivery, now):
            delivery.state, delivery.reason, delivery.due_at = DeliveryState.deferred, reason, due_at
        case NotNow(reason) | Never(reason):
            await _fail(session, delivery, reason, now)
        case GivenUp():
            await _fail(session, delivery, "Its sending was begun too often without coming to an end.", now)
        case NotWanted(reason):
            _end(delivery, DeliveryState.suppressed, reason, now)


def _next_try(delivery: Delivery, now: datetime) -> datetime | None:
    return TERMS.next_try(delivery, now, until=delivery.created_at + GIVEN_UP_AFTER)


async def _fail(session: AsyncSession, delivery: Delivery, reason: str, now: datetime) -> None:
    _end(delivery, DeliveryState.failed, reason, now)
    await emit(session, MessageFailed(**await _told(session, delivery), reason=reason))


def _end(delivery: Delivery, state: DeliveryState, reason: str | None, now: datetime) -> None:
    """A secret goes with the end, whatever it is (D30)."""
    assert state in OVER
    delivery.state, delivery.reason, delivery.ended_at, delivery.sealed = state, reason, now, None
    delivery.due_at = None


class _Told(TypedDict):
    workspace_id: UUID
    message_id: UUID
    topic: str
    recipient_kind: str


async def _told(session: AsyncSession, delivery: Delivery) -> _Told:
    message = await session.get_one(Message, delivery.message_id)
    return {
        "workspace_id": message.workspace_id,
        "message_id": message.id,
        "topic": message.topic,
        "recipient_kind": message.recipient_kind,
    }
