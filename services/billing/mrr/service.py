"""Monthly recurring revenue: the started subscriptions, normalised to a month, one amount per currency (P5, D9)."""

from collections.abc import Iterable
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.money import Money, total
from services.billing.mrr.models import Mrr
from services.billing.subscriptions.models import Clock, Subscription
from shared.events.billing import Amount, MrrChanged
from shared.outbox import emit


def monthly_amount(subscription: Subscription) -> Money:
    """A subscription's revenue per month, rounded once."""
    return subscription.recurring * Fraction(1, subscription.interval_months)


def mrr_of(subscriptions: Iterable[Subscription]) -> dict[str, int]:
    """The sum per currency. Only subscriptions whose billing has started count."""
    billing = [subscription for subscription in subscriptions if subscription.clock == Clock.started]
    currencies = sorted({subscription.currency for subscription in billing})
    return {c: total((monthly_amount(s) for s in billing if s.currency == c), c).minor for c in currencies}


async def publish_mrr(session: AsyncSession, workspace_id: UUID) -> None:
    """Publish the workspace's current MRR. The row is locked before summing, so that the newest version is correct."""
    first = insert(Mrr).values(workspace_id=workspace_id, version=1, amounts={})
    locked = first.on_conflict_do_update(index_elements=["workspace_id"], set_={"version": Mrr.version + 1})
    version = (await session.execute(locked.returning(Mrr.version))).scalar_one()
    billing = select(Subscription).where(Subscription.workspace_id == workspace_id, Subscription.clock == Clock.started)
    amounts = mrr_of(await session.scalars(billing))
    await session.execute(update(Mrr).where(Mrr.workspace_id == workspace_id).values(amounts=amounts))
    mrr = [Amount(currency=currency, amount_minor=minor) for currency, minor in amounts.items()]
    await emit(session, MrrChanged(workspace_id=workspace_id, subject_version=version, mrr=mrr))
