from typing import Annotated

from fastapi import Query, Response

from services.billing.mrr.listing import read_customers_movements, read_mrr
from services.billing.mrr.schemas import CustomersMrrRead, MrrRead
from services.billing.settings import Today
from shared.auth import Router, allow
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "mrr")
Months = Annotated[int, Query(ge=1, le=36)]


@router.get("", guard=allow("money.view"), response_model=list[MrrRead])
async def get_mrr(read: Reader, today: Today, months: Months = 12) -> Response:
    """What the subscriptions cost per month, in the last months, and what changed that. It is of the whole workspace:
    within a bill group there is none."""
    return json_response(await read_mrr(read, months=months, today=today))


@router.get("/customers", guard=allow("customer.list"), response_model=list[CustomersMrrRead])
async def get_customers_mrr(read: Reader, today: Today) -> Response:
    """What changed the revenue of the customers directly below the caller's workspace in this month. Only for those who
    see all customers."""  # (P13)
    return json_response(await read_customers_movements(read, today=today))
