from typing import Annotated

from fastapi import Query

from services.billing.spend import service
from services.billing.spend.schemas import SpendRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session

router = Router("billing", "spend")


@router.get("", guard=allow("money.view"))
async def get_spend(
    session: Session, access: CurrentAccess, now: Now, months: Annotated[int, Query(ge=1, le=36)] = 12
) -> list[SpendRead]:
    """The invoiced amounts of the last months, by kind of service."""
    return await service.spend(session, access.workspace_id, months=months, today=now.date())
