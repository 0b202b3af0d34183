"""When people were last there in person."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.customer_overview.projection import record_activity
from services.identity.grants.models import MEMBER_SOURCES, OF_LOCATION, Grant
from services.identity.sessions.models import BrowserSession
from shared.scope import acting_in

INTERVAL = timedelta(minutes=1)
"""Activity is noted to the minute."""
OF_ITS_OWN = (*MEMBER_SOURCES, OF_LOCATION)
"""The grants of a customer's own users."""


async def record_activity_of(session: AsyncSession, browser: BrowserSession, now: datetime) -> None:
    """Record that the person uses their membership, in business time. Not for work on behalf: Last Activity is that of
    a customer's own users, including signing in (P10, D7)."""
    async with acting_in(session, browser.acting_workspace_id, browser.user_id):
        here = Grant.user_id == browser.user_id, Grant.workspace_id == browser.acting_workspace_id
        grants = list(await session.scalars(select(Grant).where(*here)))
        if any(grant.session_id == browser.id for grant in grants):
            return
        for grant in grants:
            if grant.source in OF_ITS_OWN and _is_due(grant.last_active_at, now):
                grant.last_active_at = now
                await session.flush()
                await record_activity(session, grant.workspace_id, now)


def _is_due(last: datetime | None, now: datetime) -> bool:
    return last is None or abs(now - last) >= INTERVAL
