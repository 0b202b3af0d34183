"""What a change or an end of a subscription would mean today, by the arithmetic that does it and bills it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.billing.amounts import Price, due_from
from services.billing.billing_runs.due import SUBSCRIPTION, UNBILLED, subscription_of
from services.billing.billing_runs.upcoming import Change, Upcoming, upcoming_of
from services.billing.invoices.drafts import DuePending, DueSubscription
from services.billing.pending_lines.service import PAID, columns_of, paid_of
from services.billing.periods import cycle_date
from services.billing.prices import Priced, price_of_all, price_of_one, priced_fields
from services.billing.settings import Settings
from services.billing.settling import Owing, ends_with_period, leaving, unbilled, unused
from services.billing.subscription_changes.service import free_until
from services.billing.subscriptions.models import Clock
from shared.errors import Conflict, NotFound
from shared.reads import ScopedReads

SHOWN = f"""
SELECT {SUBSCRIPTION}, {UNBILLED}, s.priced, s.clock, s.plan_version_id, s.term_ends_on, s.term_months, s.at_term_end,
       s.ends_on AS cancelled_for, s.billing_starts_at,
       coalesce(s.terms_from, s.started_on, (s.billing_started_at AT TIME ZONE 'UTC')::date) AS terms_from,
       g.anchor_on, v.plan_id, p.product_id
FROM subscriptions s JOIN bill_groups g ON g.bill_group_id = s.bill_group_id
JOIN plan_versions v ON v.id = s.plan_version_id JOIN plans p ON p.id = v.plan_id
WHERE s.workspace_id = $1 AND s.service_id = $2
"""  # noqa: S608 - constants
PLAN = """
SELECT v.id, v.plan_id, v.currency, v.recurring_minor, v.one_off_minor, v.interval_months, v.billed, v.term_months,
       v.at_term_end, v.field_prices, p.product_id
FROM plan_versions v JOIN plans p ON p.id = v.plan_id WHERE v.id = $1 AND (p.offered_to IS NULL OR p.offered_to = $2)
"""


class PlanDoesNotFit(Conflict):
    """A subscription changes to another plan of its own product, in its own currency."""

    title = "The plan does not fit the subscription"


class SubscriptionHasEnded(Conflict):
    """A subscription that has ended does not change any more."""

    title = "The subscription has ended"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a service would be changed to. ``numbers`` are the whole numbers of its configuration, by field."""

    plan_version_id: UUID
    quantity: int
    numbers: Mapping[str, int]


async def preview_change(
    read: ScopedReads, settings: Settings, service_id: UUID, wanted: Wanted, *, now: datetime
) -> dict[str, Any]:
    """In the shape of `ChangePreviewRead`. Raises `NotFound`, `PlanDoesNotFit` and `SubscriptionHasEnded`."""
    row, here = await _subscription(read, service_id), read.access.workspace_id
    plan = await read.fetchrow(PLAN, wanted.plan_version_id, here)
    if plan is None:
        raise NotFound(f"There is no plan version {wanted.plan_version_id}.")
    if (plan["product_id"], plan["currency"]) != (row["product_id"], row["currency"]):
        raise PlanDoesNotFit("Choose a plan of the same product, in the same currency.")
    before = subscription_of(row)
    on = max(settings.day_of(now), row["terms_from"] or date.min)
    price, priced = _price(plan, wanted)
    term = _term_after(row, plan, on)
    kept = (row["plan_version_id"], row["quantity"], orjson.loads(row["priced"]))
    same = (wanted.plan_version_id, wanted.quantity, priced) == kept
    lines = [] if same else await _lines(read, row, before, on, credit=True)
    ends_on = row["cancelled_for"] or (term["term_ends_on"] if term["at_term_end"] == "end" else None)
    change = None if same else _change(row, before, replace(before, price=price, ends_on=ends_on), lines, on)
    _, upcoming = await upcoming_of(read, row["bill_group_id"], settings, now=now, change=change) or ("", None)
    return {
        "subscription_id": str(before.id),
        "service_id": str(service_id),
        "plan_version_id": str(wanted.plan_version_id),
        "quantity": wanted.quantity,
        "currency": price.currency,
        "changes_on": on,
        "now_minor": 0,
        "credit_minor": -sum(each.net_minor for each in lines if each.kind == "unused"),
        "charges_minor": sum(each.net_minor for each in lines if each.kind != "unused"),
        "recurring_before_minor": _whole(before.price),
        "interval_months_before": before.price.interval_months,
        "billed_before": before.price.billed,
        "recurring_after_minor": _whole(price),
        "interval_months_after": price.interval_months,
        "billed_after": price.billed,
        **_next_invoice(upcoming),
        **term,
    }


def _price(plan: Any, wanted: Wanted) -> tuple[Price, dict[str, Priced]]:
    """As `apply_plan` decides it."""
    priced = priced_fields(orjson.loads(plan["field_prices"]), wanted.numbers)
    price = Price(
        plan["currency"], price_of_one(plan["recurring_minor"], priced), plan["one_off_minor"], wanted.quantity,
        plan["interval_months"], plan["billed"],
    )  # fmt: skip
    return price, priced


def _next_invoice(upcoming: Upcoming | None) -> dict[str, Any]:
    sure = upcoming is not None and upcoming.fault is None and not upcoming.is_bounded_out
    total = (upcoming.draft.total_minor if upcoming.draft else 0) if upcoming and sure else None
    return {"next_billing_on": upcoming.group.billing_on if upcoming else None, "next_total_minor": total}


async def preview_end(read: ScopedReads, settings: Settings, service_id: UUID, *, now: datetime) -> dict[str, Any]:
    """In the shape of `EndPreviewRead`. Raises `NotFound` and `SubscriptionHasEnded`."""
    row = await _subscription(read, service_id)
    one = subscription_of(row)
    on = max(settings.day_of(now), row["terms_from"] or date.min)
    at_once = {"ends_on": on, "kept_minor": 0, "charges_minor": 0, "leaving_minor": 0}
    at_end = at_once | {"ends_on": free_until(settings, row["billing_starts_at"], on)}
    if row["clock"] in (Clock.started, Clock.paused):
        paused = row["clock"] == Clock.paused
        charges = await _lines(read, row, one, on, credit=False)
        paid = [] if paused else await _unused(read, row, on)
        rest = leaving(one.price, max(one.unbilled_from, on), row["term_ends_on"], row["anchor_on"])
        at_once = at_once | {
            "kept_minor": -sum(each.net_minor for each in paid),
            "charges_minor": sum(each.net_minor for each in charges),
            "leaving_minor": sum(each.net_minor for each in rest),
        }
        last = ends_with_period(one.price, one.unbilled_from, row["term_ends_on"], row["anchor_on"], on, paused=paused)
        until = [] if paused else unbilled(one.price, one.unbilled_from, last, row["anchor_on"], new=one.new)
        at_end = at_end | {"ends_on": last, "charges_minor": sum(each.net_minor for each in until)}
    return {
        "subscription_id": str(one.id),
        "service_id": str(service_id),
        "currency": one.price.currency,
        "term_ends_on": row["term_ends_on"],
        "now": at_once,
        "period_end": at_end,
    }


async def _subscription(read: ScopedReads, service_id: UUID) -> Any:
    row = await read.fetchrow(SHOWN, read.access.workspace_id, service_id)
    if row is None:
        raise NotFound("There is no subscription of this service.")
    if row["clock"] == Clock.ended:
        raise SubscriptionHasEnded("It is not billed any more.")
    return row


async def _lines(read: ScopedReads, row: Any, one: DueSubscription, on: date, *, credit: bool) -> list[Owing]:
    """What `settle` would note."""
    if row["clock"] != Clock.started:
        return []
    if one.unbilled_from < on:
        return unbilled(one.price, one.unbilled_from, min(on, one.ends_on or on), row["anchor_on"], new=one.new)
    return await _unused(read, row, on) if credit else []


async def _unused(read: ScopedReads, row: Any, on: date) -> list[Owing]:
    return unused([paid_of(each) for each in await read.fetch(PAID, row["id"], on)], on, row["currency"])


def _change(row: Any, before: DueSubscription, after: DueSubscription, lines: list[Owing], on: date) -> Change | None:
    """None while it is paused: nothing of it is billed."""
    if row["clock"] == Clock.paused:
        return None
    if row["clock"] != Clock.started:
        return Change(before.id, after.price, None, (), None)
    new = before.new and before.unbilled_from >= on
    after = replace(after, unbilled_from=on, new=new, terms=before.terms + 1, billed_to=None)
    due = due_from(after.price, on, row["anchor_on"], after.ends_on, new=new)
    charges = any(each.net_minor > 0 for each in lines)
    return Change(before.id, after.price, after, [_waiting(before, each) for each in lines], on if charges else due)


def _waiting(of: DueSubscription, owing: Owing) -> DuePending:
    return DuePending(
        id=uuid4(), subscription_id=of.id, service_id=of.service_id, service_kind=of.service_kind,
        description=of.description, product_name=of.product_name, kind=owing.kind, terms=of.terms,
        quantity=of.price.quantity, currency=of.price.currency, unit_minor=owing.unit_minor,
        left_minor=owing.net_minor, **columns_of(owing, of.price),
    )  # fmt: skip


def _term_after(row: Any, plan: Any, on: date) -> dict[str, Any]:
    """As `apply_plan` decides it."""
    if plan["plan_id"] == row["plan_id"]:
        return {name: row[name] for name in ("term_ends_on", "term_months", "at_term_end")}
    months, ends_on = plan["term_months"], row["term_ends_on"]
    if months and row["clock"] in (Clock.started, Clock.paused) and row["cancelled_for"] is None:
        ends_on = max(ends_on or date.min, cycle_date(on, months))
    at_term_end = plan["at_term_end"] if months else "continue"
    return {"term_ends_on": ends_on, "term_months": months, "at_term_end": at_term_end}


def _whole(price: Price) -> int:
    return price_of_all(price.recurring_minor, price.quantity, price.currency).minor
