"""What becomes of a service changes its subscription: billing keeps the newest state and compares it with what it
bills, in whatever order the events arrive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.amounts import ONE_DAY
from services.billing.bill_groups.dates import refresh_next_billing
from services.billing.bill_groups.models import BillGroup
from services.billing.bill_groups.standing import refresh_standing
from services.billing.money import Money
from services.billing.mrr.service import Movement, add_to_mrr, monthly_amount
from services.billing.pending_lines.service import note, settle
from services.billing.periods import cycle_date
from services.billing.plans.models import PlanVersion
from services.billing.prices import price_of_one, priced_fields
from services.billing.settings import Settings
from services.billing.settling import ends_with_period, leaving
from services.billing.subscriptions.models import Clock, Subscription
from services.billing.subscriptions.parts import ends_with, lock_parts, settle_end
from shared.errors import NotYetKnown, Permanent
from shared.events.billing import (
    SubscriptionChanged,
    SubscriptionContinued,
    SubscriptionEnded,
    SubscriptionEnding,
    SubscriptionPaused,
    SubscriptionResumed,
)
from shared.events.provisioning import ServiceStateEvent
from shared.outbox import emit

GONE = ("deleting", "deleted")
CANCELLED, EXPIRED, DELETED = "cancelled", "expired", "deleted"


@dataclass
class Held:
    """A locked subscription with its locked bill group, on the day of a change."""

    session: AsyncSession
    subscription: Subscription
    group: BillGroup
    on: date

    @property
    def is_running(self) -> bool:
        return self.subscription.clock in (Clock.started, Clock.paused)

    @property
    def monthly(self) -> Money:
        """What it adds to the MRR now."""
        one = self.subscription
        return monthly_amount(one) if one.clock == Clock.started else Money(0, one.currency)

    @property
    def anchor(self) -> date:
        assert self.group.anchor_on is not None, "a group has a billing date from its first start on"
        return self.group.anchor_on

    def about(self) -> dict[str, object]:
        """What every event of the subscription says, at its next version."""
        one = self.subscription
        one.version += 1
        return {
            "workspace_id": one.workspace_id, "subject_version": one.version, "subscription_id": one.id,
            "service_id": one.service_id, "bill_group_id": one.bill_group_id,
        }  # fmt: skip

    async def move_mrr(self, former: Money, movement: Movement | None = None) -> None:
        """Add the difference to what it added before."""
        difference = Money(self.monthly.minor - former.minor, former.currency)
        if difference.minor:
            found = movement or ("expansion" if difference.minor > 0 else "contraction")
            await add_to_mrr(self.session, self.subscription.workspace_id, difference, found, on=self.on)


async def hold(session: AsyncSession, subscription: Subscription, on: date) -> Held | None:
    """Lock the bill group first, as everybody does, and then the subscription. ``on`` is at earliest the day on which
    its terms began. None: it has moved to another group meanwhile."""
    locked = select(BillGroup).where(BillGroup.id == subscription.bill_group_id).with_for_update()
    group = (await session.scalars(locked.execution_options(populate_existing=True))).one()
    here = select(Subscription).where(Subscription.id == subscription.id, Subscription.bill_group_id == group.id)
    found = await session.scalar(here.with_for_update().execution_options(populate_existing=True))
    if found is None:
        return None
    return Held(session, found, group, max(on, found.terms_from or found.first_on or on))


async def follow_service(session: AsyncSession, settings: Settings, event: ServiceStateEvent) -> None:
    """Make the subscription of a service what the service's newest state says. Raises `NotYetKnown` before the order
    has arrived and, of an end, before the service's provisioning has."""
    known = await session.scalar(select(Subscription).where(Subscription.service_id == event.service_id))
    held = await hold(session, known, settings.day_of(event.occurred_at)) if known else None
    if held is None:
        raise NotYetKnown(f"The subscription of service {event.service_id} is not known yet.")
    one = held.subscription
    if event.subject_version < one.service_version:
        return
    ends = event.state in GONE or event.ends_with_period
    if one.clock == Clock.not_started and ends and event.was_provisioned:
        raise NotYetKnown(f"Service {event.service_id} ends, and its provisioning is not known yet.")
    one.service_version = event.subject_version
    if event.state in GONE:
        await _end_as_it_was(held, event)
        return
    if one.clock == Clock.ended:
        if one.end_reason != CANCELLED or event.ends_with_period or one.ended_with_whole:
            return
        await _start_again(held)
    if _is_priced_otherwise(one, event):
        await _change(held, event)
    if ("pause" in event.suspended_for) != one.paused:
        await _pause(held) if not one.paused else await _resume(held)
    if event.ends_with_period != one.is_cancelled:
        await _cancel(held, settings) if event.ends_with_period else await _continue(held)


def _is_priced_otherwise(one: Subscription, event: ServiceStateEvent) -> bool:
    if (event.plan_version_id, event.quantity) != (one.plan_version_id, one.quantity):
        return True
    numbers = event.numbers or {}
    return event.numbers is not None and any(
        numbers.get(name, 0) != each["number"] for name, each in one.priced.items()
    )


async def _change(held: Held, event: ServiceStateEvent) -> None:
    one, former = held.subscription, held.monthly
    lines = await settle(held.session, one, held.anchor, on=held.on, credit=True) if held.is_running else []
    await _apply(held, event)
    await refresh_next_billing(held.session, [held.group.id])
    await held.move_mrr(former)
    credit = -sum(each.net_minor for each in lines if each.kind == "unused")
    facts = {"plan_version_id": one.plan_version_id, "quantity": one.quantity, "recurring_minor": one.recurring_minor}
    days = {"currency": one.currency, "changed_on": held.on, "credit_minor": credit}
    days |= {"term_ends_on": one.term_ends_on, "at_term_end": one.at_term_end}
    await emit(held.session, SubscriptionChanged.model_validate(held.about() | facts | days))


async def _end_as_it_was(held: Held, event: ServiceStateEvent) -> None:
    """The end may be heard of before the last change, which is older and then passed over. The subscription still says
    what was provided last. No money moves for it: the end does not say on which day the change was."""
    await end(held, DELETED, at=event.occurred_at)
    if _is_priced_otherwise(held.subscription, event):
        await _apply(held, event)


async def _apply(held: Held, event: ServiceStateEvent) -> None:
    """Give the subscription the plan, the quantity and the numbers that the service has now."""
    one = held.subscription
    plan = await held.session.get(PlanVersion, event.plan_version_id)
    if plan is None or plan.currency != one.currency:
        raise Permanent(
            f"Service {event.service_id} has the plan version {event.plan_version_id}: not one in its currency."
        )
    before = await held.session.get_one(PlanVersion, one.plan_version_id)
    apply_plan(one, plan, event.quantity, event.numbers or {}, on=held.on, other=plan.plan_id != before.plan_id)


def apply_plan(
    one: Subscription, plan: PlanVersion, quantity: int, numbers: Mapping[str, int], *, on: date, other: bool
) -> None:
    """Give a subscription the prices and the terms of a plan. ``numbers`` are the whole numbers of its configuration.
    Of ``other`` than its own, a minimum term begins unless
    it is cancelled; one that it has is never shortened."""
    one.plan_version_id, one.quantity = plan.id, quantity
    one.priced = priced_fields(plan.field_prices, numbers)
    one.recurring_minor, one.one_off_minor = price_of_one(plan.recurring_minor, one.priced), plan.one_off_minor
    one.interval_months, one.billed, one.may_pause = plan.interval_months, plan.billed, plan.may_pause
    if not other:
        return
    one.term_months = plan.term_months
    one.at_term_end = plan.at_term_end if plan.term_months else "continue"
    if plan.term_months and one.clock in (Clock.started, Clock.paused) and one.ends_on is None:
        ends_on = cycle_date(on, plan.term_months)
        if one.term_ends_on is None or one.term_ends_on < ends_on:
            one.term_ends_on, one.expiry_told = ends_on, None


async def _pause(held: Held) -> None:
    one, former = held.subscription, held.monthly
    one.paused = True
    if held.is_running:
        await settle(held.session, one, held.anchor, on=held.on, credit=True)
        one.clock = Clock.paused
    await refresh_next_billing(held.session, [held.group.id])
    await held.move_mrr(former, "paused")
    await emit(held.session, SubscriptionPaused.model_validate(held.about() | {"paused_on": held.on}))


async def _resume(held: Held) -> None:
    one, former = held.subscription, held.monthly
    one.paused = False
    if held.is_running:
        await settle(held.session, one, held.anchor, on=held.on, credit=False)
        one.clock = Clock.started
    await refresh_next_billing(held.session, [held.group.id])
    await held.move_mrr(former, "resumed")
    await emit(held.session, SubscriptionResumed.model_validate(held.about() | {"resumed_on": held.on}))


async def _cancel(held: Held, settings: Settings) -> None:
    """For the end of its period; where billing has not started, for the day on which it would."""
    one = held.subscription
    if held.is_running:
        one.ends_on = _period_end(one, held.anchor, held.on)
    else:
        one.ends_on = free_until(settings, one.billing_starts_at, held.on)
    one.own_ends_on = one.ends_on if one.part_of else None
    await _settle_ends(held)
    await refresh_next_billing(held.session, [held.group.id])
    await emit(held.session, SubscriptionEnding.model_validate(held.about() | {"ends_on": one.ends_on}))


def free_until(settings: Settings, billing_starts_at: datetime | None, on: date) -> date:
    """The day on which a subscription ends that is cancelled on a day before its billing starts."""
    starts_on = settings.day_of(billing_starts_at) if billing_starts_at else on
    return max(starts_on, on + ONE_DAY)


def _period_end(one: Subscription, anchor: date, on: date) -> date:
    assert one.unbilled_from is not None, "only a subscription that has started has periods"
    paused = one.clock == Clock.paused
    return ends_with_period(one.price, one.unbilled_from, one.term_ends_on, anchor, on, paused=paused)


async def _continue(held: Held) -> None:
    held.subscription.ends_on = held.subscription.own_ends_on = None
    await _settle_ends(held)
    await refresh_next_billing(held.session, [held.group.id])
    await emit(held.session, SubscriptionContinued.model_validate(held.about()))


async def _settle_ends(held: Held) -> None:
    """A part ends at the latest with its service, and a service with its parts."""
    if held.subscription.part_of is not None:
        await settle_end(held.session, held.subscription)
        return
    for part in await lock_parts(held.session, held.subscription):
        if part.clock != Clock.ended:
            ends_with(part, held.subscription)


async def _start_again(held: Held) -> None:
    """A subscription that has ended as cancelled goes on from where it was billed to, as if it had not, with the parts
    that had ended with it."""
    await _go_on(held)
    await _settle_ends(held)
    if held.subscription.part_of is not None:
        return
    for part in await lock_parts(held.session, held.subscription):
        if part.clock == Clock.ended and part.end_reason == CANCELLED and part.own_ends_on is None:
            await _go_on(Held(held.session, part, held.group, max(held.on, part.terms_from or held.on)))


async def _go_on(held: Held) -> None:
    one, former = held.subscription, held.monthly
    one.clock = Clock.not_started if one.billing_starts_at is None else Clock.pending
    if one.unbilled_from is not None:
        one.clock = Clock.paused if one.paused else Clock.started
    one.ended_at = one.end_reason = one.ends_on = one.own_ends_on = None
    await refresh_next_billing(held.session, [held.group.id])
    await held.move_mrr(former, "resumed")
    await emit(held.session, SubscriptionContinued.model_validate(held.about()))
    await refresh_standing(held.session, held.group.id)


async def end(held: Held, reason: str, *, at: datetime) -> None:
    """End a subscription on a day, if it has not ended. Days that are paid in advance stay paid; in arrears, later ones
    were billed only because the end was told late, and are given back. Leaving before the end of its minimum term costs
    what is left of it."""
    one, former = held.subscription, held.monthly
    if one.clock == Clock.ended:
        return
    if held.is_running:
        await settle(held.session, one, held.anchor, on=held.on, credit=one.billed == "in_arrears")
        assert one.unbilled_from is not None
        rest = leaving(one.price, max(one.unbilled_from, held.on), one.term_ends_on, held.anchor)
        note(held.session, one, one.price, rest, due_on=held.on)
    one.clock, one.ended_at, one.end_reason = Clock.ended, at, reason
    await refresh_next_billing(held.session, [held.group.id])
    await held.move_mrr(former, "churn")
    await emit(
        held.session,
        SubscriptionEnded.model_validate(held.about() | {"reason": reason, "display_name": one.description}),
    )
    await refresh_standing(held.session, held.group.id)
