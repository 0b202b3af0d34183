"""Renewing and extending: the minimum term of a subscription ends later, or ends the subscription."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.dates import refresh_next_billing
from services.billing.bill_groups.service import lock_group
from services.billing.periods import cycle_date
from services.billing.plans.schemas import MOST_MONTHS
from services.billing.subscriptions.closing import is_closing, refuse_closing
from services.billing.subscriptions.models import AtTermEnd, Clock, Subscription
from services.billing.subscriptions.schemas import Extension, Renewal, TermRead
from shared.errors import Conflict, Invalid, NotFound, NotYetKnown, Unavailable
from shared.events.billing import SubscriptionRenewalChanged, SubscriptionRenewalRefused, SubscriptionRenewed
from shared.events.provisioning import RenewalOrdered
from shared.field_errors import field_error
from shared.outbox import emit


class NotRenewable(Conflict):
    """A subscription is renewed whose plan has a minimum term, while it is billed and is not cancelled."""

    title = "The subscription cannot be renewed"


class TermTooLong(Conflict):
    """A minimum term ends at most 60 months from now."""

    title = "The term would be too long"


class TermChanged(Conflict):
    """The minimum term is not the one that was shown: somebody has renewed it, or it has renewed by itself."""

    title = "The term is another one meanwhile"


async def renew(
    session: AsyncSession, workspace_id: UUID, subscription_id: UUID, shown: Renewal, *, today: date
) -> TermRead:
    """One more term. Raises `NotFound`, `WorkspaceIsClosing`, `NotRenewable`, `TermChanged`, `TermTooLong`, and
    `Unavailable` while it is being billed."""
    one = await _lock_as_shown(session, workspace_id, subscription_id, shown)
    return await _later(session, one, one.term_months, today)


async def extend(
    session: AsyncSession, workspace_id: UUID, subscription_id: UUID, wanted: Extension, *, today: date
) -> TermRead:
    """Some more months. Raises `Invalid` for what is no multiple of the term, and what `renew` does."""
    one = await _lock_as_shown(session, workspace_id, subscription_id, wanted)
    if wanted.months % one.term_months:
        wrong = field_error("/months", "not_a_multiple", f"must be a multiple of {one.term_months}", one.term_months)
        raise Invalid(f"The term is {one.term_months} months.", errors=[wrong])
    return await _later(session, one, wanted.months, today)


async def choose_term_end(
    session: AsyncSession, workspace_id: UUID, subscription_id: UUID, chosen: Literal["renew", "end"]
) -> TermRead:
    """Raises `NotFound`, `NotRenewable`, also where the plan goes on without a term, and `Unavailable`."""
    one = await _lock(session, workspace_id, subscription_id)
    if one.at_term_end == AtTermEnd.continue_:
        raise NotRenewable("It goes on without a term.")
    if one.at_term_end != chosen:
        one.at_term_end = chosen
        one.version += 1
        await refresh_next_billing(session, [one.bill_group_id])
        await emit(session, SubscriptionRenewalChanged(**_about(one), renews=chosen == AtTermEnd.renew))
    return TermRead.model_validate(one)


async def renew_as_ordered(session: AsyncSession, event: RenewalOrdered, *, today: date) -> None:
    """What an order wants, or the answer why it is not possible. It is done once: afterwards the term is another one
    than the order names. Raises `NotYetKnown` before the subscription is known."""
    found = select(Subscription).where(Subscription.service_id == event.service_id)
    one = await _lock_found(session, event.workspace_id, found)
    if one is None:
        raise NotYetKnown(f"The subscription of service {event.service_id} is not known yet.")
    reason = "not_renewable" if await is_closing(session, one.workspace_id) else _in_the_way(one, event)
    if reason:
        await _answer_why_not(session, one, event, reason)
        return
    try:
        await _later(session, one, event.months or one.term_months, today, order_id=event.order_id)
    except TermTooLong:
        await _answer_why_not(session, one, event, "too_long")


def _in_the_way(one: Subscription, event: RenewalOrdered) -> str | None:
    if not _is_renewable(one):
        return "not_renewable"
    if (one.plan_version_id, one.term_ends_on) != (event.plan_version_id, event.term_ends_on):
        return "term_changed"
    return "not_a_multiple" if (event.months or one.term_months) % one.term_months else None


async def _answer_why_not(session: AsyncSession, one: Subscription, event: RenewalOrdered, reason: str) -> None:
    one.version += 1
    facts = {"order_id": event.order_id, "ordered_by": event.ordered_by, "reason": reason}
    told = _about(one) | facts | {"display_name": one.description}
    await emit(session, SubscriptionRenewalRefused.model_validate(told))


async def tell_renewed(
    session: AsyncSession, one: Subscription, term_ends_on: date, *, by_itself: bool, order_id: UUID | None = None
) -> None:
    """Let the term of a locked subscription end on another day, and publish that."""
    one.term_ends_on, one.expiry_told = term_ends_on, None
    one.version += 1
    await refresh_next_billing(session, [one.bill_group_id])
    facts = {"term_ends_on": term_ends_on, "by_itself": by_itself, "order_id": order_id}
    facts |= {"display_name": one.description, "at_term_end": one.at_term_end}
    await emit(session, SubscriptionRenewed.model_validate(_about(one) | facts))


async def _later(
    session: AsyncSession, one: Subscription, months: int, today: date, *, order_id: UUID | None = None
) -> TermRead:
    """A term that is over begins again today."""
    term_ends_on = cycle_date(max(one.term_ends_on or today, today), months)
    if term_ends_on > cycle_date(today, MOST_MONTHS):
        raise TermTooLong(f"It would end on {term_ends_on}.")
    await tell_renewed(session, one, term_ends_on, by_itself=False, order_id=order_id)
    return TermRead.model_validate(one)


async def _lock_as_shown(
    session: AsyncSession, workspace_id: UUID, subscription_id: UUID, shown: Renewal
) -> Subscription:
    one = await _lock(session, workspace_id, subscription_id)
    await refuse_closing(session, workspace_id)
    if one.term_ends_on != shown.term_ends_on:
        raise TermChanged(f"It ends on {one.term_ends_on} now.")
    return one


async def _lock(session: AsyncSession, workspace_id: UUID, subscription_id: UUID) -> Subscription:
    found = select(Subscription).where(Subscription.id == subscription_id, Subscription.workspace_id == workspace_id)
    one = await _lock_found(session, workspace_id, found)
    if one is None:
        raise NotFound("There is no such subscription.")
    if not _is_renewable(one):
        raise NotRenewable("It has no minimum term, has not started, or ends.")
    return one


async def _lock_found(session: AsyncSession, workspace_id: UUID, found: Select[Subscription]) -> Subscription | None:
    """Its bill group first, as everybody does; then the subscription, without waiting for who has it. None: there is no
    such one. Raises `Unavailable`."""
    seen = await session.scalar(found)
    if seen is None:
        return None
    group_id = (await lock_group(session, workspace_id, seen.bill_group_id)).id
    here = found.where(Subscription.bill_group_id == group_id).execution_options(populate_existing=True)
    one = await session.scalar(here.with_for_update(skip_locked=True))
    if one is None:
        raise Unavailable("The subscription is being billed right now. Try again.", retry_after=1)
    return one


def _is_renewable(one: Subscription) -> bool:
    return bool(one.term_months) and one.clock in (Clock.started, Clock.paused) and one.ends_on is None


def _about(one: Subscription) -> dict[str, object]:
    return {
        "workspace_id": one.workspace_id, "subject_version": one.version, "subscription_id": one.id,
        "service_id": one.service_id, "bill_group_id": one.bill_group_id,
    }  # fmt: skip
