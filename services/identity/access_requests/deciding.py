"""Approving and denying access. The first decision counts (D16)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.closing import close
from services.identity.access_requests.models import AccessRequest, AccessRequestState
from services.identity.access_requests.refusals import AccessRequestClosed
from services.identity.access_requests.schemas import AccessRequestRead
from services.identity.grants.locks import confirm_access, lock_person, lock_workspace
from services.identity.grants.service import find_membership, give_grant
from services.identity.people.models import User
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.service import get_workspace
from shared.auth import Access
from shared.errors import NotFound

PERMISSION = "access_request.decide"
ROLE = "member"
"""What a person is in a workspace that they asked for (K23). It can be changed as every user's."""


async def approve(
    session: AsyncSession, access: Access, request_id: UUID, now: datetime, real_now: datetime
) -> AccessRequestRead:
    """Make the person a member. If they have become a user in another way, their role stays. Raises `NotFound` or
    `AccessRequestClosed`."""
    workspace, request = await _lock(session, access, request_id, real_now)
    if await find_membership(session, request.user_id, workspace.id) is None:
        await give_grant(session, request.user_id, workspace, ROLE, "membership", now, door="access_request",
                         let_in_by=access.user_id)  # fmt: skip
    await close(session, workspace, request, AccessRequestState.approved, real_now, access.user_id)
    return await _read(session, request)


async def deny(
    session: AsyncSession, access: Access, request_id: UUID, reason: str, real_now: datetime
) -> AccessRequestRead:
    """Refuse access, with a reason for the person. Raises `NotFound` or `AccessRequestClosed`."""
    workspace, request = await _lock(session, access, request_id, real_now)
    await close(session, workspace, request, AccessRequestState.denied, real_now, access.user_id, reason)
    return await _read(session, request)


async def expire(session: AsyncSession, request_id: UUID, real_now: datetime) -> None:
    """Expire a request that nobody has answered in 30 days."""
    due = select(AccessRequest).where(AccessRequest.id == request_id, AccessRequest.expires_at <= real_now)
    request = await session.scalar(due.where(AccessRequest.state == AccessRequestState.pending).with_for_update())
    if request is not None:
        workspace = await get_workspace(session, request.workspace_id)
        await close(session, workspace, request, AccessRequestState.expired, real_now)


async def _lock(
    session: AsyncSession, access: Access, request_id: UUID, real_now: datetime
) -> tuple[Workspace, AccessRequest]:
    workspace = await lock_workspace(session, access.workspace_id)
    own = AccessRequest.id == request_id, AccessRequest.workspace_id == workspace.id
    asker = await session.scalar(select(AccessRequest.user_id).where(*own))
    if asker is None:
        raise NotFound("There is no such request.")
    await lock_person(session, asker)
    await confirm_access(session, access, PERMISSION)
    request = await session.get_one(AccessRequest, request_id, with_for_update=True, populate_existing=True)
    late = request.state == AccessRequestState.pending and request.expires_at <= real_now
    state = AccessRequestState.expired if late else AccessRequestState(request.state)
    if state != AccessRequestState.pending:
        raise AccessRequestClosed(f"This request is {state}.", state=state)
    return workspace, request


async def _read(session: AsyncSession, request: AccessRequest) -> AccessRequestRead:
    user = await session.get_one(User, request.user_id)
    decider = await session.get_one(User, request.decided_by) if request.decided_by else None
    return AccessRequestRead(
        id=request.id, user_id=user.id, address=user.address, display_name=user.display_name, message=request.message,
        state=AccessRequestState(request.state), asked_at=request.asked_at, expires_at=request.expires_at,
        decider=decider.display_name if decider else None, reason=request.reason,
    )  # fmt: skip
