from uuid import UUID

from fastapi import Response

from services.identity.on_behalf import service, visits
from services.identity.on_behalf.schemas import Entry, VisitBelowRead, VisitRead
from services.identity.on_behalf.service import AdminsKeptOut, AlreadyOnBehalf, CustomerNotConnected, ReasonNeeded
from services.identity.sessions.schemas import ActingRead
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.pages import json_response
from shared.reads import Reader

router = Router("identity", "on-behalf")


@router.post(
    "",
    guard=allow("customer.enter", own=True),
    problems=(AlreadyOnBehalf, NotFound, AdminsKeptOut, CustomerNotConnected, ReasonNeeded),
)
async def enter_workspace(body: Entry, access: CurrentAccess, session: Session, real_now: RealNow) -> ActingRead:
    """Start to work on behalf of a customer. It replaces open work on behalf in this session."""  # (P25, D12)
    child = await service.enter_workspace(session, access, body, real_now)
    return ActingRead(workspace=WorkspaceRead.model_validate(child))


@router.post("/end", guard=allow("session.own"), status_code=204)
async def leave_workspace(access: CurrentAccess, session: Session) -> None:
    """Stop working on behalf."""
    await service.leave_workspace(session, access)


@router.get("/here", guard=allow("user.list"), response_model=list[VisitRead])
async def list_here(read: Reader, real_now: RealNow) -> Response:
    """Who works on behalf of this workspace just now, who came last first, at most 200."""
    return json_response(await visits.list_here(read, real_now))


@router.post("/here/{visit_id}/end", guard=allow("user.edit"), status_code=204)
async def end_here(visit_id: UUID, access: CurrentAccess, session: Session) -> None:
    """End somebody's work on behalf of this workspace at once. They can come back until their link ends, or admins of
    the parent are kept out."""
    await visits.end_here(session, access, visit_id)


@router.get("/below", guard=allow("customer.link_user"), response_model=list[VisitBelowRead])
async def list_below(read: Reader, real_now: RealNow) -> Response:
    """Who of this workspace works on behalf of which customer just now, who began last first, at most 200."""
    return json_response(await visits.list_below(read, real_now))


@router.post("/below/{visit_id}/end", guard=allow("customer.link_user"), status_code=204)
async def end_below(visit_id: UUID, access: CurrentAccess, session: Session) -> None:
    """End the work on behalf of somebody of this workspace at once. Their link stays."""
    await visits.end_below(session, access, visit_id)
