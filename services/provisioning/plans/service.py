"""The copy of billing's plan versions, and the validation of an order's plan."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.provisioning.plans.models import PlanVersion
from shared.errors import Conflict, Invalid
from shared.events.billing import PlanPublished
from shared.field_errors import field_error


async def copy_plan_version(session: AsyncSession, event: PlanPublished) -> None:
    """Store a published plan version. Idempotent, because versions are immutable."""
    version = insert(PlanVersion).values(
        id=event.plan_version_id,
        plan_id=event.plan_id,
        product_id=event.product_id,
        version=event.subject_version,
        terms=event.terms,
        currency=event.currency,
    )
    await session.execute(version.on_conflict_do_nothing(index_elements=["id"]))


class PlanNotOffered(Invalid):
    """The order references a plan version that does not belong to the product."""

    title = "The plan is not one of this product"


class PlanSuperseded(Conflict):
    """The plan has a newer version: its price has changed since the page was opened."""

    title = "The price has changed"


async def find_offered_plan(session: AsyncSession, plan_version_id: UUID, *, product_id: UUID) -> PlanVersion:
    """Raises `PlanNotOffered` or `PlanSuperseded` unless this is the newest version of a plan of the product."""
    every = aliased(PlanVersion)
    newest = select(func.max(every.version)).where(every.plan_id == PlanVersion.plan_id).scalar_subquery()
    wanted = select(PlanVersion, newest).where(PlanVersion.id == plan_version_id)
    found = (await session.execute(wanted)).one_or_none()
    if found is None or found[0].product_id != product_id:
        errors = [field_error("/plan_version_id", "not_offered", "is not a plan of this product")]
        raise PlanNotOffered("Choose one of the product's plans.", errors=errors)
    named: PlanVersion = found[0]
    if named.version != found[1]:
        raise PlanSuperseded("The plan was published anew. Look at the new price and order again.")
    return named
