from uuid import UUID

from fastapi import Response

from services.identity.sessions import service
from services.identity.sessions.models import IDLE
from services.identity.sessions.refusals import NotAMember, SessionOver
from services.identity.sessions.schemas import ActingRead, Destination, SessionRead, SessionRef
from services.identity.sessions.standing import read_standing
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import CurrentAccess, Router, allow, public
from shared.clock import Now, RealNow
from shared.db import Session
from shared.pages import json_response
from shared.reads import Pool, Reader

router = Router("identity", "sessions")


# A hot read, which the person's id limits: sessions belong to no workspace.
SESSIONS = """
SELECT id::text, browser, browser_name, operating_system, ip, created_at AS signed_in_at, last_seen_at,
       id = $2 AS is_current
FROM sessions WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $3 AND last_seen_at > $4
ORDER BY last_seen_at DESC, sessions.id DESC LIMIT 200
"""


@router.get("", guard=allow("session.own"), response_model=list[SessionRead])
async def list_sessions(read: Reader, real_now: RealNow) -> Response:
    """The browsers in which the caller is signed in, the latest used first, at most 200."""
    mine = read.access.user_id, read.access.session_id
    rows = await read.fetch(SESSIONS, *mine, real_now, real_now - IDLE)
    return json_response([dict(row.items()) for row in rows])


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


@router.post(
    "/presence",
    guard=public("a session is what a browser has before it has a token"),
    status_code=204,
    problems=(SessionOver,),
)
async def note_presence(body: SessionRef, session: Session, now: Now, real_now: RealNow) -> None:
    """Say that the person is there: they have opened a page or sent a form. A session that nobody uses in person for 12
    hours is over, however often tokens are made for it."""
    await service.note_presence(session, body.session, now, real_now)


@router.post(
    "/move-on",
    guard=public("a session is what a browser has before it has a token"),
    status_code=204,
    problems=(SessionOver,),
)
async def move_on(body: SessionRef, session: Session, pool: Pool, real_now: RealNow) -> None:
    """Say that the person was told of the workspace that they have lost (``ended`` of an access token)."""  # (D14)
    standing = await read_standing(pool, body.session, real_now)
    if standing.lost:
        found = standing.session
        await service.move_on(session, found["session_id"], found["acting_workspace_id"], standing.workspace["id"])


@router.post("/switch", guard=allow("session.own", in_preview=True), problems=(NotAMember,))
async def switch_workspace(body: Destination, access: CurrentAccess, session: Session) -> ActingRead:
    """Switch to another workspace of the user. Work on behalf or a preview ends."""  # (K25)
    target = await service.switch_workspace(session, access, body.workspace)
    return ActingRead(workspace=WorkspaceRead.model_validate(target))
