from services.identity.sessions import service
from services.identity.sessions.schemas import ActingRead, Destination, SessionRef
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import CurrentAccess, Router, allow, public
from shared.clock import RealNow
from shared.db import Session

router = Router("identity", "sessions")


@router.post("/end", guard=public("a session is ended by whoever holds it, also without a token"), status_code=204)
async def sign_out(body: SessionRef, session: Session, real_now: RealNow) -> None:
    """Sign out. All access tokens of the session become invalid."""
    await service.sign_out(session, body.session, real_now)


@router.post("/switch", guard=allow("session.own"))
async def switch_workspace(body: Destination, access: CurrentAccess, session: Session, real_now: RealNow) -> ActingRead:
    """Switch to another workspace of the user. Work on behalf ends."""  # (K25)
    target = await service.switch_workspace(session, access, body.workspace, real_now)
    return ActingRead(workspace=WorkspaceRead.model_validate(target))
