"""Browser sessions: opaque, stored here, valid for twelve idle hours and at most seven days of real time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.derived import EndReason, derived_grant, end_derived
from services.identity.grants.locks import lock_person
from services.identity.grants.models import Grant
from services.identity.grants.service import find_own_grant, own_grants_of
from services.identity.people.models import User
from services.identity.people.preferences import Preferences
from services.identity.people.service import actor_of, change_person
from services.identity.proofs import digest, new_token
from services.identity.sessions.devices import Device
from services.identity.sessions.models import IDLE, LIFETIME, BrowserSession
from services.identity.sessions.presence import record_activity_of
from services.identity.sessions.refusals import NotAMember, NoWorkspace, SessionOver
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.renaming import called
from services.identity.workspaces.scope import set_actor, workspace_fields
from services.identity.workspaces.service import get_workspace
from shared.auth import Access
from shared.errors import NotFound
from shared.events import Via
from shared.events.identity import SessionEnded, UserSignedIn
from shared.outbox import cause_of, emit
from shared.scope import acting_in


@dataclass(frozen=True)
class OpenedSession:
    """A new session and its secret, which is returned once and not stored."""

    session: str
    session_expires_at: datetime
    user: User
    return_to: str | None = None
    """The page that the person wanted to open, if they were asked to sign in for one."""


async def open_session(
    session: AsyncSession,
    user: User,
    method: Literal["link", "code"],
    joined: UUID | None,
    device: Device,
    now: datetime,
    real_now: datetime,
    entry: Grant | None = None,
) -> OpenedSession:
    """Sign ``user`` in, acting in the workspace that they have just ``joined``, else in their default workspace, to
    which the event belongs. ``entry``: the visitor's grant by which they came. Raises `NoWorkspace`."""
    set_actor(session, actor_of(user))
    home = await home_of(session, user)
    await _keep_first(session, user, home, device.preferences)
    secret, is_new = new_token(), await _is_new(session, user, device)
    opened = BrowserSession(
        token_digest=digest(secret),
        user_id=user.id,
        acting_workspace_id=joined or home.id,
        entry_grant_id=entry.id if entry else None,
        device_digest=device.digest,
        browser=device.browser,
        browser_name=device.browser_name,
        operating_system=device.operating_system,
        ip=device.ip,
        created_at=real_now,
        last_seen_at=real_now,
        expires_at=real_now + LIFETIME,
    )
    session.add(opened)
    await session.flush()
    signed_in = UserSignedIn(
        **workspace_fields(home), user_id=user.id, session_id=opened.id, method=method, subject_version=user.version,
        browser=device.browser, browser_name=device.browser_name, operating_system=device.operating_system,
        ip=device.ip, new_browser=is_new, actor=actor_of(user, opened.id),
    )  # fmt: skip
    await emit(session, signed_in)
    await record_activity_of(session, opened, now)
    return OpenedSession(secret, opened.expires_at, user)


async def _keep_first(session: AsyncSession, user: User, home: Workspace, said: Preferences) -> None:
    """What the browser says becomes the person's choice where they have made none."""
    if said.missing_in(user):
        user = await lock_person(session, user.id)
        await change_person(session, user, home, said.missing_in(user))


async def _is_new(session: AsyncSession, user: User, device: Device) -> bool:
    """Whether the person has never signed in from this browser, as far as is remembered. The very first one is none."""
    known = select(func.count(), func.count().filter(BrowserSession.device_digest == device.digest))
    sessions, from_here = (await session.execute(known.where(BrowserSession.user_id == user.id))).one()
    return sessions > 0 and from_here == 0


async def note_presence(session: AsyncSession, secret: str, now: datetime, real_now: datetime) -> None:
    """The person is there: the session does not idle, and they use the workspace in which it acts. A preview leaves no
    trace of that kind. Raises `SessionOver`."""
    browser = await find_live_session(session, secret, real_now)
    if browser.previewing_from:
        return
    browser.last_seen_at = max(browser.last_seen_at, real_now)
    await session.flush()
    await record_activity_of(session, browser, now)


async def move_on(session: AsyncSession, browser_id: UUID, lost_id: UUID, workspace_id: UUID) -> None:
    """The person knows that they have lost a workspace: the session acts in one of their own from now on."""
    there = update(BrowserSession).where(BrowserSession.id == browser_id)
    moving = there.where(BrowserSession.acting_workspace_id == lost_id)
    await session.execute(moving.values(acting_workspace_id=workspace_id, previewing_from=None))


async def end_own(session: AsyncSession, access: Access, session_id: UUID | None, real_now: datetime) -> None:
    """End one session of the person, or all but the current one. Raises `NotFound` for one that is not theirs."""
    await lock_person(session, access.user_id)
    live = select(BrowserSession).where(BrowserSession.user_id == access.user_id, *_alive(real_now))
    which = BrowserSession.id == session_id if session_id else BrowserSession.id != access.session_id
    found = list(await session.scalars(live.where(which)))
    if session_id and not found:
        raise NotFound("You have no such session. It may have ended already.")
    for browser in found:
        await end_session(session, browser, "revoked", real_now)


def _alive(real_now: datetime) -> tuple[ColumnElement[bool], ...]:
    idle_since = BrowserSession.last_seen_at > real_now - IDLE
    return BrowserSession.ended_at.is_(None), BrowserSession.expires_at > real_now, idle_since


async def find_live_session(session: AsyncSession, secret: str, real_now: datetime) -> BrowserSession:
    """The live session of a secret. Raises `SessionOver`."""
    mine = select(BrowserSession).where(BrowserSession.token_digest == digest(secret))
    found = await session.scalar(mine.where(*_alive(real_now)))
    if found is None:
        raise SessionOver("Your session is over. Sign in again.")
    return found


async def sign_out(session: AsyncSession, secret: str, real_now: datetime) -> None:
    """End the session of a secret. Idempotent."""
    mine = select(BrowserSession).where(BrowserSession.token_digest == digest(secret))
    found = await session.scalar(mine)
    if found is None:
        return
    user = await lock_person(session, found.user_id)
    set_actor(session, actor_of(user, found.id))
    await end_session(session, found, "signed_out", real_now)


async def end_session(
    session: AsyncSession,
    browser: BrowserSession,
    reason: Literal["signed_out", "expired", "revoked"],
    real_now: datetime,
) -> None:
    """End a session with its work on behalf or preview. Requires the person's lock."""
    ending = update(BrowserSession).where(BrowserSession.id == browser.id, BrowserSession.ended_at.is_(None))
    if (await session.execute(ending.values(ended_at=real_now).returning(BrowserSession.id))).first() is None:
        return
    await end_work(session, browser, "expired" if reason == "expired" else "ended")
    async with acting_in(session, browser.acting_workspace_id, browser.user_id):
        workspace = await get_workspace(session, browser.acting_workspace_id)
    actor = cause_of(session).actor
    if actor.user_id == browser.user_id:  # in their own name, although they may be on behalf of another workspace
        actor = actor.model_copy(update={"via": Via.own})
    said = {**workspace_fields(workspace), "session_id": browser.id, "user_id": browser.user_id, "reason": reason}
    await emit(session, SessionEnded(**said, actor=actor))


async def switch_workspace(session: AsyncSession, access: Access, slug: str) -> Workspace:
    """Switch the session to another workspace of its user (K25). Work on behalf or a preview ends (D12).

    Raises `NotAMember`."""
    await lock_person(session, access.user_id)
    target = await session.scalar(select(Workspace).where(called(slug)))
    if target is None or await find_own_grant(session, access.user_id, target.id) is None:
        raise NotAMember(f"You do not belong to a workspace “{slug}”. Ask its admins for access.")
    browser = await session.get_one(BrowserSession, access.session_id)
    await move_to(session, browser, target)
    return target


async def move_to(session: AsyncSession, browser: BrowserSession, target: Workspace) -> None:
    """Switch a session to another workspace of its user, without checks."""
    await end_work(session, browser, "ended")
    browser.acting_workspace_id = target.id
    await session.flush()


async def end_work(session: AsyncSession, browser: BrowserSession, reason: EndReason) -> None:
    """End the work on behalf or the preview of a session, if there is any, and return to where it began. Requires the
    person's lock."""
    async with acting_in(session, None, browser.user_id):
        work = await derived_grant(session, browser.id)
    if work:
        await end_derived(session, work, reason)
    home = work.parent_workspace_id if work else browser.previewing_from  # a preview may have expired
    if home:
        browser.acting_workspace_id, browser.previewing_from = home, None
        await session.flush()


async def home_of(session: AsyncSession, user: User) -> Workspace:
    """The default workspace (K27), or the oldest membership if the person no longer belongs there, or where they are a
    visitor. Raises `NoWorkspace`."""
    async with acting_in(session, None, user.id):
        mine = [grant.workspace_id for grant in await own_grants_of(session, user.id)]
        if not mine:
            raise NoWorkspace("Your address belongs to no workspace any more. Ask an admin to invite you.")
        if user.default_workspace_id not in mine:
            user.default_workspace_id = mine[0]
        return await get_workspace(session, user.default_workspace_id)
