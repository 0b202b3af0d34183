"""Work on behalf: a parent's user acts in a child workspace, in the role of their link (P25)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.models import Grant
from services.identity.grants.service import bump_grants_version, find_link
from services.identity.locks import confirm_access, lock_person
from services.identity.on_behalf.models import OnBehalfSession, OnBehalfState
from services.identity.scope import acting_for, workspace_fields
from services.identity.sessions.models import BrowserSession
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import find_child_by_slug, get_workspace
from shared.auth import Access
from shared.errors import Conflict, NotFound
from shared.events import Via
from shared.events.identity import OnBehalfEnded, OnBehalfStarted
from shared.outbox import cause_of, emit
from shared.scope import acting_in


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
    if browser.on_behalf_id:
        await end_on_behalf(session, browser, "replaced", now)
    async with acting_for(session, access, child, Via.on_behalf):
        await _start(session, access, browser, child, role, now)
    return child


async def leave_workspace(session: AsyncSession, access: Access, now: datetime) -> None:
    """End the work on behalf, if there is any, and return to one's own workspace."""
    await lock_person(session, access.user_id)
    browser = await session.get_one(BrowserSession, access.session_id)
    if browser.on_behalf_id:
        await end_on_behalf(session, browser, "ended", now)


async def end_on_behalf(
    session: AsyncSession,
    browser: BrowserSession,
    reason: Literal["ended", "replaced", "expired", "revoked"],
    now: datetime,
) -> None:
    """End the work on behalf of a browser session, delete the derived grant, and return to the user's own workspace.
    Requires the person's lock."""
    async with acting_in(session, browser.acting_workspace_id, browser.user_id):
        await _end(session, browser, reason, now)


async def _end(
    session: AsyncSession,
    browser: BrowserSession,
    reason: Literal["ended", "replaced", "expired", "revoked"],
    now: datetime,
) -> None:
    work = await session.get_one(OnBehalfSession, browser.on_behalf_id)
    grant = await session.get_one(Grant, work.grant_id)
    child = await get_workspace(session, work.workspace_id)
    work.state, work.ended_at = OnBehalfState(reason), now
    await session.delete(grant)
    browser.acting_workspace_id, browser.on_behalf_id = work.parent_workspace_id, None
    await session.flush()
    actor = cause_of(session).actor
    if actor.user_id == browser.user_id:  # leaving is itself done on behalf (D11)
        actor = actor.model_copy(update={"via": Via.on_behalf})
    change = await bump_grants_version(session, browser.user_id)
    await emit(
        session,
        OnBehalfEnded(**workspace_fields(child), actor=actor, user_id=browser.user_id, grant=grant.as_fact(),
                      home_workspace_id=work.parent_workspace_id, reason=reason, **change),
    )  # fmt: skip


async def revoke_on_behalf(session: AsyncSession, user_id: UUID, child: Workspace, now: datetime) -> None:
    """End the person's work on behalf in ``child``, in every browser, and store a notice for them (D14)."""
    open_in = select(OnBehalfSession.session_id).where(
        OnBehalfSession.user_id == user_id, OnBehalfSession.workspace_id == child.id, OnBehalfSession.state == "open"
    )
    browsers = select(BrowserSession).where(BrowserSession.id.in_(open_in))
    for browser in list(await session.scalars(browsers)):
        await end_on_behalf(session, browser, "revoked", now)
        browser.notice_reason, browser.notice_workspace_name = "revoked", child.display_name
    await session.flush()


async def derived_grants(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> list[Grant]:
    """The grants of a person's open work on behalf in a workspace, one per browser session."""
    mine = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return list(await session.scalars(mine.where(Grant.source == "on_behalf")))


async def _role_in(session: AsyncSession, access: Access, child: Workspace) -> str:
    """The parent's admins are admins in the child; others have the role of their link (P3). Raises `NotFound`."""
    if access.level == "all":
        return "admin"
    link = await find_link(session, access.user_id, child.id)
    if link is None:
        raise NotFound("There is no such customer below your workspace.")
    return link.role


async def _start(
    session: AsyncSession, access: Access, browser: BrowserSession, child: Workspace, role: str, now: datetime
) -> None:
    grant = Grant(user_id=access.user_id, workspace_id=child.id, role=role, source="on_behalf",
                  session_id=browser.id, parent_workspace_id=access.workspace_id, granted_at=now)  # fmt: skip
    session.add(grant)
    await session.flush()
    work = OnBehalfSession(workspace_id=child.id, parent_workspace_id=access.workspace_id, user_id=access.user_id,
                           session_id=browser.id, grant_id=grant.id, started_at=now)  # fmt: skip
    session.add(work)
    await session.flush()
    browser.acting_workspace_id, browser.on_behalf_id = child.id, work.id
    await session.flush()
    change = await bump_grants_version(session, access.user_id)
    await emit(
        session,
        OnBehalfStarted(**workspace_fields(child), user_id=access.user_id, grant=grant.as_fact(),
                        home_workspace_id=access.workspace_id, **change),
    )  # fmt: skip
