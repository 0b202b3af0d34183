"""Plans and their prices, in immutable versions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.plans.models import Plan, PlanVersion
from services.billing.plans.schemas import PlanCreate, PlanRead
from shared.events.billing import PlanPublished
from shared.outbox import emit


async def publish_plan(session: AsyncSession, body: PlanCreate, *, provider_id: UUID, now: datetime) -> PlanRead:
    """Publish a plan, or new prices if the product has a plan of this name."""
    plan_id = await _lock_plan(session, body)
    newest = await session.scalar(select(func.max(PlanVersion.version)).where(PlanVersion.plan_id == plan_id))
    prices = body.model_dump(exclude={"product_id", "display_name"})
    version = PlanVersion(plan_id=plan_id, version=(newest or 0) + 1, published_at=now, **prices)
    session.add(version)
    await session.flush()
    await emit(
        session,
        PlanPublished(
            workspace_id=provider_id,
            subject_version=version.version,
            plan_id=plan_id,
            plan_version_id=version.id,
            **body.model_dump(),
        ),
    )
    return PlanRead(id=plan_id, plan_version_id=version.id, version=version.version, **body.model_dump())


async def _lock_plan(session: AsyncSession, body: PlanCreate) -> UUID:
    """The plan's row, created if it is new, locked so that concurrent publications get different versions."""
    named = insert(Plan).values(product_id=body.product_id, display_name=body.display_name)
    locked = named.on_conflict_do_update(
        index_elements=["product_id", "display_name"], set_={"display_name": body.display_name}
    )
    return (await session.execute(locked.returning(Plan.id))).scalar_one()
