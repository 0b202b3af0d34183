from uuid import UUID

from services.billing.plans import service
from services.billing.plans.schemas import PlanCreate, PlanRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page

router = Router("billing", "plans")


@router.get("", guard=allow("money.view"))
async def list_plans(
    session: Session, product_id: UUID | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[PlanRead]:
    """The catalogue's prices, of one product or of all."""
    return await service.list_plans(session, product_id=product_id, cursor=cursor, limit=limit)


@router.post("", guard=allow("catalogue.edit"), status_code=201)
async def publish_plan(body: PlanCreate, session: Session, access: CurrentAccess, now: Now, once: Once) -> PlanRead:
    """Publish a plan, or new prices of an existing one. Earlier orders keep their prices."""
    return await once(
        body, PlanRead, lambda: service.publish_plan(session, body, provider_id=access.workspace_id, now=now)
    )
