"""Keeps what became of the mails to each user."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.messages.models import Message
from services.notifications.notices.keeping import seen_from_of
from services.notifications.own_mails.models import OwnMail
from services.notifications.undelivered_mails.listing import about

KEPT = timedelta(days=90)


async def keep_mail(session: AsyncSession, message: Message, seen_from: UUID | None) -> None:
    """List a message to a user that is to be mailed."""
    found = await seen_from_of(session, message, seen_from)
    session.add(OwnMail(id=message.id, user_id=message.recipient_id, workspace_id=message.workspace_id,
                        seen_from=found, topic=message.topic, about=about(message.facts)))  # fmt: skip


async def follow_delivery(
    session: AsyncSession, message_id: UUID, state: str, why: str | None, ended_at: datetime | None
) -> str | None:
    """What became of it. Returns its topic; nothing happens for mails to contacts, and None is returned."""
    mine = update(OwnMail).where(OwnMail.id == message_id).values(state=state, why=why, ended_at=ended_at)
    told = mine.returning(OwnMail.topic).execution_options(synchronize_session=False)
    topic: str | None = await session.scalar(told)
    return topic


async def forget_mails(session: AsyncSession, now: datetime) -> None:
    """Forget what is older than 90 days. ``now`` is real time."""
    await session.execute(delete(OwnMail).where(OwnMail.created_at < now - KEPT))
