from services.identity.previews import service
from services.identity.previews.schemas import PreviewStart
from services.identity.sessions.schemas import ActingRead
from services.identity.workspaces.schemas import WorkspaceRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound

router = Router("identity", "previews")


@router.post("", guard=allow("portal.preview"), problems=(NotFound,))
async def open_preview(
    body: PreviewStart, access: CurrentAccess, session: Session, now: Now, real_now: RealNow
) -> ActingRead:
    """See a customer's portal as a visitor of one bill group sees it: read-only, for 15 minutes of real time. The
    session acts there until then. It replaces open work on behalf in this session."""  # (O44, D25)
    there = body.workspace_id, body.bill_group_id
    customer = await service.open_preview(session, access, *there, now, real_now)
    return ActingRead(workspace=WorkspaceRead.model_validate(customer))


@router.post("/end", guard=allow("session.own", in_preview=True), status_code=204)
async def end_preview(access: CurrentAccess, session: Session) -> None:
    """End the preview of this session, and return to where it was opened."""
    await service.end_preview(session, access)
