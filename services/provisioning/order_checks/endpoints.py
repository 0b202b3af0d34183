from typing import Annotated

from fastapi import Header

from services.provisioning.order_checks import service
from services.provisioning.order_checks.schemas import OrderCheckRead
from services.provisioning.orders.endpoints import REFUSALS
from services.provisioning.orders.schemas import OrderCreate
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session

router = Router("provisioning", "order-checks")


@router.post("", guard=allow("service.order", ask=True), problems=REFUSALS)
async def check_order(
    body: OrderCreate,
    session: Session,
    access: CurrentAccess,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")] = None,
) -> OrderCheckRead:
    """Check an order without placing it: what would refuse it refuses this too. With the `Idempotency-Key` of an order
    that the caller has placed within a day, the answer names that order, and nothing is checked. Changes nothing."""
    return await service.check_order(session, body, by=access, key=idempotency_key)
