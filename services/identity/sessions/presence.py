"""When somebody was last there."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customers.projection import note_activity
from services.identity.grants.models import Grant

NOTED_EVERY = timedelta(minutes=1)
"""A token is asked for at each page; presence is written down once a minute."""


async def note_presence(session: AsyncSession, grant: Grant, now: datetime) -> None:
    """The person works under ``grant``, in business time. What is done on behalf has no such note: Last Activity is
    that of a customer's own users, signing in included (P10, D7)."""
    if grant.last_active_at is None or abs(now - grant.last_active_at) >= NOTED_EVERY:
        grant.last_active_at = now
        await session.flush()
        await note_activity(session, grant.workspace_id, now)
