from typing import Annotated
from uuid import UUID

from fastapi import Header

from services.provisioning.order_checks import service
from services.provisioning.order_checks.schemas import OrderCheckRead
from services.provisioning.orders.endpoints import REFUSALS
from services.provisioning.orders.schemas import OrderCreate
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound
from shared.sellers import acting_for

router = Router("provisioning", "order-checks")

OrderKey = Annotated[str | None, Header(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]
"""The `Idempotency-Key` with which the order is placed afterwards."""


@router.post("", guard=allow("service.order", ask=True), problems=REFUSALS)
async def check_order(
    body: OrderCreate,
    session: Session,
    access: CurrentAccess,
    now: Now,
    idempotency_key: OrderKey = None,
) -> OrderCheckRead:
    """Check an order without placing it: what would refuse it refuses this too. With the `Idempotency-Key` of an order
    that the caller has placed within a day, the answer names that order, and nothing is checked. Changes nothing."""
    return await service.check_order(session, body, by=access, key=idempotency_key, now=now)


@router.post("/of-customers/{workspace_id}", guard=allow("quote.manage"), problems=(*REFUSALS, NotFound))
async def check_order_of_customer(
    workspace_id: UUID, body: OrderCreate, session: Session, access: CurrentAccess, now: Now
) -> OrderCheckRead:
    """Check an order that a customer could place, for a quote: what would refuse it refuses this too. Changes
    nothing."""
    async with acting_for(session, access, workspace_id):
        return await service.check_order_for(session, body, workspace_id, now=now)
