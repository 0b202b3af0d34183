from uuid import UUID

from services.identity.grants import service
from services.identity.grants.schemas import GrantsRead
from shared.auth import Router, service_only
from shared.db import Session

router = Router("identity", "grants")


@router.get("/{user_id}", guard=service_only("a service whose copy is behind a token's version catches up (D29)"))
async def get_grants(user_id: UUID, session: Session) -> GrantsRead:
    """All grants of a person, for a service whose copy is stale."""
    return await service.get_grants(session, user_id)
