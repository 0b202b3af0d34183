from sqlalchemy import select

from services.billing.plan_checks.schemas import PlanCheckRead
from services.billing.plans.models import Plan
from services.billing.plans.schemas import PlanCreate
from shared.auth import Router, allow
from shared.db import Session

router = Router("billing", "plan-checks")


@router.post("", guard=allow("catalogue.edit"))
async def check_plan(body: PlanCreate, session: Session) -> PlanCheckRead:
    """Check a plan without publishing it: what would refuse to publish it refuses this too. Changes nothing."""
    named = select(Plan.id).where(Plan.product_id == body.product_id, Plan.display_name == body.display_name)
    return PlanCheckRead(exists=await session.scalar(named) is not None)
