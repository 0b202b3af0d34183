from services.identity.on_behalf import service
from services.identity.on_behalf.service import AlreadyOnBehalf, CustomerNotConnected
from services.identity.sessions.schemas import ActingRead, Destination
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound

router = Router("identity", "on-behalf")


@router.post("", guard=allow("customer.enter", own=True), problems=(AlreadyOnBehalf, NotFound, CustomerNotConnected))
async def enter_workspace(body: Destination, access: CurrentAccess, session: Session, real_now: RealNow) -> ActingRead:
    """Start to work on behalf of a customer. It replaces open work on behalf in this session."""  # (P25, D12)
    child = await service.enter_workspace(session, access, body.workspace, real_now)
    return ActingRead(workspace=WorkspaceRead.model_validate(child))


@router.post("/end", guard=allow("session.own"), status_code=204)
async def leave_workspace(access: CurrentAccess, session: Session) -> None:
    """Stop working on behalf."""
    await service.leave_workspace(session, access)
