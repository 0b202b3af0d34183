"""Floods: what happens within a short time is one mail for each contact and topic.

The first message of a flood has a delivery, which is due after a moment. While it waits, further messages for the same
contact about the same topic are added to it, and put it off. All messages of one delivery are told in one mail, and
each is recorded in the log of its own workspace.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import Interval, case, cast, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.models import OPEN, Delivery, GatheredMessage
from services.notifications.messages.models import Message
from services.notifications.topics import Recipient, Topic
from shared.origin import Origin

MOMENT = timedelta(seconds=5)
"""How long a message waits for others. One alone is mailed after that."""
QUIET = timedelta(seconds=30)
"""A mail with several is sent once nothing has been added for as long."""
LONGEST = timedelta(minutes=5)
"""No message waits for longer."""
MOST = 500
"""Messages in one mail. The next begins another one."""
LISTED = 12
"""Of these are listed. The others are counted."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What one mail tells: the first messages, and how many there are."""

    listed: Sequence[Message]
    count: int
    of_one_customer: bool


def key_of(topic: Topic, recipient: Recipient) -> UUID:
    """The same for all messages that may be told in one mail."""
    return uuid5(recipient.id, topic)


async def gather(session: AsyncSession, message_id: UUID, workspace_id: UUID, origin: Origin, key: UUID) -> None:
    """Add a new message to the mail that waits under ``key``, or queue one. The unique index decides: a mail that
    is claimed meanwhile is not in it any more, so that the message begins another."""
    begun = insert(Delivery).values(
        workspace_id=workspace_id,
        message_id=message_id,
        gathering=key,
        due_at=func.clock_timestamp() + cast(MOMENT, Interval),
        **asdict(origin),
    )
    joined = begun.on_conflict_do_update(
        index_elements=["gathering"],
        index_where=text(OPEN),
        set_={
            "due_at": func.least(func.clock_timestamp() + cast(QUIET, Interval),
                                 Delivery.created_at + cast(LONGEST, Interval)),
            "gathered": Delivery.gathered + 1,
            "gathering": case((Delivery.gathered + 1 < MOST, Delivery.gathering), else_=None),
        },
    ).returning(Delivery.message_id)  # fmt: skip
    into = await session.scalar(joined, execution_options={"populate_existing": True})
    if into != message_id:
        added = insert(GatheredMessage).values(
            message_id=message_id, workspace_id=workspace_id, into_id=into, **asdict(origin)
        )
        await session.execute(added)


async def flood_of(session: AsyncSession, delivery: Delivery, message: Message) -> Flood | None:
    """What is told with a delivery's message, the oldest first; None if it is alone."""
    if delivery.gathered == 1:
        return None
    others = select(Message).join(GatheredMessage, GatheredMessage.message_id == Message.id)
    others = others.where(GatheredMessage.into_id == message.id).order_by(Message.created_at, Message.id)
    listed = [message, *await session.scalars(others.limit(LISTED - 1))]
    elsewhere = select(GatheredMessage.message_id).where(
        GatheredMessage.into_id == message.id, GatheredMessage.workspace_id != message.workspace_id
    )
    return Flood(listed, delivery.gathered, await session.scalar(elsewhere.limit(1)) is None)


async def gathered_into(session: AsyncSession, delivery: Delivery) -> Sequence[GatheredMessage]:
    """The messages that are told with a delivery's own."""
    if delivery.gathered == 1:
        return []
    others = select(GatheredMessage).where(GatheredMessage.into_id == delivery.message_id)
    return list(await session.scalars(others.order_by(GatheredMessage.message_id)))
