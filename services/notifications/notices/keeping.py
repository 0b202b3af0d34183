"""Makes notices of messages, ends them when what they ask for was done, and forgets them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.messages.models import Message
from services.notifications.notices.models import EndedTopic, Notice
from services.notifications.preferences.service import wants
from services.notifications.topic_rows import Channel
from services.notifications.topics import Topic
from shared.copies import workspaces
from shared.events import Event
from shared.events.notifications import NoticesChanged
from shared.outbox import emit

MOST = 500
"""Notices of one person. The oldest go first."""
REMEMBERED = timedelta(days=1)
"""How long it is known that something has ended."""
ENDS = {
    name: [(topic, topic.row.thing) for topic in Topic if name in topic.row.ended_by]
    for name in sorted({name for topic in Topic for name in topic.row.ended_by})
}
"""The topics whose notices an event ends, each with the field that says of what."""


async def note(session: AsyncSession, message: Message, seen_from: UUID | None) -> None:
    """Show a message to its recipient, a user, in the portal, if its topic is shown there and they want that."""
    topic, user_id = Topic(message.topic), message.recipient_id
    if Channel.portal not in topic.row.channels or not await wants(session, user_id, topic, Channel.portal):
        return
    thing = message.facts.get(topic.row.thing)
    if thing and await session.get(EndedTopic, (UUID(thing), topic)):
        return
    made = Notice(id=message.id, user_id=user_id, workspace_id=message.workspace_id, topic=topic,
                  seen_from=await seen_from_of(session, message, seen_from),
                  thing_id=UUID(thing) if thing else None, facts=message.facts)  # fmt: skip
    session.add(made)
    await session.flush()
    await emit(session, NoticesChanged(workspace_id=message.workspace_id, user_id=user_id))


async def seen_from_of(session: AsyncSession, message: Message, told: UUID | None) -> UUID | None:
    """The workspace whose users a message is for, if it is not about that one; ``told`` is the one that was named."""
    if Topic(message.topic).row.audience.is_staff:
        told = await session.scalar(select(workspaces.c.id).where(workspaces.c.kind == "provider"))
    return told if told != message.workspace_id else None


async def end_notices(session: AsyncSession, event: Event) -> None:
    """Take away the notices that are over with ``event``, whoever they were for. Idempotent."""
    for topic, field in ENDS[event.name]:
        thing_id = getattr(event, field)
        ended = insert(EndedTopic).values(thing_id=thing_id, topic=topic, workspace_id=event.workspace_id)
        await session.execute(ended.on_conflict_do_nothing())
        over = delete(Notice).where(Notice.thing_id == thing_id, Notice.topic == topic)
        for user_id in await session.scalars(over.returning(Notice.user_id)):
            await emit(session, NoticesChanged(workspace_id=event.workspace_id, user_id=user_id))


async def forget_notices(session: AsyncSession, now: datetime) -> None:
    """Forget what is older than its topic is kept, and of each person all but the newest. ``now`` is real time."""
    for days in {topic.row.days for topic in Topic}:
        topics = [topic.value for topic in Topic if topic.row.days == days]
        old = Notice.created_at < now - timedelta(days=days), Notice.topic.in_(topics)
        await session.execute(delete(Notice).where(*old))
    await session.execute(delete(EndedTopic).where(EndedTopic.ended_at < now - REMEMBERED))
    many = select(Notice.user_id).group_by(Notice.user_id).having(func.count() > MOST)
    for user_id in list(await session.scalars(many)):
        newest = select(Notice.id).where(Notice.user_id == user_id).order_by(Notice.created_at.desc(), Notice.id.desc())
        too_many = Notice.user_id == user_id, Notice.id.not_in(newest.limit(MOST))
        await session.execute(delete(Notice).where(*too_many))
