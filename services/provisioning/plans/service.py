"""The copy of billing's plan versions, and the validation of an order's plan."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

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
        display_name=event.display_name,
        version=event.subject_version,
        terms=event.terms,
        priced_fields=sorted(event.field_prices),
        may_pause=event.may_pause,
        currency=event.currency,
        offered_to=event.offered_to,
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


async def find_newest(session: AsyncSession, plan_version_id: UUID) -> UUID | None:
    """The newest version of the plan that a version is of. None if the version is not known."""
    plan = select(PlanVersion.plan_id).where(PlanVersion.id == plan_version_id).scalar_subquery()
    newest = select(PlanVersion.id).where(PlanVersion.plan_id == plan).order_by(PlanVersion.version.desc()).limit(1)
    return await session.scalar(newest)


async def require_same_plan(session: AsyncSession, agreed: UUID, shown: UUID) -> None:
    """Raises `PlanNotOffered` unless both are versions of one plan."""
    plans = select(func.count(PlanVersion.plan_id.distinct())).where(PlanVersion.id.in_((agreed, shown)))
    known = select(PlanVersion.id).where(PlanVersion.id == shown)
    if await session.scalar(known) is None or await session.scalar(plans) != 1:
        errors = [field_error("/plan_version_id", "not_offered", "is not a version of the plan that was asked for")]
        raise PlanNotOffered("An order is approved for the plan that was asked for.", errors=errors)


async def find_offered_plan(session: AsyncSession, plan_version_id: UUID, *, product_id: UUID) -> PlanVersion:
    """Raises `PlanNotOffered`, `PlanNoLongerOffered` or `PlanSuperseded` unless this is the newest version of a plan of
    the product that orders can choose."""
    every = aliased(PlanVersion)
    newest = select(func.max(every.version)).where(every.plan_id == PlanVersion.plan_id).scalar_subquery()
    offered = select(PlanOffer.is_offered).where(PlanOffer.plan_id == PlanVersion.plan_id).scalar_subquery()
    wanted = select(PlanVersion, newest, offered).where(PlanVersion.id == plan_version_id)
    found = (await session.execute(wanted)).one_or_none()
    if found is None or found[0].product_id != product_id or found[0].offered_to is not None:
        errors = [field_error("/plan_version_id", "not_offered", "is not a plan of this product")]
        raise PlanNotOffered("Choose one of the product's plans.", errors=errors)
    named: PlanVersion = found[0]
    if found[2] is False:
        raise PlanNoLongerOffered("The plan was withdrawn. Choose another one.")
    if named.version != found[1]:
        raise PlanSuperseded("The plan was published anew. Look at the new price and order again.")
    return named


def _offered() -> tuple[ColumnElement[bool], ...]:
    """Of versions of plans: that orders of every customer can choose them."""
    later, withdrawn = aliased(PlanVersion), PlanOffer
    newest = ~select(later.id).where(later.plan_id == PlanVersion.plan_id, later.version > PlanVersion.version).exists()
    offered = ~select(withdrawn.plan_id).where(
        withdrawn.plan_id == PlanVersion.plan_id, withdrawn.is_offered.is_(False)
    ).exists()  # fmt: skip
    return PlanVersion.offered_to.is_(None), newest, offered


async def list_offered(session: AsyncSession, product_ids: Collection[UUID]) -> dict[UUID, list[PlanVersion]]:
    """The newest versions of the plans that orders can choose, by product, at most a few hundred."""
    found: dict[UUID, list[PlanVersion]] = {}
    named = PlanVersion.product_id.in_(product_ids)
    for plan in await session.scalars(select(PlanVersion).where(named, *_offered()).order_by(PlanVersion.display_name)):
        found.setdefault(plan.product_id, []).append(plan)
    return found


async def find_offered_by_name(
    session: AsyncSession, product_id: UUID, names: Sequence[str], currency: str | None
) -> PlanVersion | None:
    """The newest version of the first of these plans of a product that orders can choose in this currency."""
    named = PlanVersion.product_id == product_id, PlanVersion.display_name.in_(names)
    found = (await session.scalars(select(PlanVersion).where(*named, *_offered()))).all()
    fitting = [plan for plan in found if currency is None or plan.currency == currency]
    return min(fitting, key=lambda plan: names.index(plan.display_name), default=None)
