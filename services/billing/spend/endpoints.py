from typing import Annotated

from fastapi import Query, Response

from services.billing.settings import Today
from services.billing.spend import service
from services.billing.spend.schemas import SpendRead
from shared.auth import Router, allow
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "spend")


@router.get("", guard=allow("money.view"), response_model=list[SpendRead])
async def get_spend(read: Reader, today: Today, months: Annotated[int, Query(ge=1, le=36)] = 12) -> Response:
    """The invoiced amounts of the last months, by kind of service."""
    found = await service.read_spend(read, months=months, today=today)
    return json_response(found)
