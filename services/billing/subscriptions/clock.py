"""The billing clock: ``not_started -> pending (until) -> started -> ended``. Provisioning never starts billing by
itself; the end of the product's delay does (D9)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.mrr.service import publish_mrr
from services.billing.subscriptions.models import Clock, Subscription
from services.billing.subscriptions.service import announce, subscribe
from shared.events.billing import BillingStarted, SubscriptionEnded
from shared.events.provisioning import ServiceProvisioned, ServiceProvisioningFailed
from shared.outbox import emit

FAILED = "provisioning_failed"


async def set_clock(session: AsyncSession, event: ServiceProvisioned) -> None:
    """A service runs: its billing starts when the product's delay is over, without a delay at once (D9).

    A service that failed before and was made at a second try is billed like any other.
    """
    subscription = await subscribe(session, event)
    retried = subscription.clock == Clock.ended and subscription.end_reason == FAILED
    if event.subject_version < subscription.service_version or not (subscription.clock == Clock.not_started or retried):
        return
    subscription.service_version = event.subject_version
    subscription.ended_at = subscription.end_reason = None
    subscription.clock = Clock.pending
    subscription.billing_starts_at = event.occurred_at + timedelta(days=event.billing_delay_days)
    await session.flush()
    if retried:
        await announce(session, subscription)
    if event.billing_delay_days == 0:
        await start_billing(session, subscription)


async def drop_failed(session: AsyncSession, event: ServiceProvisioningFailed) -> None:
    """A service could not be made: its subscription ends before anything was billed (D18)."""
    subscription = await subscribe(session, event)
    if event.subject_version < subscription.service_version or subscription.clock != Clock.not_started:
        return
    subscription.service_version = event.subject_version
    subscription.clock = Clock.ended
    subscription.end_reason = FAILED
    subscription.ended_at = event.occurred_at
    subscription.version += 1
    await session.flush()
    await emit(
        session,
        SubscriptionEnded(
            workspace_id=subscription.workspace_id,
            subject_version=subscription.version,
            subscription_id=subscription.id,
            service_id=subscription.service_id,
            bill_group_id=subscription.bill_group_id,
            reason=FAILED,
        ),
    )


async def claim_due(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Subscription]:
    """Subscriptions whose delay is over, locked; those that another worker has in hand are left to it.

    By workspace, so that two workers that meet at a workspace's MRR come in the same order.
    """
    due = select(Subscription).where(Subscription.clock == Clock.pending, Subscription.billing_starts_at <= now)
    oldest = due.order_by(Subscription.billing_starts_at).limit(limit).with_for_update(skip_locked=True)
    return sorted(await session.scalars(oldest), key=lambda subscription: subscription.workspace_id)


async def start_billing(session: AsyncSession, subscription: Subscription) -> None:
    """Let the clock run from the moment that was set, however late the worker comes (P6)."""
    started_at = subscription.billing_starts_at
    assert started_at is not None, "only a pending subscription can start"
    started_on = started_at.astimezone(UTC).date()
    subscription.clock = Clock.started
    subscription.billing_started_at = started_at
    subscription.billed_until = started_on
    subscription.version += 1
    group = await session.get_one(BillGroup, subscription.bill_group_id, with_for_update=True, populate_existing=True)
    group.anchor_on = group.anchor_on or started_on
    group.next_billing_on = min(group.next_billing_on or started_on, started_on)
    await session.flush()
    await emit(
        session,
        BillingStarted(
            workspace_id=subscription.workspace_id,
            subject_version=subscription.version,
            subscription_id=subscription.id,
            service_id=subscription.service_id,
            bill_group_id=subscription.bill_group_id,
            started_at=started_at,
        ),
    )
    await publish_mrr(session, subscription.workspace_id)
