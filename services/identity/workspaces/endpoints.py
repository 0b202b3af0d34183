from fastapi import Response

from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import Router, allow
from shared.pages import json_response
from shared.reads import Reader

router = Router("identity", "workspaces")

# A hot read.
CURRENT = (
    "SELECT workspace_id::text AS id, slug, kind, display_name, account_number FROM workspaces WHERE workspace_id = $1"
)


@router.get("/current", guard=allow("session.own"), response_model=WorkspaceRead)
async def get_current_workspace(read: Reader) -> Response:
    """The acting workspace of the caller's session."""  # (K29)
    row = await read.fetchrow(CURRENT, read.access.workspace_id)
    return json_response(dict(row.items()))
