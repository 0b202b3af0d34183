from services.identity.workspaces import service
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session

router = Router("identity", "workspaces")


@router.get("/current", guard=allow("session.own"), response_model=WorkspaceRead)
async def get_current_workspace(access: CurrentAccess, session: Session) -> Workspace:
    """The acting workspace of the caller's session."""  # (K29)
    return await service.get_workspace(session, access.workspace_id)
