"""Moving a subscription to another bill group of its customer, which pays from the next billing date on."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.service import lock_group
from services.billing.bill_groups.standing import refresh_standing
from services.billing.subscriptions.models import Clock, Subscription
from shared.errors import Conflict, NotFound, Unavailable
from shared.events.billing import SubscriptionMoved
from shared.outbox import emit


class NotMovable(Conflict):
    """A subscription that has ended stays where it was billed, and a closed bill group takes none."""

    title = "The subscription cannot be moved there"


class OtherCurrency(Conflict):
    """A subscription is paid in the currency that it was ordered in, so that it moves between groups of that currency
    alone."""

    title = "The bill group has another currency"


async def move_subscription(
    session: AsyncSession, workspace_id: UUID, subscription_id: UUID, bill_group_id: UUID
) -> Subscription:
    """Issued invoices stay with the former group. Raises `NotFound`, `NotMovable`, `OtherCurrency`, and
    `Unavailable` while the subscription is being billed."""
    found = select(Subscription).where(Subscription.id == subscription_id, Subscription.workspace_id == workspace_id)
    seen = await session.scalar(found)
    if seen is None:
        raise NotFound("There is no such subscription.")
    # Groups first, in one order, as the billing run does; then the subscription, without waiting for who has it.
    groups = {id_: await lock_group(session, workspace_id, id_) for id_ in sorted({seen.bill_group_id, bill_group_id})}
    here = found.where(Subscription.bill_group_id == seen.bill_group_id).execution_options(populate_existing=True)
    subscription = await session.scalar(here.with_for_update(skip_locked=True))
    if subscription is None:
        raise Unavailable("The subscription is being billed right now. Try again.", retry_after=1)
    former, target = groups[seen.bill_group_id], groups[bill_group_id]
    if former is target:
        return subscription
    _check(subscription, target)
    subscription.bill_group_id = target.id
    subscription.version += 1
    if subscription.clock == Clock.started:
        target.anchor_on = target.anchor_on or subscription.unbilled_from
    await session.flush()
    for group in (former, target):
        group.next_billing_on = await _first_unbilled(session, group)
    await session.flush()
    about = {"workspace_id": workspace_id, "subject_version": subscription.version}
    ids = {"subscription_id": subscription.id, "service_id": subscription.service_id, "bill_group_id": target.id}
    await emit(session, SubscriptionMoved(**about, **ids, former_bill_group_id=former.id))
    for id_ in groups:
        await refresh_standing(session, id_)
    return subscription


def _check(subscription: Subscription, target: BillGroup) -> None:
    if subscription.currency != target.currency:
        raise OtherCurrency(f"{target.display_name} is billed in {target.currency}.")
    if subscription.clock == Clock.ended or target.is_closed:
        raise NotMovable("Only a subscription that has not ended is moved, to a bill group that is open.")


async def _first_unbilled(session: AsyncSession, group: BillGroup) -> date | None:
    of_group = (Subscription.bill_group_id == group.id, Subscription.clock == Clock.started)
    return await session.scalar(select(func.min(Subscription.unbilled_from)).where(*of_group))
