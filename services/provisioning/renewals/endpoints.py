from services.provisioning.operations.refusals import ServiceNotActive
from services.provisioning.orders import renewing
from services.provisioning.orders.asking import TooManyWaiting
from services.provisioning.orders.refusals import ServiceEnding
from services.provisioning.orders.schemas import ExtensionCreate, OrderRead, RenewalCreate
from shared.auth import CurrentAccess, Router, allow
from shared.auth.access import WorkspaceIsClosing
from shared.clock import Now
from shared.db import Session
from shared.errors import NotFound
from shared.idempotency import Once

router = Router("provisioning", "renewals")

REFUSALS = (NotFound, WorkspaceIsClosing, ServiceNotActive, ServiceEnding, TooManyWaiting)


@router.post("", guard=allow("subscription.renew", ask=True), status_code=201, problems=REFUSALS)
async def order_renewal(
    body: RenewalCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> OrderRead:
    """Order that the minimum term of a service's subscription ends one term later. Billing does it, or answers why not:
    then the order has failed. The order of a caller whose role has to ask waits for approval, in the state
    ``awaiting_approval``."""  # (K2, D2)

    async def order() -> OrderRead:
        return await renewing.order_renewal(session, body, by=access, now=now)

    return await once(body, OrderRead, order)


@router.post("/extend", guard=allow("subscription.extend", ask=True), status_code=201, problems=REFUSALS)
async def order_extension(
    body: ExtensionCreate, session: Session, access: CurrentAccess, now: Now, once: Once
) -> OrderRead:
    """Order that the minimum term of a service's subscription ends some months later, as with one term."""  # (K2, D2)

    async def order() -> OrderRead:
        return await renewing.order_renewal(session, body, by=access, now=now)

    return await once(body, OrderRead, order)
