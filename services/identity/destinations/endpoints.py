from typing import Annotated

from fastapi import Query

from services.identity.destinations import service
from services.identity.destinations.schemas import DestinationRead, LinkedSlug
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.errors import NotFound

router = Router("identity", "destinations")


@router.get("", guard=allow("session.own"), problems=(NotFound,))
async def find_destination(
    workspace: Annotated[LinkedSlug, Query()], access: CurrentAccess, session: Session
) -> DestinationRead:
    """How the caller gets to the pages of a workspace, by its URL name, wherever their session acts now. Changes
    nothing. One that they may not open is as unknown as one that does not exist."""
    return await service.find_destination(session, access, workspace)
