from uuid import UUID

from services.identity.suspensions import service
from services.identity.suspensions.schemas import SuspensionPut, SuspensionRead
from services.identity.suspensions.service import NobodyToSuspend, NotSuspended, SuspendedAlready, SuspendedFromAbove
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session

router = Router("identity", "suspensions")


@router.get("/{workspace_id}", guard=allow("workspace.suspend"))
async def get_suspension(workspace_id: UUID, access: CurrentAccess, session: Session) -> SuspensionRead:
    """A customer or partner below this workspace, directly or through a partner, with its suspension, if there is
    one."""
    return await service.read_suspension(session, access, workspace_id)


@router.put("/{workspace_id}", guard=allow("workspace.suspend"), problems=(NobodyToSuspend, SuspendedAlready))
async def suspend_workspace(
    workspace_id: UUID, body: SuspensionPut, access: CurrentAccess, session: Session, now: Now
) -> SuspensionRead:
    """Suspend a customer or partner below this workspace. Its people can sign in, read, and pay what is open; every
    other change is refused. Its services and their billing go on, and so do a partner's customers. Its admins get a
    mail with the reason."""
    return await service.suspend(session, access, workspace_id, body.reason, now)


@router.delete(
    "/{workspace_id}", guard=allow("workspace.suspend"), status_code=204, problems=(NotSuspended, SuspendedFromAbove)
)
async def reinstate_workspace(workspace_id: UUID, access: CurrentAccess, session: Session) -> None:
    """End the suspension of a customer or partner below this workspace. Its admins get a mail."""
    await service.reinstate(session, access, workspace_id)
