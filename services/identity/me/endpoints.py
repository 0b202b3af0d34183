from fastapi import Response

from services.identity.me import service
from services.identity.me.schemas import MeRead, MeUpdate
from services.identity.people.models import User
from services.identity.sessions.refusals import NoWorkspace
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
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
