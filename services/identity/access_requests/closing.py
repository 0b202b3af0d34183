"""The end of a request: what it becomes, and the event that says so."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.access_requests.models import AccessRequest, AccessRequestState
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.events.identity import (
    AccessRequestApproved,
    AccessRequestDenied,
    AccessRequestExpired,
    AccessRequestWithdrawn,
)
from shared.outbox import emit

ENDS: dict[AccessRequestState, type[AccessRequestApproved | AccessRequestDenied | AccessRequestExpired
                                    | AccessRequestWithdrawn]] = {
    AccessRequestState.approved: AccessRequestApproved,
    AccessRequestState.denied: AccessRequestDenied,
    AccessRequestState.withdrawn: AccessRequestWithdrawn,
    AccessRequestState.expired: AccessRequestExpired,
}  # fmt: skip


class RequestDescription(TypedDict):
    access_request_id: UUID
    user_id: UUID
    subject_version: int


def about(request: AccessRequest) -> RequestDescription:
    """The fields of every event about a request."""
    return {"access_request_id": request.id, "user_id": request.user_id, "subject_version": request.version}


async def close(
    session: AsyncSession,
    workspace: Workspace,
    request: AccessRequest,
    state: AccessRequestState,
    real_now: datetime,
    decided_by: UUID | None = None,
    reason: str | None = None,
    *,
    joined: bool = False,
) -> None:
    """Close a pending request whose row is locked, in its workspace's scope. ``joined``: it is withdrawn because its
    person has come in by another door."""
    request.state, request.decided_at, request.decided_by, request.reason = state, real_now, decided_by, reason
    request.version += 1
    await session.flush()
    said = {"reason": "joined" if joined else reason} if joined or reason else {}
    await emit(session, ENDS[state](**workspace_fields(workspace), **about(request), **said))
