"""Plans and their prices, in immutable versions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.plans.models import Plan, PlanVersion
from services.billing.plans.schemas import PlanCreate, PlanRead
from shared.errors import Conflict, NotFound
from shared.events.billing import PlanOffered, PlanPublished, PlanWithdrawn
from shared.outbox import emit


class PlanNameTaken(Conflict):
    """Prices of one customer have this name: those of an offer. Choose another name."""

    title = "The name of the plan is taken"


async def publish_plan(session: AsyncSession, body: PlanCreate, *, provider_id: UUID, now: datetime) -> PlanRead:
    """Publish a plan, or new prices if the product has a plan of this name."""
    plan_id = await _lock_plan(session, body)
    newest = await session.scalar(select(func.max(PlanVersion.version)).where(PlanVersion.plan_id == plan_id))
    version = await _add_version(session, plan_id, (newest or 0) + 1, body, provider_id=provider_id, now=now)
    return PlanRead(id=plan_id, plan_version_id=version.id, version=version.version, **body.model_dump())


async def publish_for(
    session: AsyncSession, body: PlanCreate, customer_id: UUID, *, provider_id: UUID, now: datetime
) -> PlanVersion:
    """Publish prices for one customer alone, of what is quoted to it. The name must be new."""
    plan = Plan(
        product_id=body.product_id, display_name=body.display_name, withdrawn_at=now, offered_to=customer_id,
    )  # fmt: skip
    session.add(plan)
    await session.flush()
    return await _add_version(session, plan.id, 1, body, provider_id=provider_id, now=now, offered_to=customer_id)


async def _add_version(
    session: AsyncSession, plan_id: UUID, number: int, body: PlanCreate, *, provider_id: UUID, now: datetime,
    offered_to: UUID | None = None,
) -> PlanVersion:  # fmt: skip
    prices = body.model_dump(exclude={"product_id", "display_name"})
    version = PlanVersion(plan_id=plan_id, version=number, published_at=now, **prices)
    session.add(version)
    await session.flush()
    published = PlanPublished(
        workspace_id=provider_id, subject_version=number, plan_id=plan_id, plan_version_id=version.id,
        offered_to=offered_to, **body.model_dump(),
    )  # fmt: skip
    await emit(session, published)
    return version


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
    plan = (
        await session.scalars(select(Plan).where(Plan.id == plan_id, Plan.offered_to.is_(None)).with_for_update())
    ).one_or_none()
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
    """The plan's row, created if it is new, locked so that concurrent publications get different versions. Raises
    `PlanNameTaken`."""
    named = insert(Plan).values(product_id=body.product_id, display_name=body.display_name)
    locked = named.on_conflict_do_update(
        index_elements=["product_id", "display_name"], set_={"display_name": body.display_name}
    )
    plan_id, offered_to = (await session.execute(locked.returning(Plan.id, Plan.offered_to))).one()
    if offered_to is not None:
        raise PlanNameTaken("Prices of one customer have this name. Choose another one.")
    return UUID(str(plan_id))
