"""The billing clock: ``not_started -> pending -> started -> ended``. Billing starts when the product's billing delay
after provisioning is over (D9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.dates import refresh_next_billing
from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.standing import refresh_standing
from services.billing.mrr.service import add_to_mrr, monthly_amount
from services.billing.periods import cycle_date
from services.billing.settings import Settings
from services.billing.subscriptions.models import Clock, Subscription
from services.billing.subscriptions.service import announce, subscribe
from shared.events.billing import BillingStarted, SubscriptionEnded
from shared.events.provisioning import ServiceProvisioned, ServiceProvisioningFailed
from shared.outbox import emit

FAILED = "provisioning_failed"


async def set_clock(session: AsyncSession, settings: Settings, event: ServiceProvisioned) -> None:
    """A service was provisioned: schedule its billing for the end of the product's billing delay, or start it now (D9).

    A service that failed before and succeeded in a retry is billed like any other.
    """
    subscription = await subscribe(session, event)
    retried = subscription.clock == Clock.ended and subscription.end_reason == FAILED
    if not (subscription.clock == Clock.not_started or retried):
        return
    # What is newer may have arrived before.
    subscription.service_version = max(event.subject_version, subscription.service_version)
    subscription.ended_at = subscription.end_reason = None
    subscription.clock = Clock.pending
    subscription.billing_starts_at = event.occurred_at + timedelta(days=event.billing_delay_days)
    await session.flush()
    if retried:
        await announce(session, subscription)
        await refresh_standing(session, subscription.bill_group_id)
    if event.billing_delay_days == 0:
        await start_billing(session, settings, subscription)


async def end_failed(session: AsyncSession, event: ServiceProvisioningFailed) -> None:
    """A service could not be provisioned: end its subscription before anything is billed (D18)."""
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
    await refresh_standing(session, subscription.bill_group_id)


async def claim_due(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Subscription]:
    """Subscriptions whose billing delay is over, locked. Those that another worker has locked are skipped, and those
    that are cancelled for the end of that delay.

    Everybody locks bill groups before the workspaces' MRR, and each of them in one order, so that concurrent workers
    never wait for each other: all groups are locked here, and the subscriptions are sorted by workspace.
    """
    with_whole = Subscription.part_of.is_not(None) & Subscription.own_ends_on.is_(
        None
    )  # it works, and costs, until then
    pending = Subscription.clock == Clock.pending, or_(Subscription.ends_on.is_(None), with_whole)
    due = select(Subscription).where(*pending, Subscription.billing_starts_at <= now)
    oldest = due.order_by(Subscription.billing_starts_at).limit(limit).with_for_update(skip_locked=True)
    found = sorted(await session.scalars(oldest), key=lambda subscription: subscription.workspace_id)
    groups = select(BillGroup.id).where(BillGroup.id.in_({subscription.bill_group_id for subscription in found}))
    await session.execute(groups.order_by(BillGroup.id).with_for_update())
    return found


async def start_billing(session: AsyncSession, settings: Settings, subscription: Subscription) -> None:
    """Start billing at the scheduled moment, however late the job runs (P6).

    The very first start of a group decides on its billing date, and is billed at once if it is billed in advance. What
    starts later waits for the next billing date, and is billed together with the rest.
    """
    started_at = subscription.billing_starts_at
    assert started_at is not None, "only a pending subscription can start"
    started_on = settings.day_of(started_at)
    subscription.clock = Clock.paused if subscription.paused else Clock.started
    subscription.billing_started_at = started_at
    subscription.started_on = subscription.unbilled_from = started_on
    if subscription.term_months:
        subscription.term_ends_on = cycle_date(started_on, subscription.term_months)
    subscription.version += 1
    group = await session.get_one(BillGroup, subscription.bill_group_id, with_for_update=True, populate_existing=True)
    group.anchor_on = group.anchor_on or started_on
    if subscription.paused:
        await session.flush()
    else:
        await refresh_next_billing(session, [group.id])
    await emit(session, _started(subscription, started_at))
    if not subscription.paused:
        await add_to_mrr(session, subscription.workspace_id, monthly_amount(subscription), "new", on=started_on)


def _started(subscription: Subscription, started_at: datetime) -> BillingStarted:
    fields = ("workspace_id", "service_id", "bill_group_id", "term_ends_on", "at_term_end")
    about = {name: getattr(subscription, name) for name in fields} | {"subscription_id": subscription.id}
    return BillingStarted.model_validate(about | {"subject_version": subscription.version, "started_at": started_at})
