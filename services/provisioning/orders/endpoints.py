from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.provisioning.bill_groups.service import (
    BillGroupDoesNotFit,
    BillGroupNotYours,
    NobodyPays,
    OrderedForCustomers,
)
from services.provisioning.failed_orders.service import workspace_of_failed
from services.provisioning.locations.service import LocationNotYours
from services.provisioning.operations.refusals import ServiceBusy, ServiceNotActive, TooManyOperations, VerbNotOffered
from services.provisioning.orders import asking, deciding, listing
from services.provisioning.orders.asking import OrderAgreed, OrderNotWaiting, OthersOrder, TooManyWaiting
from services.provisioning.orders.part_refusals import (
    AddOnDoesNotFit,
    AddOnOfNothing,
    BroughtNotOrderable,
    BroughtOtherwise,
    CancelledWithWhole,
    PartBusy,
    TooManyParts,
)
from services.provisioning.orders.refusals import NothingChanges, ServiceEnding, TooManyAtOnce, TooManySubmitted
from services.provisioning.orders.retrying import OrderNotFailed, retry_order
from services.provisioning.orders.schemas import (
    OrderApproval,
    OrderCreate,
    OrderRead,
    OrderRefusal,
    OrdersQuery,
    OrderSummaryRead,
)
from services.provisioning.orders.service import ProductNotOffered
from services.provisioning.orders.wanting import NotWantedThen
from services.provisioning.placements.service import NoRoom, SiteNotOffered
from services.provisioning.plans.service import PlanNoLongerOffered, PlanNotOffered, PlanSuperseded
from services.provisioning.products.configuration import ConfigurationNotValid, ProductNotUsable
from services.provisioning.products.offering import ProductNoLongerOffered
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import Unavailable
from shared.idempotency import Once
from shared.pages import CountedPage, json_response
from shared.reads import Reader
from shared.scope import acting_in

router = Router("provisioning", "orders")

REFUSALS = (
    ProductNotOffered, ProductNoLongerOffered, PlanNotOffered, PlanNoLongerOffered, PlanSuperseded,
    TooManyAtOnce, ConfigurationNotValid, ProductNotUsable, SiteNotOffered, NoRoom,
    BillGroupNotYours, BillGroupDoesNotFit, NobodyPays, OrderedForCustomers, Unavailable, LocationNotYours,
    AddOnOfNothing, BroughtOtherwise, BroughtNotOrderable, NotWantedThen,
    WorkspaceIsClosing,
)  # fmt: skip
"""Of an order, and of the check of one."""
OF_ADD_ONS = (AddOnDoesNotFit, ServiceNotActive, ServiceEnding, TooManyParts)
"""Of an order of an add-on, beside those."""
OF_SERVICES = (NothingChanges, ServiceBusy, VerbNotOffered, TooManyOperations, CancelledWithWhole, PartBusy)
"""Of an order that changes, cancels or renews a service, beside those."""


@router.post(
    "", guard=allow("service.order", ask=True), status_code=201, problems=(*REFUSALS, TooManyWaiting, TooManySubmitted)
)
async def place_order(
    body: OrderCreate, session: Session, access: CurrentAccess, now: Now, real_now: RealNow, once: Once
) -> OrderRead:
    """Order a service of the catalogue that is no add-on. Provisioning starts automatically; the order's steps show its
    progress. The order of a caller whose role has to ask waits for approval, in the state ``awaiting_approval``; one of
    a product whose orders the provider confirms waits for that, in the state ``awaiting_acknowledgement``."""

    async def place() -> OrderRead:
        return await asking.order_or_ask(session, body, by=access, now=now, real_now=real_now)

    return await once(body, OrderRead, place)


@router.get("", guard=allow("service.view"), response_model=CountedPage[OrderSummaryRead])
async def list_orders(read: Reader, query: Annotated[OrdersQuery, Query()]) -> Response:
    """The orders of the workspace, newest first. ``q`` is the beginning of a number, in any case."""
    return json_response(await listing.list_orders(read, query))


@router.get("/{order_id}", guard=allow("service.view"), response_model=OrderRead)
async def get_order(order_id: UUID, read: Reader) -> Response:
    """One order, with its configuration and its steps."""
    found = await listing.read_order(read, order_id)
    return json_response(found)


@router.post(
    "/{order_id}/approve",
    guard=allow("order.approve"),
    problems=(*REFUSALS, *OF_ADD_ONS, *OF_SERVICES, OrderNotWaiting, TooManySubmitted),
)
async def approve_order(
    order_id: UUID,
    body: OrderApproval,
    session: Session,
    access: CurrentAccess,
    now: Now,
    real_now: RealNow,
    once: Once,
) -> OrderRead:
    """Approve an order that somebody has asked for: it is placed, at the price that the caller has seen. What would
    refuse a new order refuses this too. Of two decisions the first counts."""

    async def approve() -> OrderRead:
        return await deciding.approve_order(session, order_id, body, by=access, now=now, real_now=real_now)

    return await once(body, OrderRead, approve)


@router.post("/{order_id}/refuse", guard=allow("order.approve"), problems=(OrderNotWaiting,))
async def refuse_order(
    order_id: UUID, body: OrderRefusal, session: Session, access: CurrentAccess, now: Now
) -> OrderRead:
    """Refuse an order that somebody has asked for, with a reason that the person is told. Of two decisions the first
    counts."""
    return await deciding.refuse_order(session, order_id, body.reason, by=access, now=now)


@router.post(
    "/{order_id}/withdraw",
    guard=allow("service.order", ask=True),
    problems=(OrderNotWaiting, OthersOrder, OrderAgreed),
)
async def withdraw_order(order_id: UUID, session: Session, access: CurrentAccess) -> OrderRead:
    """Take one's own order back, before anybody has decided; or any order that waits for the provider, where the
    caller's role need not ask."""
    return await asking.withdraw_order(session, order_id, by=access)


@router.post(
    "/{order_id}/retry",
    guard=allow("order.retry"),
    problems=(OrderNotFailed, ServiceNotActive, ServiceBusy, TooManyOperations, NoRoom),
)
async def retry_failed_order(
    order_id: UUID, session: Session, access: CurrentAccess, real_now: RealNow, once: Once
) -> OrderRead:
    """Retry a failed order of any workspace: from the failed step, or from the first one where what was done is undone
    already."""

    async def retry() -> OrderRead:
        workspace_id = await workspace_of_failed(session, order_id)
        async with acting_in(session, workspace_id, access.user_id):
            return await retry_order(session, order_id, by=access, now=real_now)

    return await once(None, OrderRead, retry)
