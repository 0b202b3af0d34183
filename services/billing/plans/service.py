"""Plans and their prices, in immutable versions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.plans.models import Plan, PlanVersion
from services.billing.plans.schemas import PlanCreate, PlanRead
from shared.errors import NotFound
from shared.events.billing import PlanOffered, PlanPublished, PlanWithdrawn
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


async def withdraw_plan(session: AsyncSession, plan_id: UUID, *, provider_id: UUID, now: datetime) -> Plan:
    """Orders that are placed from now on cannot choose it; provisioning hears of it. ``now`` is business time."""
    plan = await _lock_known(session, plan_id)
    if plan.is_offered:
        plan.withdrawn_at = now
        plan.offer_version += 1
        await emit(session, PlanWithdrawn.model_validate(_told(plan, provider_id)))
    return plan


async def offer_plan(session: AsyncSession, plan_id: UUID, *, provider_id: UUID) -> Plan:
    """Orders can choose it again."""
    plan = await _lock_known(session, plan_id)
    if not plan.is_offered:
        plan.withdrawn_at = None
        plan.offer_version += 1
        await emit(session, PlanOffered.model_validate(_told(plan, provider_id)))
    return plan


async def _lock_known(session: AsyncSession, plan_id: UUID) -> Plan:
    plan = (await session.scalars(select(Plan).where(Plan.id == plan_id).with_for_update())).one_or_none()
    if plan is None:
        raise NotFound(f"There is no plan {plan_id}.")
    return plan


def _told(plan: Plan, provider_id: UUID) -> dict[str, object]:
    return {
        "workspace_id": provider_id,
        "subject_version": plan.offer_version,
        "plan_id": plan.id,
        "product_id": plan.product_id,
        "display_name": plan.display_name,
    }


async def _lock_plan(session: AsyncSession, body: PlanCreate) -> UUID:
    """The plan's row, created if it is new, locked so that concurrent publications get different versions."""
    named = insert(Plan).values(product_id=body.product_id, display_name=body.display_name)
    locked = named.on_conflict_do_update(
        index_elements=["product_id", "display_name"], set_={"display_name": body.display_name}
    )
    return (await session.execute(locked.returning(Plan.id))).scalar_one()
