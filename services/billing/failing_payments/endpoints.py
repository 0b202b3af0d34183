from typing import Annotated

from fastapi import Query, Response

from services.billing.failing_payments.listing import read_failing
from services.billing.failing_payments.schemas import FailingPaymentsRead
from services.billing.settings import Today
from shared.auth import Router, allow
from shared.pages import json_response
from shared.reads import Reader

router = Router("billing", "failing-payments")


@router.get("", guard=allow("customer.list"), response_model=FailingPaymentsRead)
async def get_failing_payments(read: Reader, today: Today, limit: Annotated[int, Query(ge=1, le=50)] = 5) -> Response:
    """The customers directly below the caller's workspace with overdue invoices or failed payments. Only for those who
    see all customers."""  # (P13)
    return json_response(await read_failing(read, today=today, limit=limit))
