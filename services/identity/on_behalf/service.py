"""Work on behalf: a parent's user acts in a child workspace, in the role of their link (P25)."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import derive_grant
from services.identity.grants.locks import confirm_access, hold_workspace, lock_person
from services.identity.grants.service import find_link
from services.identity.on_behalf.schemas import Entry
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.service import end_work
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import acting_for
from services.identity.workspaces.service import find_child_by_slug, no_such_child, refuse_closed
from shared.auth import Access
from shared.auth.access import WorkspaceIsSuspended
from shared.errors import Conflict, NotFound
from shared.events import Via
from shared.outbox import cause_of
from shared.scope import acting_in

ASKED = select(func.entering_needs_a_reason())


class CustomerNotConnected(Conflict):
    """Nobody has signed up for this customer yet."""

    title = "This customer is not connected"


class AdminsKeptOut(Conflict):
    """The customer does not let the admins of its seller in. Only who has a link may enter. Its own admins can change
    that."""

    title = "This customer keeps admins out"


class ReasonNeeded(Conflict):
    """The provider, or the person's own workspace, wants to know why somebody enters a customer. Send ``reason``."""

    title = "Say why you enter"


class AlreadyOnBehalf(Conflict):
    """Work on behalf can only be started from one's own workspace."""

    title = "You work on behalf of somebody already"


async def enter_workspace(session: AsyncSession, access: Access, wanted: Entry, real_now: datetime) -> Workspace:
    """Start work on behalf in a child workspace. It replaces open work in this browser session (P26, D12).

    Raises `AlreadyOnBehalf`, `NotFound`, `AdminsKeptOut`, `CustomerNotConnected`, `ReasonNeeded`, or
    `WorkspaceIsSuspended` or `WorkspaceIsClosed` for one's own workspace."""
    if access.via == Via.on_behalf:
        raise AlreadyOnBehalf("Leave the workspace that you work in on behalf before you open another one.")
    home = await hold_workspace(session, access.workspace_id)
    child = await find_child_by_slug(session, access.workspace_id, wanted.workspace)
    async with acting_in(session, child.id, access.user_id):
        child = await hold_workspace(session, child.id)  # whether it lets the parent's admins in
    if child.parent_workspace_id != access.workspace_id:  # it went to somebody else since it was found
        raise no_such_child()
    await lock_person(session, access.user_id)
    access = await confirm_access(session, access, "customer.enter", own=True)
    if home.suspended_at is not None:  # since the guard looked
        raise WorkspaceIsSuspended(f"{home.display_name} is suspended.")
    refuse_closed(home)
    role, expires_at = await _role_in(session, access, child, real_now)
    if child.connected_at is None:
        raise CustomerNotConnected(f"Nobody at {child.display_name} has signed up yet. Send the invitation first.")
    if not wanted.reason and await session.scalar(ASKED):
        raise ReasonNeeded(f"Say what you enter {child.display_name} for.")
    browser = await session.get_one(BrowserSession, access.session_id)
    await end_work(session, browser, "replaced")
    async with acting_for(session, access, child, Via.on_behalf):
        await derive_grant(
            session, access.user_id, access.session_id, child, access.workspace_id, role, cause_of(session).now,
            expires_at, wanted.reason or None,
        )  # fmt: skip
    browser.acting_workspace_id = child.id
    await session.flush()
    return child


async def leave_workspace(session: AsyncSession, access: Access) -> None:
    """End the work on behalf, if there is any, and return to one's own workspace."""
    await lock_person(session, access.user_id)
    await end_work(session, await session.get_one(BrowserSession, access.session_id), "ended")


async def _role_in(
    session: AsyncSession, access: Access, child: Workspace, real_now: datetime
) -> tuple[str, datetime | None]:
    """The parent's admins are admins in a child that lets them in; others have the role of their link, until it ends by
    itself (P3). Raises `NotFound` or `AdminsKeptOut`."""
    is_admin = access.level == "all"
    if is_admin and child.parent_admins_enter:
        return "admin", None
    link = await find_link(session, access.user_id, child.id)
    if link is None or (link.expires_at and link.expires_at <= real_now):
        if is_admin:
            raise AdminsKeptOut(f"{child.display_name} does not let admins of its seller in.")
        raise NotFound("There is no such customer below your workspace.")
    return link.role, link.expires_at
