"""Has mails tried again at once: their recipient is known now, or staff have asked for it. And once more, where their
recipient has asked for it."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import Delivery, DeliveryState
from services.notifications.deliveries.queueing import Fact, notify
from services.notifications.messages.models import Message
from services.notifications.own_mails.models import OwnMail
from services.notifications.topics import Recipient, Topic
from services.notifications.undelivered_mails.listing import waiting_for
from shared.events.notifications import MessageAskedAgain
from shared.origin import Origin
from shared.outbox import cause_of


async def send_waiting(session: AsyncSession, recipient: Recipient) -> None:
    """Send what waits for a recipient that has an address now."""
    waiting = update(Delivery).where(
        Delivery.message_id.in_(await waiting_for(session, recipient)), Delivery.state == DeliveryState.deferred
    )
    await session.execute(waiting.values(due_at=func.clock_timestamp()).execution_options(synchronize_session=False))


async def repeat(session: AsyncSession, event: MessageAskedAgain) -> None:
    """Mail a user once more what they were mailed, as a new message (D23)."""
    former, own = await session.get(Message, event.message_id), await session.get(OwnMail, event.message_id)
    if former is None or own is None:
        return
    origin = Origin.of(cause_of(session))
    fact = Fact(Topic(former.topic), event.event_id, former.workspace_id, former.facts, origin, own.seen_from, True)
    await notify(session, fact, former.recipient)


async def try_again(session: AsyncSession, message_id: UUID) -> None:
    """Try a mail again at once and, if need be, for as long as a new one. Nothing happens to one that is being sent or
    was sent. Idempotent."""
    again = update(Delivery).where(
        Delivery.message_id == message_id,
        Delivery.state.in_([DeliveryState.deferred, DeliveryState.failed, DeliveryState.suppressed]),
    )
    values = {
        "state": DeliveryState.deferred,
        "due_at": func.clock_timestamp(),
        "retried_at": func.clock_timestamp(),
        "tries": 0,
        "ended_at": None,
    }
    await session.execute(again.values(values).execution_options(synchronize_session=False))
