"""Working on behalf: a person of the parent workspace inside a child, under the role that their link gives (P25)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.filing import filed_in, step_into
from services.identity.grants.models import Grant
from services.identity.grants.service import find_link, lock_person, next_step
from services.identity.on_behalf.models import OnBehalfSession, OnBehalfState
from services.identity.sessions.models import BrowserSession
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import find_child_by_slug, get_workspace
from shared.auth import Access
from shared.db import set_scope
from shared.errors import Conflict, NotFound
from shared.events import Via
from shared.events.identity import OnBehalfEnded, OnBehalfStarted
from shared.outbox import cause_of, emit


class CustomerNotConnected(Conflict):
    """Nobody has signed up for this customer yet; there is nobody to work for."""

    title = "This customer is not connected"


class AlreadyOnBehalf(Conflict):
    """One works on behalf from one's own workspace, not from a customer's."""

    title = "You work on behalf of somebody already"


async def enter_workspace(session: AsyncSession, access: Access, slug: str, now: datetime) -> Workspace:
    """Open a child workspace on behalf. It replaces the one that this browser session has open (P26, D12)."""
    if access.via == Via.on_behalf:
        raise AlreadyOnBehalf("Leave the workspace that you work in on behalf before you open another one.")
    await lock_person(session, access.user_id)
    child = await find_child_by_slug(session, access.workspace_id, slug)
    role = await _role_in(session, access, child)
    if child.connected_at is None:
        raise CustomerNotConnected(f"Nobody at {child.display_name} has signed up yet. Send the invitation first.")
    browser = await session.get_one(BrowserSession, access.session_id)
    if browser.on_behalf_id:
        await end_on_behalf(session, browser, "replaced", now)
    await step_into(session, access, child, Via.on_behalf)
    await _start(session, access, browser, child, role, now)
    return child


async def leave_workspace(session: AsyncSession, access: Access, now: datetime) -> None:
    """End the work on behalf, if there is any, and be back in one's own workspace."""
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
    """End what a browser session does on behalf, delete the derived grant, and go home. Whoever calls this holds the
    person's lock; the scope is the child's afterwards."""
    await set_scope(session, workspace_id=browser.acting_workspace_id, user_id=browser.user_id)
    work = await session.get_one(OnBehalfSession, browser.on_behalf_id)
    grant = await session.get_one(Grant, work.grant_id)
    child = await get_workspace(session, work.workspace_id)
    work.state, work.ended_at = OnBehalfState(reason), now
    await session.delete(grant)
    browser.acting_workspace_id, browser.on_behalf_id = work.parent_workspace_id, None
    await session.flush()
    actor = cause_of(session).actor
    if actor.user_id == browser.user_id:  # one's own leaving is the last thing done on behalf (D11)
        actor = actor.model_copy(update={"via": Via.on_behalf})
    step = await next_step(session, browser.user_id)
    await emit(
        session,
        OnBehalfEnded(**filed_in(child), actor=actor, user_id=browser.user_id, grant=grant.as_fact(),
                      home_workspace_id=work.parent_workspace_id, reason=reason, **step),
    )  # fmt: skip


async def revoke_on_behalf(session: AsyncSession, user_id: UUID, child: Workspace, now: datetime) -> None:
    """The door is closed: end what the person has open in ``child``, in every browser, and note why for them (D14)."""
    open_in = select(OnBehalfSession.session_id).where(
        OnBehalfSession.user_id == user_id, OnBehalfSession.workspace_id == child.id, OnBehalfSession.state == "open"
    )
    browsers = select(BrowserSession).where(BrowserSession.id.in_(open_in))
    for browser in list(await session.scalars(browsers)):
        await end_on_behalf(session, browser, "revoked", now)
        browser.notice_reason, browser.notice_workspace_name = "revoked", child.display_name
    await session.flush()


async def derived_grants(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> list[Grant]:
    """The grants under which a person works in a workspace on behalf right now, one a browser."""
    mine = select(Grant).where(Grant.user_id == user_id, Grant.workspace_id == workspace_id)
    return list(await session.scalars(mine.where(Grant.source == "on_behalf")))


async def _role_in(session: AsyncSession, access: Access, child: Workspace) -> str:
    """The parent's admins are admins below; everybody else is what their link says, or does not see the child (P3)."""
    if access.level("customer.enter") == "all":
        return "admin"
    link = await find_link(session, access.user_id, child.id)
    if link is None:
        raise NotFound("There is no such customer below your workspace.")
    return link.role


async def _start(
    session: AsyncSession, access: Access, browser: BrowserSession, child: Workspace, role: str, now: datetime
) -> None:
    grant = Grant(user_id=access.user_id, workspace_id=child.id, role=role, source="on_behalf",
                  session_id=browser.id, granted_at=now)  # fmt: skip
    session.add(grant)
    await session.flush()
    work = OnBehalfSession(workspace_id=child.id, parent_workspace_id=access.workspace_id, user_id=access.user_id,
                           session_id=browser.id, grant_id=grant.id, started_at=now)  # fmt: skip
    session.add(work)
    await session.flush()
    browser.acting_workspace_id, browser.on_behalf_id = child.id, work.id
    await session.flush()
    step = await next_step(session, access.user_id)
    await emit(
        session,
        OnBehalfStarted(**filed_in(child), user_id=access.user_id, grant=grant.as_fact(),
                        home_workspace_id=access.workspace_id, **step),
    )  # fmt: skip
