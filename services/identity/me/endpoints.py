from uuid import UUID

from fastapi import Response

from services.identity.holders.refusals import HolderStays
from services.identity.me import service, workspaces
from services.identity.me.schemas import MeRead, MeUpdate, OwnWorkspaceRead
from services.identity.people.models import User
from services.identity.sessions.refusals import NoWorkspace
from services.identity.users.service import LastAdmin
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.pages import json_response
from shared.reads import Reader

router = Router("identity", "me")

# A hot read, which the person's id limits: people belong to no workspace.
ME = "SELECT id::text, address, display_name, locale, time_zone, shortcuts FROM users WHERE id = $1"


@router.get("", guard=allow("session.own"), response_model=MeRead)
async def get_me(read: Reader) -> Response:
    """The caller: their name, their address, and what they have chosen: language, time zone, keyboard shortcuts."""
    row = await read.fetchrow(ME, read.access.user_id)
    return json_response(dict(row.items()))


@router.patch("", guard=allow("session.own"), response_model=MeRead, problems=(NoWorkspace,))
async def change_me(body: MeUpdate, access: CurrentAccess, session: Session) -> User:
    """Change one's own name, language, time zone or keyboard shortcuts, in every workspace. The address stays as it
    is."""  # (D28)
    changes = body.model_dump(exclude_unset=True)
    for name in ("display_name", "shortcuts"):
        if changes.get(name) is None:
            changes.pop(name, None)
    return await service.change_me(session, access, changes)


@router.get("/workspaces", guard=allow("session.own"), response_model=list[OwnWorkspaceRead])
async def list_own_workspaces(read: Reader) -> Response:
    """The workspaces that the caller has access to in their own name, and how they came in: one entry per grant, the
    oldest first, at most 200."""
    return json_response(await workspaces.list_own(read, read.access.user_id))


@router.post(
    "/workspaces/{workspace_id}/default", guard=allow("session.own"), status_code=204, problems=(NotFound, NoWorkspace)
)
async def choose_default_workspace(workspace_id: UUID, access: CurrentAccess, session: Session) -> None:
    """Have signing in lead to this workspace from now on."""  # (K27)
    await workspaces.choose_default(session, access, workspace_id)


@router.post(
    "/workspaces/{workspace_id}/leave",
    guard=allow("session.own"),
    status_code=204,
    problems=(NotFound, HolderStays, LastAdmin),
)
async def leave_workspace(workspace_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Leave a workspace that the caller is a user of. Neither a holder nor the last admin can. Who has no other is
    signed out."""
    await workspaces.leave(session, access, workspace_id, real_now)
