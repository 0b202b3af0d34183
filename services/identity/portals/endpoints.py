from uuid import UUID

from services.identity.portals import service
from services.identity.portals.schemas import PortalLook, PortalLookRead, PortalRead
from services.identity.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow, public
from shared.db import Session
from shared.errors import NotFound

router = Router("identity", "portals")


@router.post("/look", guard=public("a portal's link comes before signing in"), problems=(NotFound,))
async def look_at_portal(body: PortalLook, session: Session, settings: CurrentSettings) -> PortalLookRead:
    """Show whose portal a link leads to, and whether it is open. Nothing is said of the customer."""
    return await service.look_at_portal(session, settings, body.key)


@router.get("/{workspace_id}/{bill_group_id}", guard=allow("access_rule.manage"), problems=(NotFound,))
async def get_portal(
    workspace_id: UUID, bill_group_id: UUID, access: CurrentAccess, session: Session, settings: CurrentSettings
) -> PortalRead:
    """The link to the portal of a customer's bill group, and whether it is open."""
    return await service.get_portal(session, settings, access, workspace_id, bill_group_id)
