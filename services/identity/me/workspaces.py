"""The workspaces of a person: how they came in, and which one signing in leads to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.locks import lock_person
from services.identity.grants.models import OWN_SOURCES
from services.identity.grants.service import find_own_grant
from services.identity.location_invitations.people import leave_locations
from services.identity.people.service import change_person
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.refusals import NoWorkspace
from services.identity.sessions.service import end_session, home_of, move_to
from services.identity.users import service as users
from services.identity.workspaces.service import get_workspace
from shared.auth import Access
from shared.errors import NotFound
from shared.reads import ScopedReads
from shared.scope import acting_in

OWN = """
SELECT w.workspace_id::text AS id, w.slug, w.kind, w.display_name, g.role, coalesce(g.door, g.source) AS door,
       l.display_name AS location_name, g.granted_at AS since, b.display_name AS let_in_by,
       w.workspace_id = u.default_workspace_id AS default, g.holder, EXISTS (
         SELECT FROM holder_changes c WHERE c.workspace_id = g.workspace_id AND c.new_user_id = g.user_id
         AND c.state = 'proposed' AND c.expires_at > now()) AS asked_to_hold
FROM grants g JOIN workspaces w ON w.workspace_id = g.workspace_id JOIN users u ON u.id = g.user_id
LEFT JOIN LATERAL (SELECT * FROM users WHERE id = g.let_in_by OFFSET 0) b ON true
LEFT JOIN locations l ON l.location_id = g.location_id
WHERE g.user_id = $1 AND g.source = ANY ($2)
ORDER BY g.granted_at, g.id LIMIT 200
"""


async def list_own(read: ScopedReads, user_id: UUID) -> list[dict[str, Any]]:
    """One entry per grant, the oldest first."""
    return [dict(row.items()) for row in await read.fetch(OWN, user_id, list(OWN_SOURCES))]


async def choose_default(session: AsyncSession, access: Access, workspace_id: UUID) -> None:
    """Make it the workspace that signing in leads to and is logged in. Raises `NotFound`."""
    user = await lock_person(session, access.user_id)
    async with acting_in(session, None, user.id):
        if await find_own_grant(session, user.id, workspace_id) is None:
            raise NotFound("There is no such workspace, or you have no access to it.")
        workspace = await get_workspace(session, workspace_id)
    async with acting_in(session, workspace_id, user.id):
        await change_person(session, user, workspace, {"default_workspace_id": workspace_id})


async def leave(session: AsyncSession, access: Access, workspace_id: UUID, real_now: datetime) -> None:
    """Leave a workspace. A session that acts there goes on in another of the person's, or ends without one. Raises
    `NotFound` or `LastAdmin`."""
    if not await leave_locations(session, access, workspace_id):
        await users.leave(session, access, workspace_id, real_now)
    user = await lock_person(session, access.user_id)
    browser = await session.get_one(BrowserSession, access.session_id)
    if browser.acting_workspace_id != workspace_id:
        return
    try:
        await move_to(session, browser, await home_of(session, user))
    except NoWorkspace:
        await end_session(session, browser, "signed_out", real_now)
