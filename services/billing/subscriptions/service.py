"""Subscriptions: created when a service is ordered, at the prices of the order's plan version."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.service import group_for
from services.billing.bill_groups.standing import refresh_standing
from services.billing.plans.models import PlanVersion
from services.billing.prices import price_of_one, priced_fields
from services.billing.subscriptions.models import Subscription
from services.billing.subscriptions.names import name_of
from services.billing.subscriptions.parts import lock_payer
from shared.errors import Permanent
from shared.events.billing import SubscriptionMoved, SubscriptionStarted
from shared.events.provisioning import OrderEvent
from shared.origin import Origin
from shared.outbox import cause_of, emit


async def subscribe(session: AsyncSession, event: OrderEvent) -> Subscription:
    """The subscription of the event's service, locked. Created if it does not exist yet.

    Every event of an order contains the order, so that any of them may arrive first.
    """
    name = await name_of(session, event)
    query = select(Subscription).where(Subscription.service_id == event.service_id).with_for_update()
    known = await session.scalar(query)
    if known:
        known.description = name
        return known
    made = await _price(session, event, name)
    subscription = (await session.scalars(query)).one()
    if made:
        await announce(session, subscription)
        if event.part_of and subscription.bill_group_id != (event.bill_group_id or subscription.bill_group_id):
            await _tell_moved(session, subscription, event)
        await refresh_standing(session, subscription.bill_group_id)
    return subscription


async def _price(session: AsyncSession, event: OrderEvent, name: str) -> bool:
    """Insert the subscription at the plan's prices. Returns False when another worker has inserted it."""
    price = await session.get(PlanVersion, event.plan_version_id)
    if price is None:
        raise Permanent(f"Service {event.service_id} was ordered at plan version {event.plan_version_id}: unknown.")
    group, whole = await _payer(session, event, price.currency)
    priced = priced_fields(price.field_prices, event.numbers or {})
    new = insert(Subscription).values(
        workspace_id=event.workspace_id,
        bill_group_id=group.id,
        service_id=event.service_id,
        service_kind=event.kind,
        description=name,
        product_name=event.product_name,
        plan_version_id=price.id,
        quantity=event.quantity,
        currency=price.currency,
        recurring_minor=price_of_one(price.recurring_minor, priced),
        priced=priced,
        one_off_minor=price.one_off_minor,
        interval_months=price.interval_months,
        billed=price.billed,
        term_months=price.term_months,
        at_term_end=price.at_term_end,
        may_pause=price.may_pause,
        part_of=event.part_of,
        ends_on=whole.ends_on if whole else None,
        ordered_at=event.occurred_at,
        **asdict(Origin.of(cause_of(session))),
    )
    made = new.on_conflict_do_nothing(index_elements=["service_id"]).returning(Subscription.id)
    return await session.scalar(made) is not None


async def _tell_moved(session: AsyncSession, one: Subscription, event: OrderEvent) -> None:
    """The service that it is part of was moved while it was ordered."""
    one.version += 1
    await session.flush()
    moved = SubscriptionMoved(
        workspace_id=one.workspace_id, subject_version=one.version, subscription_id=one.id, service_id=one.service_id,
        bill_group_id=one.bill_group_id, former_bill_group_id=event.bill_group_id or one.bill_group_id,
    )  # fmt: skip
    await emit(session, moved)


async def _payer(
    session: AsyncSession, event: OrderEvent, currency: str
) -> tuple[BillGroup, Subscription | None]:  # fmt: skip
    """The bill group that pays, and the subscription of the service that the ordered one is part of, if there is one.
    A part is paid as that service is, wherever it has moved since."""
    if event.part_of is None:
        return await group_for(session, event.workspace_id, event.bill_group_id, currency), None
    group, whole = await lock_payer(session, event.part_of)
    if group.currency != currency:
        raise Permanent(f"Service {event.service_id} is part of {event.part_of}, which is paid in {group.currency}.")
    return group, whole


async def announce(session: AsyncSession, subscription: Subscription) -> None:
    """Publish `SubscriptionStarted`. The subscription is not billed yet."""
    subscription.version += 1
    await session.flush()
    await emit(
        session,
        SubscriptionStarted(
            workspace_id=subscription.workspace_id,
            subject_version=subscription.version,
            subscription_id=subscription.id,
            service_id=subscription.service_id,
            bill_group_id=subscription.bill_group_id,
            plan_version_id=subscription.plan_version_id,
            quantity=subscription.quantity,
            recurring_minor=subscription.recurring_minor,
            currency=subscription.currency,
        ),
    )
