from uuid import UUID

from services.provisioning.acknowledgements import service
from services.provisioning.acknowledgements.schemas import (
    AnsweredOrderRead,
    OrderReturn,
    WaitingCountRead,
    WaitingOrderRead,
)
from services.provisioning.bill_groups.service import BillGroupDoesNotFit, BillGroupNotYours, NobodyPays
from services.provisioning.locations.service import LocationNotYours
from services.provisioning.operations.refusals import ServiceNotActive
from services.provisioning.orders import acknowledging
from services.provisioning.orders.part_refusals import (
    AddOnDoesNotFit,
    AddOnOfNothing,
    BroughtNotOrderable,
    BroughtOtherwise,
    TooManyParts,
)
from services.provisioning.orders.refusals import NotAwaitingAcknowledgement, ServiceEnding, TooManyAtOnce
from services.provisioning.placements.service import NoRoom, SiteNotOffered
from services.provisioning.products.configuration import ConfigurationNotValid, ProductNotUsable
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once
from shared.reads import Reader
from shared.scope import acting_in

router = Router("provisioning", "acknowledgements")

GUARD = allow("order.acknowledge")


@router.get("/count", guard=GUARD)
async def count_waiting_orders(read: Reader) -> WaitingCountRead:
    """How many orders of all workspaces wait for the provider."""
    return WaitingCountRead(count=await service.count_waiting(read))


@router.get("/{order_id}", guard=GUARD, problems=(NotFound,))
async def get_waiting_order(order_id: UUID, session: Session, access: CurrentAccess) -> WaitingOrderRead:
    """An order of any workspace, while it waits for the provider, with what is to be provisioned. Without prices."""
    return await service.read_waiting(session, order_id, access.user_id)


@router.post(
    "/{order_id}/acknowledge",
    guard=GUARD,
    problems=(
        NotFound, NotAwaitingAcknowledgement, TooManyAtOnce, ConfigurationNotValid, ProductNotUsable, SiteNotOffered,
        NoRoom, BillGroupNotYours, BillGroupDoesNotFit, NobodyPays, LocationNotYours,
        AddOnOfNothing, AddOnDoesNotFit, ServiceNotActive,
        ServiceEnding, TooManyParts, BroughtOtherwise, BroughtNotOrderable, WorkspaceIsClosing,
    ),
)  # fmt: skip
async def acknowledge_order(
    order_id: UUID, session: Session, access: CurrentAccess, now: Now, real_now: RealNow, once: Once
) -> AnsweredOrderRead:
    """Confirm an order that waits for the provider, with what comes along, at the prices that were agreed: its
    provisioning begins. What would refuse a new order refuses this too, other than a product or a plan that was
    withdrawn or has a newer price. Of two answers the first counts."""

    async def acknowledge() -> AnsweredOrderRead:
        workspace_id = await service.workspace_of(session, order_id)
        async with acting_in(session, workspace_id, access.user_id):
            found = await acknowledging.acknowledge_order(session, order_id, by=access, now=now, real_now=real_now)
            return AnsweredOrderRead.model_validate(found)

    return await once(None, AnsweredOrderRead, acknowledge)


@router.post("/{order_id}/return", guard=GUARD, problems=(NotFound, NotAwaitingAcknowledgement))
async def return_order(
    order_id: UUID, body: OrderReturn, session: Session, access: CurrentAccess, now: Now
) -> AnsweredOrderRead:
    """Return an order that waits for the provider, with a reason that its customer is told: nothing is provisioned or
    billed. Of two answers the first counts."""
    workspace_id = await service.workspace_of(session, order_id)
    async with acting_in(session, workspace_id, access.user_id):
        found = await acknowledging.return_order(session, order_id, body.reason, by=access, now=now)
        return AnsweredOrderRead.model_validate(found)
