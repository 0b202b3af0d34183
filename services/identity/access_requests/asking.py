"""Asking for access, and taking it back.

A workspace that does not exist is answered as one that does: who asks is told the same, and has the same row.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.closing import about, close
from services.identity.access_requests.models import AccessRequest, AccessRequestState, AskedWorkspace, told_state
from services.identity.access_requests.refusals import AccessRequestClosed, TooManyAsked, UserAlready
from services.identity.access_requests.schemas import AskedRead, AskOutcome
from services.identity.grants.locks import lock_person
from services.identity.grants.service import find_membership
from services.identity.invitations.accepting import accept_proven
from services.identity.invitations.models import Invitation
from services.identity.invitations.service import pending_of
from services.identity.people.models import User
from services.identity.people.service import actor_of, lock_address
from services.identity.settings import Settings
from services.identity.workspaces.schemas import WorkspaceRead
from services.identity.workspaces.scope import set_actor, workspace_fields
from services.identity.workspaces.service import get_workspace
from shared.auth import Access
from shared.errors import NotFound
from shared.events.identity import AccessRequested
from shared.outbox import emit
from shared.scope import acting_in

LIFETIME = timedelta(days=30)
DAY = timedelta(days=1)


async def ask(
    session: AsyncSession,
    settings: Settings,
    access: Access,
    name: str,
    message: str,
    now: datetime,
    real_now: datetime,
) -> AskOutcome:
    """Ask for access to the workspace ``name``. An invitation that waits for the person is accepted instead. Raises
    `UserAlready` or `TooManyAsked`."""
    user = await session.get_one(User, access.user_id)
    await lock_address(session, user.address)
    set_actor(session, actor_of(user, access.session_id))
    target_id = await session.scalar(select(func.workspace_asked_for(name)))
    if target_id is not None:
        async with acting_in(session, target_id, user.id):
            await _refuse_users(session, user, target_id)
            invitation = await _invitation_of(session, user, target_id, real_now)
        if invitation is not None:
            await accept_proven(session, invitation.id, target_id, invitation.address, now, real_now)
            await close_joined(session, user.id, target_id, real_now)
            async with acting_in(session, target_id, user.id):
                workspace = await get_workspace(session, target_id)
            return AskOutcome(asked=None, joined=WorkspaceRead.model_validate(workspace))
    await lock_person(session, user.id)
    asked = await _same(session, user.id, name, real_now)
    if asked is None:
        asked = await _ask(session, settings, user, name, target_id, message, real_now)
    return AskOutcome(asked=await _read(session, asked, real_now), joined=None)


async def withdraw(session: AsyncSession, access: Access, asked_id: UUID, real_now: datetime) -> AskedRead:
    """Take one's own request back. Raises `NotFound` or `AccessRequestClosed`."""
    user = await lock_person(session, access.user_id)
    set_actor(session, actor_of(user, access.session_id))
    mine = select(AskedWorkspace).where(AskedWorkspace.id == asked_id, AskedWorkspace.user_id == user.id)
    asked = await session.scalar(mine)
    if asked is None:
        raise NotFound("There is no such request.")
    shown = await _read(session, asked, real_now)
    if shown.state != AccessRequestState.pending:
        raise AccessRequestClosed(f"This request is {shown.state}.", state=shown.state)
    asked.withdrawn_at = real_now
    await session.flush()
    if asked.request_id is not None:
        await _withdraw(session, asked, asked.request_id, real_now)
    return await _read(session, asked, real_now)


async def close_joined(session: AsyncSession, user_id: UUID, workspace_id: UUID, real_now: datetime) -> None:
    """Close the request of a person who has joined the workspace in another way. To be called after that."""
    async with acting_in(session, workspace_id, user_id):
        request = await _lock_pending(session, user_id, workspace_id)
        if request is not None:
            workspace = await get_workspace(session, workspace_id)
            await close(session, workspace, request, AccessRequestState.withdrawn, real_now, joined=True)


async def _lock_pending(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> AccessRequest | None:
    """The person's pending request, locked. Requires the scope of the workspace."""
    own = AccessRequest.user_id == user_id, AccessRequest.workspace_id == workspace_id
    pending = select(AccessRequest).where(*own, AccessRequest.state == AccessRequestState.pending)
    return await session.scalar(pending.with_for_update())


async def _refuse_users(session: AsyncSession, user: User, workspace_id: UUID) -> None:
    if await find_membership(session, user.id, workspace_id):
        workspace = await get_workspace(session, workspace_id)
        raise UserAlready(f"You are a user of {workspace.display_name} already.")


async def _invitation_of(
    session: AsyncSession, user: User, workspace_id: UUID, real_now: datetime
) -> Invitation | None:
    """An invitation of the person's mailbox, which signing in has proven."""
    waiting = pending_of(workspace_id, user.address_key).where(Invitation.expires_at > real_now)
    return await session.scalar(waiting)


async def _same(session: AsyncSession, user_id: UUID, name: str, real_now: datetime) -> AskedWorkspace | None:
    """The open request under the same name: asking twice is asking once."""
    found = _open(user_id, real_now).where(AskedWorkspace.name == name)
    return (await session.scalars(found.limit(1))).one_or_none()


def _open(user_id: UUID, real_now: datetime) -> Select[AskedWorkspace]:
    """What the person asked for and nobody has answered."""
    unanswered = or_(AskedWorkspace.request_id.is_(None), AccessRequest.state == AccessRequestState.pending)
    asked = select(AskedWorkspace).join(AccessRequest, AccessRequest.id == AskedWorkspace.request_id, isouter=True)
    mine = AskedWorkspace.user_id == user_id, AskedWorkspace.withdrawn_at.is_(None)
    return asked.where(*mine, AskedWorkspace.expires_at > real_now, unanswered)


async def _ask(
    session: AsyncSession,
    settings: Settings,
    user: User,
    name: str,
    target_id: UUID | None,
    message: str,
    real_now: datetime,
) -> AskedWorkspace:
    await _refuse_too_many(session, settings, user.id, real_now)
    asked = AskedWorkspace(id=uuid4(), user_id=user.id, name=name, asked_at=real_now, expires_at=real_now + LIFETIME)
    if target_id is not None:
        async with acting_in(session, target_id, user.id):
            asked.request_id = await _request(session, user, target_id, message, real_now)
    session.add(asked)
    await session.flush()
    return asked


async def _refuse_too_many(session: AsyncSession, settings: Settings, user_id: UUID, real_now: datetime) -> None:
    """Requires the person's lock."""
    open_now = select(func.count()).select_from(_open(user_id, real_now).subquery())
    today = select(func.count()).where(AskedWorkspace.user_id == user_id, AskedWorkspace.asked_at > real_now - DAY)
    if (await session.scalar(open_now) or 0) >= settings.open_access_requests:
        raise TooManyAsked(f"{settings.open_access_requests} of your requests are open. Withdraw one first.")
    if (await session.scalar(today) or 0) >= settings.access_requests_per_day:
        raise TooManyAsked("You cannot ask for access again today. Try again tomorrow.")


async def _request(session: AsyncSession, user: User, target_id: UUID, message: str, real_now: datetime) -> UUID:
    """A new request, or the one that is pending under another name. Requires the person's lock, and the scope of the
    workspace."""
    request = await _lock_pending(session, user.id, target_id)
    if request is not None:
        request.expires_at = real_now + LIFETIME
        await session.flush()
        return request.id
    workspace = await get_workspace(session, target_id)
    request = AccessRequest(id=uuid4(), workspace_id=target_id, user_id=user.id, message=message, asked_at=real_now,
                            expires_at=real_now + LIFETIME)  # fmt: skip
    session.add(request)
    await session.flush()
    await emit(session, AccessRequested(**workspace_fields(workspace), **about(request)))
    return request.id


async def _withdraw(session: AsyncSession, asked: AskedWorkspace, request_id: UUID, real_now: datetime) -> None:
    """Withdraw the request, unless it is still open under another name."""
    other = _open(asked.user_id, real_now).where(AskedWorkspace.request_id == request_id)
    if await session.scalar(other.limit(1)) is not None:
        return
    known = await session.get_one(AccessRequest, request_id)
    async with acting_in(session, known.workspace_id, asked.user_id):
        request = await session.get_one(AccessRequest, request_id, with_for_update=True, populate_existing=True)
        if request.state != AccessRequestState.pending:
            raise AccessRequestClosed(f"This request is {request.state}.", state=request.state)
        workspace = await get_workspace(session, request.workspace_id)
        await close(session, workspace, request, AccessRequestState.withdrawn, real_now)


async def _read(session: AsyncSession, asked: AskedWorkspace, real_now: datetime) -> AskedRead:
    request = await session.get(AccessRequest, asked.request_id) if asked.request_id else None
    state = told_state(request.state if request else None, asked.withdrawn_at, asked.expires_at, real_now)
    return AskedRead(id=asked.id, name=asked.name, state=state, reason=request.reason if request else None,
                     asked_at=asked.asked_at, expires_at=asked.expires_at)  # fmt: skip
