"""The next billing date of bill groups, after what is billed of them has changed, and as it will be when what is
pending has started."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import run_sql

BILLS_UNTIL = "coalesce(s.ends_on, CASE WHEN s.at_term_end = 'end' THEN s.term_ends_on END)"
"""Of a subscription ``s``: the first day that is never billed, as far as that is known."""
BILLABLE = f"s.clock = 'started' AND ({BILLS_UNTIL} IS NULL OR s.unbilled_from < {BILLS_UNTIL})"
"""Of a subscription ``s``: it has days that are billed some time."""
NEW = """NOT coalesce(s.once_billed,
    s.unbilled_from <> coalesce(s.started_on, (s.billing_started_at AT TIME ZONE 'UTC')::date))"""
"""Of a subscription ``s`` that has started: what is paid once was not billed yet."""
_IN_ARREARS = f"""due_from('in_arrears', g.anchor_on, s.unbilled_from, s.interval_months, {BILLS_UNTIL},
    s.one_off_minor > 0 AND {NEW})"""


def next_billing_on(but: str = "true") -> str:
    """SQL: the next billing date of the group ``g``, from what is billed of its subscriptions ``s``. Null where nothing
    is billed any more: nothing has started, or all has ended and nothing waits for an invoice. What waits as a credit
    makes no invoice of its own.

    What is billed in advance is due from its first unbilled day on, which is the beginning of an index."""
    mine = f"s.bill_group_id = g.bill_group_id AND {BILLABLE} AND {but}"
    return f"""(SELECT CASE WHEN due.first_on IS NOT NULL
    THEN billing_date(g.anchor_on, greatest(due.first_on, g.billed_on + 1)) END
FROM (SELECT least(
    (SELECT min(s.unbilled_from) FROM subscriptions s WHERE {mine} AND s.billed = 'in_advance'),
    (SELECT min({_IN_ARREARS}) FROM subscriptions s WHERE {mine} AND s.billed = 'in_arrears'),
    (SELECT min(p.due_on) FROM pending_lines p
     WHERE p.bill_group_id = g.bill_group_id AND p.left_minor > 0)) AS first_on) AS due)"""  # noqa: S608 - constants


NEXT_BILLING_ON = next_billing_on()
_REFRESH = f"UPDATE bill_groups g SET next_billing_on = {NEXT_BILLING_ON} WHERE g.bill_group_id = ANY ($1::uuid[])"  # noqa: S608 - constants


def starting(zone: str, change: Sequence[str] = ()) -> str:
    """SQL: joins ``begins``, with the anchor that the group ``g`` has or gets, and ``starts``, with the pending
    subscription that is due first: when it starts, and from which day on a billing date bills something of it. They are
    null where nothing is pending. ``zone`` is the parameter of the seller's time zone. ``change`` are those of a
    subscription with other terms than it has: its id, how it is billed, the months of its interval, and whether
    something is paid once."""
    mine = """s.bill_group_id = g.bill_group_id AND s.workspace_id = g.workspace_id AND s.clock = 'pending'
       AND s.ends_on IS NULL AND NOT s.paused"""
    start_on = f"(s.billing_starts_at AT TIME ZONE {zone})::date"
    due = f"due_from({{}}, begins.anchor_on, {start_on}, {{}}, NULL, {{}})"
    in_arrears = due.format("'in_arrears'", "s.interval_months", "s.one_off_minor > 0")
    but, changed = "", ""
    if change:
        but = f" AND s.id IS DISTINCT FROM {change[0]}"
        changed = f"""UNION ALL
    (SELECT s.billing_starts_at, {due.format(*change[1:])} FROM subscriptions s WHERE {mine} AND s.id = {change[0]})"""  # noqa: S608 - constants
    return f"""
CROSS JOIN LATERAL (
  SELECT coalesce(g.anchor_on, (min(s.billing_starts_at) AT TIME ZONE {zone})::date) AS anchor_on
  FROM subscriptions s WHERE {mine}) AS begins
LEFT JOIN LATERAL (
  SELECT * FROM (
    (SELECT s.billing_starts_at AS at, {start_on} AS due_from FROM subscriptions s
     WHERE {mine} AND s.billed = 'in_advance'{but} ORDER BY s.billing_starts_at LIMIT 1)
    UNION ALL
    (SELECT s.billing_starts_at, {in_arrears} FROM subscriptions s WHERE {mine} AND s.billed = 'in_arrears'{but})
    {changed}) AS pending
  ORDER BY pending.due_from, pending.at LIMIT 1) AS starts ON true"""  # noqa: S608 - constants


async def refresh_next_billing(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Note the next billing date of locked groups. Objects that were loaded before do not see it."""
    await session.flush()
    await run_sql(session, _REFRESH, list(ids))
