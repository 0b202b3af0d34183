"""Browser sessions: opaque, stored here, valid for twelve idle hours and at most seven days of real time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.grants.service import find_membership, memberships_of
from services.identity.locks import lock_person
from services.identity.on_behalf.service import end_on_behalf
from services.identity.proofs import digest, new_token
from services.identity.scope import set_actor, workspace_fields
from services.identity.sessions.models import BrowserSession
from services.identity.sessions.presence import record_presence
from services.identity.users.models import User
from services.identity.users.service import actor_of
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import get_workspace
from shared.auth import Access
from shared.errors import Conflict, Unauthenticated
from shared.events.identity import SessionEnded, UserSignedIn
from shared.outbox import emit
from shared.scope import acting_in

LIFETIME = timedelta(days=7)
IDLE = timedelta(hours=12)


class SessionOver(Unauthenticated):
    """The session has ended or expired."""

    title = "Your session is over"


class NotAMember(Conflict):
    """You can only switch to a workspace that you belong to."""

    title = "You do not belong to this workspace"


class NoWorkspace(Conflict):
    """The mailbox is proven, but its owner does not belong to any workspace any more."""

    title = "You belong to no workspace"


@dataclass(frozen=True)
class OpenedSession:
    """A new session and its secret, which is returned once and not stored."""

    session: str
    session_expires_at: datetime
    user: User


async def open_session(
    session: AsyncSession,
    user: User,
    method: Literal["link", "code"],
    joined: UUID | None,
    now: datetime,
    real_now: datetime,
) -> OpenedSession:
    """Sign ``user`` in, acting in the workspace that they have just ``joined``, else in their default workspace, to
    which the event belongs. Raises `NoWorkspace`."""
    set_actor(session, actor_of(user))
    async with acting_in(session, None, user.id):
        home = await _home_of(session, user)
    secret = new_token()
    opened = BrowserSession(
        token_digest=digest(secret),
        user_id=user.id,
        acting_workspace_id=joined or home.id,
        created_at=real_now,
        last_seen_at=real_now,
        expires_at=real_now + LIFETIME,
    )
    session.add(opened)
    await session.flush()
    signed_in = UserSignedIn(
        **workspace_fields(home), user_id=user.id, session_id=opened.id, method=method, subject_version=user.version
    )
    await emit(session, signed_in)
    async with acting_in(session, opened.acting_workspace_id, user.id):
        grant = await find_membership(session, user.id, opened.acting_workspace_id)
        assert grant is not None  # the default workspace is one of theirs, and ``joined`` was just joined
        await record_presence(session, grant, now)
    return OpenedSession(secret, opened.expires_at, user)


async def find_live_session(session: AsyncSession, secret: str, real_now: datetime) -> BrowserSession:
    """The live session of a secret. Raises `SessionOver`."""
    mine = select(BrowserSession).where(BrowserSession.token_digest == digest(secret))
    alive = BrowserSession.ended_at.is_(None), BrowserSession.expires_at > real_now
    found = await session.scalar(mine.where(*alive, BrowserSession.last_seen_at > real_now - IDLE))
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
    set_actor(session, actor_of(user))
    await end_session(session, found, "signed_out", real_now)


async def end_session(
    session: AsyncSession,
    browser: BrowserSession,
    reason: Literal["signed_out", "expired", "revoked"],
    real_now: datetime,
) -> None:
    """End a session and its work on behalf. Requires the person's lock."""
    ending = update(BrowserSession).where(BrowserSession.id == browser.id, BrowserSession.ended_at.is_(None))
    if (await session.execute(ending.values(ended_at=real_now).returning(BrowserSession.id))).first() is None:
        return
    if browser.on_behalf_id:
        await end_on_behalf(session, browser, "expired" if reason == "expired" else "ended", real_now)
    async with acting_in(session, browser.acting_workspace_id, browser.user_id):
        workspace = await get_workspace(session, browser.acting_workspace_id)
    await emit(
        session,
        SessionEnded(**workspace_fields(workspace), session_id=browser.id, user_id=browser.user_id, reason=reason),
    )


async def switch_workspace(session: AsyncSession, access: Access, slug: str, real_now: datetime) -> Workspace:
    """Switch the session to another workspace of its user (K25). Work on behalf ends (D12). Raises `NotAMember`."""
    await lock_person(session, access.user_id)
    target = await session.scalar(select(Workspace).where(Workspace.slug == slug))
    if target is None or await find_membership(session, access.user_id, target.id) is None:
        raise NotAMember(f"You do not belong to a workspace “{slug}”. Ask its admins for access.")
    browser = await session.get_one(BrowserSession, access.session_id)
    await move_to(session, browser, target, real_now)
    return target


async def move_to(session: AsyncSession, browser: BrowserSession, target: Workspace, real_now: datetime) -> None:
    """Switch a session to another workspace of its user, without checks."""
    if browser.on_behalf_id:
        await end_on_behalf(session, browser, "ended", real_now)
    browser.acting_workspace_id = target.id
    await session.flush()


async def _home_of(session: AsyncSession, user: User) -> Workspace:
    """The default workspace (K27), or the oldest membership if the person no longer belongs there."""
    mine = [grant.workspace_id for grant in await memberships_of(session, user.id)]
    if not mine:
        raise NoWorkspace("Your address belongs to no workspace any more. Ask an admin to invite you.")
    if user.default_workspace_id not in mine:
        user.default_workspace_id = mine[0]
    return await get_workspace(session, user.default_workspace_id)
