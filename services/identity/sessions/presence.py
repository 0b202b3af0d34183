"""When people were last active."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customers.projection import record_activity
from services.identity.grants.models import Grant

PRESENCE_INTERVAL = timedelta(minutes=1)
"""A token is requested for every page, but presence is recorded at most once per minute."""


async def record_presence(session: AsyncSession, grant: Grant, now: datetime) -> None:
    """Record that the person uses ``grant``, in business time. Not for work on behalf: Last Activity is that of a
    customer's own users, including signing in (P10, D7)."""
    if grant.last_active_at is None or abs(now - grant.last_active_at) >= PRESENCE_INTERVAL:
        grant.last_active_at = now
        await session.flush()
        await record_activity(session, grant.workspace_id, now)
