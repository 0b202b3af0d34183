"""Moving a subscription to another bill group of its customer, which pays from the next billing date on."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.dates import refresh_next_billing
from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.service import lock_group
from services.billing.bill_groups.standing import refresh_standing
from services.billing.subscriptions.models import Clock, Subscription
from services.billing.subscriptions.parts import lock_parts
from shared.errors import Conflict, NotFound, Unavailable
from shared.events.billing import SubscriptionMoved
from shared.outbox import emit


class NotMovable(Conflict):
    """A subscription that has ended stays where it was billed, and a closed bill group takes none."""

    title = "The subscription cannot be moved there"


class MovedWithWhole(Conflict):
    """The subscription is of a service that is part of another one, and is moved with that one alone."""

    title = "It is moved with the service that it belongs to"


class OtherCurrency(Conflict):
    """A subscription is paid in the currency that it was ordered in, so that it moves between groups of that currency
    alone."""

    title = "The bill group has another currency"


async def move_subscription(
    session: AsyncSession, workspace_id: UUID, subscription_id: UUID, bill_group_id: UUID
) -> Subscription:
    """Parts of the service are moved with it. Issued invoices stay with the former group. Raises `NotFound`,
    `MovedWithWhole`, `NotMovable`, `OtherCurrency`, and
    `Unavailable` while the subscription is being billed."""
    found = select(Subscription).where(Subscription.id == subscription_id, Subscription.workspace_id == workspace_id)
    seen = await session.scalar(found)
    if seen is None:
        raise NotFound("There is no such subscription.")
    former_id = seen.bill_group_id
    # Groups first, in one order, as the billing run does; then the subscription, without waiting for who has it.
    groups = {id_: await lock_group(session, workspace_id, id_) for id_ in sorted({former_id, bill_group_id})}
    here = found.where(Subscription.bill_group_id == former_id).execution_options(populate_existing=True)
    subscription = await session.scalar(here.with_for_update(skip_locked=True))
    if subscription is None:
        raise Unavailable("The subscription is being billed right now. Try again.", retry_after=1)
    if former_id == bill_group_id:
        return subscription
    target = groups[bill_group_id]
    _check(subscription, target)
    parts = [part for part in await lock_parts(session, subscription) if part.clock != Clock.ended]
    for each in (subscription, *parts):
        await _move(session, each, target)
    await refresh_next_billing(session, list(groups))
    for id_ in groups:
        await refresh_standing(session, id_)
    return subscription


async def _move(session: AsyncSession, one: Subscription, target: BillGroup) -> None:
    former_id, one.bill_group_id = one.bill_group_id, target.id
    one.version += 1
    if one.clock == Clock.started:
        target.anchor_on = target.anchor_on or one.unbilled_from
    await session.flush()
    about = {"workspace_id": one.workspace_id, "subject_version": one.version, "former_bill_group_id": former_id}
    ids = {"subscription_id": one.id, "service_id": one.service_id, "bill_group_id": target.id}
    await emit(session, SubscriptionMoved.model_validate(about | ids))


def _check(subscription: Subscription, target: BillGroup) -> None:
    if subscription.currency != target.currency:
        raise OtherCurrency(f"{target.display_name} is billed in {target.currency}.")
    if subscription.part_of is not None:
        raise MovedWithWhole("Move the service that it is part of.")
    if subscription.clock == Clock.ended or target.is_closed:
        raise NotMovable("Only a subscription that has not ended is moved, to a bill group that is open.")
