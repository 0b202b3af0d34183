"""What became of a test mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.mail_tests.models import MailTest, MailTestState

AS_IT_IS = {"synchronize_session": False}


async def begin_test(session: AsyncSession, event_id: UUID, message_id: UUID) -> None:
    """Its mail is about to be sent. Nothing happens if another test was asked for meanwhile."""
    mine = update(MailTest).where(MailTest.event_id == event_id, MailTest.message_id.is_(None))
    await session.execute(mine.values(message_id=message_id, state=MailTestState.waiting), execution_options=AS_IT_IS)


async def follow_test(
    session: AsyncSession, message_id: UUID, state: MailTestState, why: str | None, answer: int | None, now: datetime
) -> None:
    """``now`` is real time."""
    mine = update(MailTest).where(MailTest.message_id == message_id)
    told = mine.values(state=state, why=why, answer=answer, tried_at=now)
    await session.execute(told, execution_options=AS_IT_IS)
