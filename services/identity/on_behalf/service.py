"""Work on behalf: a parent's user acts in a child workspace, in the role of their link (P25)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import derive_grant
from services.identity.grants.locks import confirm_access, lock_person
from services.identity.grants.service import find_link
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.service import end_work
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import find_child_by_slug
from shared.auth import Access
from shared.errors import Conflict, NotFound
from shared.events import Via


class CustomerNotConnected(Conflict):
    """Nobody has signed up for this customer yet."""

    title = "This customer is not connected"


class AlreadyOnBehalf(Conflict):
    """Work on behalf can only be started from one's own workspace."""

    title = "You work on behalf of somebody already"


async def enter_workspace(session: AsyncSession, access: Access, slug: str, now: datetime) -> Workspace:
    """Start work on behalf in a child workspace. It replaces open work in this browser session (P26, D12).

    Raises `AlreadyOnBehalf`, `NotFound` or `CustomerNotConnected`."""
    if access.via == Via.on_behalf:
        raise AlreadyOnBehalf("Leave the workspace that you work in on behalf before you open another one.")
    await lock_person(session, access.user_id)
    access = await confirm_access(session, access, "customer.enter", own=True)
    child = await find_child_by_slug(session, access.workspace_id, slug)
    role = await _role_in(session, access, child)
    if child.connected_at is None:
        raise CustomerNotConnected(f"Nobody at {child.display_name} has signed up yet. Send the invitation first.")
    browser = await session.get_one(BrowserSession, access.session_id)
    await end_work(session, browser, "replaced")
    async with acting_for(session, access, child, Via.on_behalf):
        await derive_grant(session, access.user_id, access.session_id, child, access.workspace_id, role, now)
    browser.acting_workspace_id = child.id
    await session.flush()
    return child


async def leave_workspace(session: AsyncSession, access: Access) -> None:
    """End the work on behalf, if there is any, and return to one's own workspace."""
    await lock_person(session, access.user_id)
    await end_work(session, await session.get_one(BrowserSession, access.session_id), "ended")


async def _role_in(session: AsyncSession, access: Access, child: Workspace) -> str:
    """The parent's admins are admins in the child; others have the role of their link (P3). Raises `NotFound`."""
    if access.level == "all":
        return "admin"
    link = await find_link(session, access.user_id, child.id)
    if link is None:
        raise NotFound("There is no such customer below your workspace.")
    return link.role
