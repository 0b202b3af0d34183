from typing import Annotated

from fastapi import Query, Response

from services.billing.spend import service
from services.billing.spend.schemas import SpendRead
from shared.auth import Router, allow
from shared.clock import Now
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "spend")


@router.get("", guard=allow("money.view"), response_model=list[SpendRead])
async def get_spend(read: Reader, now: Now, months: Annotated[int, Query(ge=1, le=36)] = 12) -> Response:
    """The invoiced amounts of the last months, by kind of service."""
    found = await service.read_spend(read, months=months, today=now.date())
    return json_response(found)
