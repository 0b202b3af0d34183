from services.provisioning.bill_groups.service import BillGroupDoesNotFit
from services.provisioning.locations.service import LocationNotYours
from services.provisioning.operations.refusals import ServiceBusy, ServiceNotActive, TooManyOperations, VerbNotOffered
from services.provisioning.orders import changing
from services.provisioning.orders.asking import TooManyWaiting
from services.provisioning.orders.part_refusals import CancelledWithWhole
from services.provisioning.orders.refusals import NothingChanges, ServiceEnding, TooManyAtOnce
from services.provisioning.orders.schemas import ChangeCreate, OrderRead
from services.provisioning.orders.wanting import NotWantedThen
from services.provisioning.placements.service import NoRoom
from services.provisioning.plans.service import PlanNoLongerOffered, PlanNotOffered, PlanSuperseded
from services.provisioning.products.configuration import ConfigurationNotValid, ProductNotUsable
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once

router = Router("provisioning", "changes")

REFUSALS = (
    NotFound, ServiceNotActive, ServiceEnding, VerbNotOffered, PlanNotOffered, PlanNoLongerOffered, PlanSuperseded,
    TooManyAtOnce, ConfigurationNotValid, ProductNotUsable, NothingChanges, NoRoom,
    NotWantedThen, LocationNotYours, BillGroupDoesNotFit, CancelledWithWhole,
    WorkspaceIsClosing,
)  # fmt: skip
"""Of a change, and of the check of one."""


@router.post(
    "",
    guard=allow("service.change", ask=True),
    status_code=201,
    problems=(*REFUSALS, ServiceBusy, TooManyOperations, TooManyWaiting),
)
async def change_service(
    body: ChangeCreate, session: Session, access: CurrentAccess, now: Now, real_now: RealNow, once: Once
) -> OrderRead:
    """Order a change of an active service's configuration, quantity, plan or location. It begins at once, and is undone
    if it fails. The order of a caller whose role has to ask waits for approval, in the state
    ``awaiting_approval``."""  # (K8)

    async def order() -> OrderRead:
        return await changing.order_change(session, body, by=access, now=now, real_now=real_now)

    return await once(body, OrderRead, order)


@router.post("/check", guard=allow("service.change", ask=True), status_code=204, problems=REFUSALS)
async def check_change(body: ChangeCreate, session: Session, now: Now) -> None:
    """Check a change without ordering it: what would refuse it refuses this too. Changes nothing."""
    await changing.check_change(session, body, now=now)
