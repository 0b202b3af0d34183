"""The states of a delivery. Who sends holds a lease; a sender that dies leaves the mail to the next, which sends it
under the same Message-ID."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import OVER, WAITING, Delivery, DeliveryState
from services.notifications.messages.models import Message
from shared.events.notifications import MessageFailed, MessageSent
from shared.outbox import emit

BACKOFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))
"""Real time before each further try; the last one goes on."""
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


async def claim_due(session: AsyncSession, *, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take the mails that are due longest, and those whose sender died, for the time of ``lease``. The session's
    transaction ends before anything is sent."""
    due = and_(Delivery.state.in_(WAITING), Delivery.due_at <= now)
    left_alone = and_(Delivery.state == DeliveryState.sending, Delivery.leased_until < now)
    query = select(Delivery).where(or_(due, left_alone)).order_by(Delivery.due_at).limit(limit)
    claimed = list(await session.scalars(query.with_for_update(skip_locked=True)))
    for delivery in claimed:
        delivery.state = DeliveryState.sending
        delivery.attempts += 1
        delivery.lease_id, delivery.leased_until = uuid4(), now + lease
    return claimed


async def record(session: AsyncSession, claimed: Delivery, outcome: Outcome, *, now: datetime) -> bool:
    """Note what came of one try, unless another sender has taken over meanwhile; then False."""
    held = select(Delivery).where(Delivery.id == claimed.id, Delivery.lease_id == claimed.lease_id)
    delivery = await session.scalar(held.with_for_update())
    if delivery is None:
        return False
    message = await session.get_one(Message, delivery.message_id)
    delivery.lease_id = delivery.leased_until = None
    match outcome:
        case Sent():
            _end(delivery, DeliveryState.sent, None, now)
            await emit(session, MessageSent(**_told(message)))
        case NotNow(reason) if (due_at := next_try(delivery, now)) is not None:
            delivery.state, delivery.reason, delivery.due_at = DeliveryState.deferred, reason, due_at
        case NotNow(reason) | Never(reason):
            _end(delivery, DeliveryState.failed, reason, now)
            await emit(session, MessageFailed(**_told(message), reason=reason))
        case NotWanted(reason):
            _end(delivery, DeliveryState.suppressed, reason, now)
    return True


def next_try(delivery: Delivery, now: datetime) -> datetime | None:
    """When to try again; None once it has waited long enough."""
    due_at = now + BACKOFF[min(delivery.attempts, len(BACKOFF)) - 1]
    return due_at if due_at < delivery.created_at + GIVEN_UP_AFTER else None


def _end(delivery: Delivery, state: DeliveryState, reason: str | None, now: datetime) -> None:
    """A secret goes with the end, whatever it is (D30)."""
    assert state in OVER
    delivery.state, delivery.reason, delivery.ended_at, delivery.sealed = state, reason, now, None


class _Told(TypedDict):
    workspace_id: UUID
    message_id: UUID
    topic: str
    recipient_kind: str


def _told(message: Message) -> _Told:
    return {
        "workspace_id": message.workspace_id,
        "message_id": message.id,
        "topic": message.topic,
        "recipient_kind": message.recipient_kind,
    }
