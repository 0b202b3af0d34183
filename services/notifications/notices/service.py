"""Marks notices as read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.notices.models import Notice
from shared.auth import Access
from shared.errors import NotFound
from shared.events.notifications import NoticesChanged
from shared.outbox import emit


async def read_notice(session: AsyncSession, access: Access, notice_id: UUID, now: datetime) -> None:
    """Mark one of the caller's notices as read. ``now`` is real time. Raises `NotFound`."""
    found = await session.get(Notice, notice_id, with_for_update=True)
    if found is None or found.user_id != access.user_id:
        raise NotFound("There is no such notice, or it is over.")
    if found.read_at is None:
        found.read_at = now
        await _tell(session, access)


async def read_all(session: AsyncSession, access: Access, until: datetime, now: datetime) -> None:
    """Mark the caller's notices up to a moment as read. ``now`` is real time."""
    unread = Notice.user_id == access.user_id, Notice.read_at.is_(None), Notice.created_at <= until
    read = update(Notice).where(*unread).values(read_at=now).returning(Notice.id)
    if (await session.execute(read.execution_options(synchronize_session=False))).first():
        await _tell(session, access)


async def _tell(session: AsyncSession, access: Access) -> None:
    await emit(session, NoticesChanged(workspace_id=access.workspace_id, user_id=access.user_id))
