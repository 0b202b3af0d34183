from uuid import UUID

from services.provisioning.add_ons import service
from services.provisioning.add_ons.refusals import NotAnAddOn
from services.provisioning.cancellations.endpoints import REFUSALS as OF_CANCELLATIONS
from services.provisioning.changes.endpoints import REFUSALS as OF_CHANGES
from services.provisioning.operations.refusals import ServiceBusy, TooManyOperations
from services.provisioning.order_checks.endpoints import OrderKey
from services.provisioning.order_checks.schemas import OrderCheckRead
from services.provisioning.order_checks.service import check_order
from services.provisioning.orders.asking import (
    OrderAgreed,
    OrderNotWaiting,
    OthersOrder,
    TooManyWaiting,
    order_or_ask,
)
from services.provisioning.orders.endpoints import OF_ADD_ONS
from services.provisioning.orders.endpoints import REFUSALS as OF_ORDERS
from services.provisioning.orders.refusals import CancellationNotScheduled, TooManySubmitted
from services.provisioning.orders.schemas import AddOnCreate, CancellationCreate, ChangeCreate, OrderRead
from services.provisioning.site_offers.schemas import SiteOffersRead
from services.provisioning.sites.schemas import SiteRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once

router = Router("provisioning", "add-ons")

CONFIGURE = "add_on.configure"
REFUSALS = (*OF_ORDERS, *OF_ADD_ONS)
"""Of an order of an add-on, and of the check of one."""


@router.post(
    "", guard=allow(CONFIGURE, ask=True), status_code=201, problems=(*REFUSALS, TooManyWaiting, TooManySubmitted)
)
async def order_add_on(
    body: AddOnCreate, session: Session, access: CurrentAccess, now: Now, real_now: RealNow, once: Once
) -> OrderRead:
    """Order an add-on for a service. It is provisioned, paid and waits as other orders do."""

    async def order() -> OrderRead:
        return await order_or_ask(session, body, by=access, now=now, real_now=real_now)

    return await once(body, OrderRead, order)


@router.post("/check", guard=allow(CONFIGURE, ask=True), problems=REFUSALS)
async def check_add_on(
    body: AddOnCreate, session: Session, access: CurrentAccess, now: Now, idempotency_key: OrderKey = None
) -> OrderCheckRead:
    """Check an order of an add-on without placing it, as `POST /order-checks` checks other orders. Changes nothing."""
    return await check_order(session, body, by=access, key=idempotency_key, now=now)


@router.get("/site-offers/{product_id}", guard=allow(CONFIGURE, ask=True))
async def get_add_on_site_offers(product_id: UUID, session: Session) -> SiteOffersRead:
    """The sites that could take the smallest service of an add-on. None for one whose services run on no host."""
    found = await service.list_site_offers(session, product_id)
    return SiteOffersRead(sites=[SiteRead.model_validate(site) for site in found])


@router.post(
    "/orders/{order_id}/withdraw",
    guard=allow(CONFIGURE, ask=True),
    problems=(NotFound, NotAnAddOn, OrderNotWaiting, OthersOrder, OrderAgreed),
)
async def withdraw_add_on(order_id: UUID, session: Session, access: CurrentAccess) -> OrderRead:
    """Take back an order of an add-on, as `POST /orders/{order_id}/withdraw` takes back other orders."""
    return await service.withdraw_order(session, order_id, by=access)


@router.post(
    "/changes",
    guard=allow(CONFIGURE, ask=True),
    status_code=201,
    problems=(*OF_CHANGES, NotAnAddOn, ServiceBusy, TooManyOperations, TooManyWaiting),
)
async def change_add_on(
    body: ChangeCreate, session: Session, access: CurrentAccess, now: Now, real_now: RealNow, once: Once
) -> OrderRead:
    """Order a change of an active add-on, as `POST /changes` changes other services."""

    async def order() -> OrderRead:
        return await service.order_change(session, body, by=access, now=now, real_now=real_now)

    return await once(body, OrderRead, order)


@router.post("/changes/check", guard=allow(CONFIGURE, ask=True), status_code=204, problems=(*OF_CHANGES, NotAnAddOn))
async def check_add_on_change(body: ChangeCreate, session: Session, now: Now) -> None:
    """Check a change of an add-on without ordering it: what would refuse it refuses this too. Changes nothing."""
    await service.check_change(session, body, now=now)


@router.post(
    "/cancellations", guard=allow(CONFIGURE, ask=True), status_code=201, problems=(*OF_CANCELLATIONS, NotAnAddOn)
)
async def cancel_add_on(
    body: CancellationCreate, session: Session, access: CurrentAccess, now: Now, real_now: RealNow, once: Once
) -> OrderRead:
    """Cancel an add-on, now or for the end of its period, as `POST /cancellations` cancels other services."""

    async def order() -> OrderRead:
        return await service.order_cancellation(session, body, by=access, now=now, real_now=real_now)

    return await once(body, OrderRead, order)


@router.post(
    "/cancellations/{order_id}/undo",
    guard=allow(CONFIGURE),
    problems=(NotFound, NotAnAddOn, CancellationNotScheduled),
)
async def undo_add_on_cancellation(order_id: UUID, session: Session) -> OrderRead:
    """Let an add-on go on that was cancelled for the end of its period. Possible until then."""
    return await service.undo_cancellation(session, order_id)
