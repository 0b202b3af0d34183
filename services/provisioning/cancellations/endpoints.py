from uuid import UUID

from services.provisioning.operations.refusals import ServiceBusy, ServiceNotActive, TooManyOperations, VerbNotOffered
from services.provisioning.orders import cancelling
from services.provisioning.orders.asking import TooManyWaiting
from services.provisioning.orders.part_refusals import CancelledWithWhole, PartBusy
from services.provisioning.orders.refusals import CancellationNotScheduled, ServiceEnding
from services.provisioning.orders.schemas import CancellationCreate, OrderRead
from services.provisioning.orders.wanting import NotWantedThen
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once

router = Router("provisioning", "cancellations")

REFUSALS = (
    NotFound, ServiceNotActive, ServiceEnding, VerbNotOffered, ServiceBusy, TooManyOperations, TooManyWaiting,
    CancelledWithWhole, PartBusy, NotWantedThen,
)  # fmt: skip


@router.post("", guard=allow("service.delete", ask=True), status_code=201, problems=REFUSALS)
async def cancel_service(
    body: CancellationCreate, session: Session, access: CurrentAccess, now: Now, real_now: RealNow, once: Once
) -> OrderRead:
    """Cancel a service with all its parts, now or for the end of its period. What came along with another service is
    not cancelled alone. One that could not be provisioned can be cancelled now. The order of a caller whose role has
    to ask waits for approval, in the state ``awaiting_approval``."""  # (P19)

    async def order() -> OrderRead:
        return await cancelling.order_cancellation(session, body, by=access, now=now, real_now=real_now)

    return await once(body, OrderRead, order)


@router.post("/{order_id}/undo", guard=allow("service.delete"), problems=(NotFound, CancellationNotScheduled))
async def undo_cancellation(order_id: UUID, session: Session) -> OrderRead:
    """Let a service go on that was cancelled for the end of its period. Possible until then."""
    return await cancelling.undo_cancellation(session, order_id)
