from fastapi import Response

from services.identity.workspace_settings import service
from services.identity.workspace_settings.schemas import WorkspaceSettingsRead, WorkspaceSettingsUpdate
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.renaming import TooManyFormerUrls
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.pages import json_response
from shared.reads import Reader

router = Router("identity", "workspace-settings")

# A hot read.
SETTINGS = """
SELECT display_name, slug, locale, support_address, support_phone, postal_lines, support_hours, emergency_phone,
       help_url, status_url, sales_name, sales_address, sales_phone, asks_entry_reason
FROM workspaces WHERE workspace_id = $1
"""


@router.get("", guard=allow("workspace.edit"), response_model=WorkspaceSettingsRead)
async def get_settings(read: Reader) -> Response:
    """The settings of this workspace."""
    row = await read.fetchrow(SETTINGS, read.access.workspace_id)
    return json_response(dict(row.items()))


@router.patch("", guard=allow("workspace.edit"), response_model=WorkspaceSettingsRead, problems=(TooManyFormerUrls,))
async def change_settings(
    body: WorkspaceSettingsUpdate, access: CurrentAccess, session: Session, real_now: RealNow
) -> Workspace:
    """Change the settings of this workspace, or its name, or its URL. What is left out stays as it is."""  # (K11, K29)
    wanted = body.model_dump(exclude_unset=True)
    new_url = wanted.pop("new_url", False)
    if wanted.get("display_name", "") is None:
        del wanted["display_name"]
    return await service.change_settings(session, access, wanted, real_now, new_url=new_url)


@router.post("/end-setup", guard=allow("workspace.edit"), status_code=204)
async def end_setup(access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Do not lead the admins of this workspace through setting it up any more."""
    await service.end_setup(session, access.workspace_id, real_now)
