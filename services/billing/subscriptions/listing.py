"""The list of subscriptions: a hot read, without the ORM."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from services.billing.prices import price_of_all
from services.billing.subscriptions.models import Clock
from services.billing.subscriptions.schemas import SubscriptionsQuery, SubscriptionStatus
from shared.lists import Listing, Sort, Wanted, fetch_list, within_groups
from shared.reads import ScopedReads

SHOWN = """
SELECT t.id::text, t.bill_group_id::text, t.service_id::text, t.service_kind, t.description, t.product_name,
       t.quantity, t.currency, t.recurring_minor, t.one_off_minor, t.interval_months, t.billed,
       t.priced, t.clock, t.billing_starts_at, t.billing_started_at, t.unbilled_from, t.ordered_at,
       t.term_months, t.term_ends_on, t.at_term_end, t.ends_on, t.part_of::text, t.paused, t.may_pause
FROM ({rows}) t
"""
CLOCKS = {
    SubscriptionStatus.pending: [Clock.not_started, Clock.pending],
    SubscriptionStatus.active: [Clock.started],
    SubscriptionStatus.paused: [Clock.paused],
    SubscriptionStatus.ended: [Clock.ended],
}
STATUS = {clock: status for status, clocks in CLOCKS.items() for clock in clocks}
SUBSCRIPTIONS = Listing(
    table="subscriptions",
    sorts={"ordered_at": Sort("ordered_at", "timestamptz", datetime, descending=True)},
    filters={"clock": tuple(Clock)},
)


async def list_subscriptions(read: ScopedReads, query: SubscriptionsQuery) -> dict[str, Any]:
    """A page of subscriptions, newest first."""
    parts = within_groups(read.access, query.bill_group_id)
    conditions = [("t.service_id = {}", query.service_id)] if query.service_id else []
    filters = {"clock": query.status and CLOCKS[query.status]}
    wanted = Wanted(query, "ordered_at", filters, parts, conditions)
    rows, about = await fetch_list(read, SUBSCRIPTIONS, wanted, SHOWN)
    return {"items": [_shown(row) for row in rows], **about}


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the shape of `SubscriptionRead`."""
    total = price_of_all(row["recurring_minor"], row["quantity"], row["currency"])
    runs = row["clock"] in (Clock.started, Clock.paused) and row["ends_on"] is None
    more = {"may_renew": runs and row["term_months"] > 0, "priced": orjson.Fragment(row["priced"])}
    return dict(row.items()) | more | {"status": STATUS[row["clock"]], "recurring_total_minor": total.minor}
