"""Links whose last day is over end by themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_person
from services.identity.grants.models import Grant
from services.identity.invitations.ending import end_invitations_of
from services.identity.links.service import close_link
from services.identity.workspaces.service import get_workspace


async def expire_link(session: AsyncSession, link_id: UUID, workspace_id: UUID, real_now: datetime) -> None:
    """End a link whose time is over, as if somebody had revoked it. Requires the workspace's scope."""
    due = select(Grant).where(Grant.id == link_id, Grant.source == "link", Grant.expires_at <= real_now)
    link = await session.scalar(due)
    if link is None:
        return
    user_id = link.user_id
    await lock_person(session, user_id)
    link = await session.scalar(due.execution_options(populate_existing=True))
    if link is None:  # prolonged or revoked meanwhile
        return
    await close_link(session, link, await get_workspace(session, workspace_id), "expired")
    await end_invitations_of(session, None, user_id, real_now)
