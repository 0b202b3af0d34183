from fastapi import Response

from services.identity.workspace_settings import service
from services.identity.workspace_settings.schemas import WorkspaceSettingsRead, WorkspaceSettingsUpdate
from services.identity.workspaces.models import Workspace
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.pages import json_response
from shared.reads import Reader

router = Router("identity", "workspace-settings")

# A hot read.
SETTINGS = "SELECT locale, support_address, support_phone, postal_lines FROM workspaces WHERE workspace_id = $1"


@router.get("", guard=allow("workspace.edit"), response_model=WorkspaceSettingsRead)
async def get_settings(read: Reader) -> Response:
    """The settings of this workspace."""
    row = await read.fetchrow(SETTINGS, read.access.workspace_id)
    return json_response(dict(row.items()))


@router.patch("", guard=allow("workspace.edit"), response_model=WorkspaceSettingsRead)
async def change_settings(body: WorkspaceSettingsUpdate, access: CurrentAccess, session: Session) -> Workspace:
    """Change the settings of this workspace. What is left out stays as it is."""  # (K11)
    return await service.change_settings(session, access, body.model_dump(exclude_unset=True))
