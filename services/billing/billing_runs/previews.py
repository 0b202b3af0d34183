"""What the billing run would do up to a date, for the provider's staff. Nothing is written, locked or numbered."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.billing.billing_runs.due import START
from services.billing.billing_runs.upcoming import MOST_SUBSCRIPTIONS, Upcoming, upcoming_of
from services.billing.settings import Settings
from shared.errors import Invalid
from shared.field_errors import field_error
from shared.pages import decode_cursor, encode_cursor
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE

DAYS_AHEAD = 62
LINES_AT_ONCE = 4 * MOST_SUBSCRIPTIONS
"""A page that has so many lines ends early."""

_GROUPS = "SELECT * FROM groups_to_bill($1, $2, $3, $4, $5)"


def until_day(asked: date | None, today: date) -> date:
    """The day up to which the run is previewed: today, unless another is asked for. Raises `Invalid` for a day that has
    passed, and for one too far ahead."""
    if asked is None:
        return today
    if asked < today:
        raise Invalid("That day has passed.", errors=[field_error("/until", "too_small", "must be today or later")])
    if asked > today + timedelta(days=DAYS_AHEAD):
        wrong = field_error("/until", "too_large", f"must be at most {DAYS_AHEAD} days ahead", DAYS_AHEAD)
        raise Invalid(f"That day is more than {DAYS_AHEAD} days ahead.", errors=[wrong])
    return asked


async def preview_run(
    read: ScopedReads, settings: Settings, *, until: date, now: datetime, cursor: str | None, limit: int
) -> dict[str, Any]:
    """A page of the groups in the order of the run, in the shape of `RunPreviewRead`. Each is read in the scope of its
    own workspace, as the caller may see no bill group of another as such."""
    after = decode_cursor(cursor, tuple[date, UUID]) if cursor else START
    found = await read.fetch(_GROUPS, until, settings.time_zone, *after, limit + 1)
    items: list[dict[str, Any]] = []
    lines, last = 0, None
    for row in found[:limit]:
        last = row
        there = replace(read.access, workspace_id=row["workspace_id"], scope=EVERYWHERE)
        known = await upcoming_of(ScopedReads(read.pool, there), row["bill_group_id"], settings, now=now)
        if known and known[1] and known[1].group.billing_on <= until:
            items.append(_shown(row, known[1]))
            lines += items[-1]["lines"]
        if lines >= LINES_AT_ONCE:
            break
    more = last is not None and last is not found[-1]
    following = encode_cursor(last["billing_on"], last["bill_group_id"]) if last is not None and more else None
    return {"until": until, "items": items, "totals": _totals(items), "next": following}


def _shown(row: Any, upcoming: Upcoming) -> dict[str, Any]:
    draft, group = upcoming.draft, upcoming.group
    outcome = "left_out" if upcoming.fault else "not_estimated" if upcoming.is_bounded_out else "invoice"
    known = outcome == "invoice"
    return {
        "id": str(group.id),
        "workspace_id": str(group.workspace_id),
        "display_name": row["display_name"],
        "customer_name": row["customer_name"],
        "is_own_customer": row["is_own_customer"],
        "billing_on": group.billing_on,
        "outcome": outcome if draft or not known else "nothing_to_pay",
        "reason": upcoming.fault,
        "lines": len(draft.lines) if draft else 0,
        "currency": group.currency,
        "total_minor": (draft.total_minor if draft else 0) if known else None,
    }


def _totals(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page's invoices come to, per currency."""
    sums, counts = Counter[str](), Counter[str]()
    for item in items:
        if item["outcome"] == "invoice":
            sums[item["currency"]] += item["total_minor"]
            counts[item["currency"]] += 1
    return [{"currency": each, "invoices": counts[each], "total_minor": sums[each]} for each in sorted(sums)]
