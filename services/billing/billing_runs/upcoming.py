"""What the next billing date of a bill group will come to, if nothing changes until then: read as the billing run reads
it, but without a lock, and drafted by the same arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from services.billing.amounts import Price
from services.billing.bill_groups.dates import BILLABLE, next_billing_on, starting
from services.billing.billing_runs.due import (
    GROUP,
    OF_GROUP,
    PENDING,
    PENDING_ORDER,
    SUBSCRIPTION,
    SUBSCRIPTIONS_AT_ONCE,
    UNBILLED,
    group_of,
    pending_of,
    subscription_of,
)
from services.billing.invoices.checks import Reason, fault_of
from services.billing.invoices.drafts import Draft, DueGroup, DuePending, DueSubscription, bill
from services.billing.invoices.parties import Seller
from services.billing.settings import Settings
from shared.reads import ScopedReads

log = structlog.get_logger()

MOST_SUBSCRIPTIONS = SUBSCRIPTIONS_AT_ONCE
"""A group that more are due of is not drafted ahead of its billing date: a request has seconds, and a page asks for it
each time that it is opened. The run has no such bound."""

# The run bills as soon as the date has come. What is pending counts if it has started until then: at the beginning of
# the day or, where nothing is billed on the date yet, at the start that makes it the next one.
_CHANGE = ("$5::uuid", "$7::text", "$8::integer", "$9::boolean")
_UPCOMING = f"""
{starting("$3", _CHANGE)}
CROSS JOIN LATERAL (
  SELECT least(CASE WHEN $5::uuid IS NULL THEN g.next_billing_on ELSE {next_billing_on("s.id <> $5")} END,
               CASE WHEN $6::date IS NOT NULL
                 THEN billing_date(g.anchor_on, greatest($6::date, g.billed_on + 1)) END) AS billing_on) AS known
CROSS JOIN LATERAL (
  SELECT expected_billing_date(begins.anchor_on, known.billing_on, g.billed_on, starts.due_from) AS billing_on) AS next
CROSS JOIN LATERAL (
  SELECT greatest(next.billing_on::timestamp AT TIME ZONE $3, $4::timestamptz,
    CASE WHEN next.billing_on IS DISTINCT FROM known.billing_on THEN starts.at END) AS at) AS run"""  # noqa: S608 - constants
_DUE = f"""
(SELECT {{started}} FROM subscriptions s
 WHERE s.bill_group_id = {{group}} AND s.workspace_id = {{workspace}} AND {BILLABLE}
   AND s.unbilled_from <= {{billing_on}} LIMIT {{most}})
UNION ALL
(SELECT {{pending}} FROM subscriptions s
 WHERE s.bill_group_id = {{group}} AND s.workspace_id = {{workspace}} AND s.clock = 'pending' AND NOT s.paused
   AND s.billing_starts_at <= {{at}} AND (s.billing_starts_at AT TIME ZONE {{zone}})::date <= {{billing_on}}
 LIMIT {{most}})"""  # noqa: S608 - constants
_COUNTED = _DUE.format(started="", pending="", group="g.bill_group_id", workspace="g.workspace_id", at="run.at",
                       billing_on="next.billing_on", zone="$3", most=MOST_SUBSCRIPTIONS + 1)  # fmt: skip
_GROUP = f"""
SELECT {GROUP}, begins.anchor_on, next.billing_on AS next_billing_on,
       run.at AS run_at, (SELECT count(*) FROM ({_COUNTED}) AS due) AS due
{OF_GROUP} {_UPCOMING}
WHERE g.bill_group_id = $2 AND g.workspace_id = $1
"""  # noqa: S608 - constants
_CURRENCY = "SELECT currency FROM bill_groups WHERE workspace_id = $1 AND bill_group_id = $2"
_LISTED = _DUE.format(
    started=f"s.ordered_at, {SUBSCRIPTION}, {UNBILLED}",
    pending=f"s.ordered_at, {SUBSCRIPTION}, (s.billing_starts_at AT TIME ZONE $5)::date AS unbilled_from, true AS new",
    group="$2", workspace="$1", billing_on="$3::date", at="$4", zone="$5", most=MOST_SUBSCRIPTIONS,
)  # fmt: skip
_SUBSCRIPTIONS = f"SELECT * FROM ({_LISTED}) AS due ORDER BY ordered_at, id"  # noqa: S608 - constants
_WAITING = f"""
SELECT {PENDING} FROM pending_lines p JOIN subscriptions s ON s.id = p.subscription_id
WHERE p.workspace_id = $1 AND p.bill_group_id = $2 AND p.left_minor <> 0 AND p.due_on <= $3
{PENDING_ORDER} LIMIT {MOST_SUBSCRIPTIONS}
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Change:
    """A subscription as it would be after a change, with what would wait because of that."""

    subscription_id: UUID
    price: Price
    started: DueSubscription | None
    """As the run would find it. None: its billing has not started."""
    pending: Sequence[DuePending]
    due_from: date | None
    """The first day from which on a billing date bills something of it. None: there is none, or its billing has not
    started."""

    @property
    def values(self) -> tuple[object, ...]:
        """As the statement takes them."""
        price = self.price
        return self.subscription_id, self.due_from, price.billed, price.interval_months, price.one_off_minor > 0


UNCHANGED = (None,) * 5


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A bill group on its next billing date."""

    group: DueGroup
    draft: Draft | None
    """None where there is nothing to pay, or nothing was drafted."""
    fault: Reason | None = None
    """Why the run would leave the group out."""
    is_bounded_out: bool = False
    """Whether more than `MOST_SUBSCRIPTIONS` are due, so that nothing was drafted."""


def seller_of(settings: Settings) -> Seller:
    """The seller, as far as amounts depend on it."""
    return Seller(settings.seller_code, settings.tax_percent, {})


async def upcoming_of(
    read: ScopedReads, bill_group_id: UUID, settings: Settings, *, now: datetime, change: Change | None = None
) -> tuple[str, Upcoming | None] | None:
    """The group's currency, and its next billing date. None: the caller sees no such group; without a date, its second
    part is None."""
    about = (read.access.workspace_id, bill_group_id)
    row = await read.fetchrow(_GROUP, *about, settings.time_zone, now, *(change.values if change else UNCHANGED))
    if row is None:  # also of a workspace that is not known yet, whose groups the run leaves out
        known = await read.fetchrow(_CURRENCY, *about)
        return (known["currency"], None) if known else None
    if row["next_billing_on"] is None:
        return row["currency"], None
    group = group_of(row)
    if row["due"] > MOST_SUBSCRIPTIONS:
        return group.currency, Upcoming(group, None, is_bounded_out=True)
    rows = await read.fetch(_SUBSCRIPTIONS, *about, group.billing_on, row["run_at"], settings.time_zone)
    waiting = await read.fetch(_WAITING, *about, group.billing_on)
    return group.currency, _drafted(group, rows, waiting, seller_of(settings), change)


def _drafted(group: DueGroup, rows: list[Any], waiting: list[Any], seller: Seller, change: Change | None) -> Upcoming:
    """As the run does it: an error parks the group, too."""
    try:
        due, pending = [subscription_of(row) for row in rows], [pending_of(row) for row in waiting]
        if change:
            due, pending = _changed(due, change, group.billing_on), [*pending, *change.pending]
        billed = bill(group, due, seller, pending)
        fault = fault_of(billed)
    except Exception as error:
        log.warning("upcoming.not_drafted", bill_group_id=str(group.id), error=type(error).__name__)
        return Upcoming(group, None, fault="failed")
    return Upcoming(group, billed.draft, fault)


def _changed(due: list[DueSubscription], change: Change, billing_on: date) -> list[DueSubscription]:
    if change.started is None:
        return [replace(each, price=change.price) if each.id == change.subscription_id else each for each in due]
    others = [each for each in due if each.id != change.subscription_id]
    return [*others, change.started] if change.started.unbilled_from <= billing_on else others
