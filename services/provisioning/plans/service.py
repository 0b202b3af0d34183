"""The copy of billing's plan versions, and the validation of an order's plan."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.plans.models import PlanOffer, PlanVersion
from shared.errors import Conflict, Invalid
from shared.events.billing import PlanOffered, PlanPublished, PlanWithdrawn
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


async def copy_plan_offer(session: AsyncSession, event: PlanWithdrawn | PlanOffered) -> None:
    """Store whether a plan can be chosen. Events may arrive in any order: the newest counts."""
    said = {"is_offered": isinstance(event, PlanOffered), "version": event.subject_version}
    offer = insert(PlanOffer).values(plan_id=event.plan_id, **said)
    newer = PlanOffer.version < offer.excluded.version
    await session.execute(offer.on_conflict_do_update(index_elements=["plan_id"], set_=said, where=newer))


class PlanNoLongerOffered(Conflict):
    """The plan was withdrawn. Subscriptions at its prices go on."""

    title = "The plan is not offered any more"


class PlanNotOffered(Invalid):
    """The order references a plan version that does not belong to the product."""

    title = "The plan is not one of this product"


class PlanSuperseded(Conflict):
    """The plan has a newer version: its price has changed since the page was opened."""

    title = "The price has changed"


async def find_offered_plan(session: AsyncSession, plan_version_id: UUID, *, product_id: UUID) -> PlanVersion:
    """Raises `PlanNotOffered`, `PlanNoLongerOffered` or `PlanSuperseded` unless this is the newest version of a plan of
    the product that orders can choose."""
    named = await session.get(PlanVersion, plan_version_id)
    if named is None or named.product_id != product_id:
        errors = [field_error("/plan_version_id", "not_offered", "is not a plan of this product")]
        raise PlanNotOffered("Choose one of the product's plans.", errors=errors)
    if await session.scalar(select(PlanOffer.is_offered).where(PlanOffer.plan_id == named.plan_id)) is False:
        raise PlanNoLongerOffered("The plan was withdrawn. Choose another one.")
    newest = select(func.max(PlanVersion.version)).where(PlanVersion.plan_id == named.plan_id)
    if named.version != await session.scalar(newest):
        raise PlanSuperseded("The plan was published anew. Look at the new price and order again.")
    return named
