from uuid import UUID

from services.provisioning.operations.endpoints import OperationBegun
from services.provisioning.operations.refusals import ServiceBusy, ServiceNotActive, TooManyOperations, VerbNotOffered
from services.provisioning.suspensions import service
from services.provisioning.suspensions.refusals import NotPausable, StillOverdue, SuspendedWithWhole
from services.provisioning.suspensions.schemas import SuspensionCreate
from shared.auth import Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once

router = Router("provisioning", "suspensions")

REFUSALS = (NotFound, ServiceNotActive, VerbNotOffered, ServiceBusy, TooManyOperations)


@router.post("", guard=allow("service.change"), status_code=201, problems=(*REFUSALS, NotPausable))
async def suspend_service(body: SuspensionCreate, session: Session, real_now: RealNow, once: Once) -> OperationBegun:
    """Suspend an active service: it is kept, with all that it holds, and does not work until it is resumed."""

    async def begin() -> OperationBegun:
        found = await service.suspend(session, body.service_id, body.reason, now=real_now)
        return OperationBegun(id=found)

    return await once(body, OperationBegun, begin)


@router.post(
    "/{service_id}/end",
    guard=allow("service.change"),
    status_code=201,
    problems=(*REFUSALS, StillOverdue, SuspendedWithWhole),
)
async def resume_service(service_id: UUID, session: Session, real_now: RealNow, once: Once) -> OperationBegun:
    """Have a suspended service work again. One that is suspended because something is overdue works again when that is
    paid."""

    async def begin() -> OperationBegun:
        return OperationBegun(id=await service.resume(session, service_id, now=real_now))

    return await once(None, OperationBegun, begin)
