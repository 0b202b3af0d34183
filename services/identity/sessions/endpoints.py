from uuid import UUID

from services.identity.sessions import service
from services.identity.sessions.schemas import ActingRead, Destination, SessionRead, SessionRef
from services.identity.sessions.standing import read_standing
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import CurrentAccess, Router, allow, public
from shared.clock import Now, RealNow
from shared.db import Session
from shared.reads import Pool

router = Router("identity", "sessions")


@router.get("", guard=allow("session.own"))
async def list_sessions(access: CurrentAccess, session: Session, real_now: RealNow) -> list[SessionRead]:
    """The browsers in which the caller is signed in, the latest used first."""
    return await service.list_sessions(session, access, real_now)


@router.post("/{session_id}/revoke", guard=allow("session.own"), status_code=204)
async def end_one(session_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Sign one of the caller's browsers out. Its access tokens become invalid."""
    await service.end_own(session, access, session_id, real_now)


@router.post("/revoke-others", guard=allow("session.own"), status_code=204)
async def end_others(access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Sign all browsers of the caller out but the one of this request."""
    await service.end_own(session, access, None, real_now)


@router.post("/end", guard=public("a session is ended by whoever holds it, also without a token"), status_code=204)
async def sign_out(body: SessionRef, session: Session, real_now: RealNow) -> None:
    """Sign out. All access tokens of the session become invalid."""
    await service.sign_out(session, body.session, real_now)


@router.post("/presence", guard=public("a session is what a browser has before it has a token"), status_code=204)
async def note_presence(body: SessionRef, session: Session, now: Now, real_now: RealNow) -> None:
    """Say that the person is there: they have opened a page or sent a form. A session that nobody uses in person for 12
    hours is over, however often tokens are made for it."""
    await service.note_presence(session, body.session, now, real_now)


@router.post("/move-on", guard=public("a session is what a browser has before it has a token"), status_code=204)
async def move_on(body: SessionRef, session: Session, pool: Pool, real_now: RealNow) -> None:
    """Say that the person was told of the workspace that they have lost (``ended`` of an access token)."""  # (D14)
    standing = await read_standing(pool, body.session, real_now)
    if standing.lost:
        found = standing.session
        await service.move_on(session, found["session_id"], found["acting_workspace_id"], standing.workspace["id"])


@router.post("/switch", guard=allow("session.own"))
async def switch_workspace(body: Destination, access: CurrentAccess, session: Session) -> ActingRead:
    """Switch to another workspace of the user. Work on behalf ends."""  # (K25)
    target = await service.switch_workspace(session, access, body.workspace)
    return ActingRead(workspace=WorkspaceRead.model_validate(target))
