"""The next billing date of bill groups, after what is billed of them has changed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import run_sql

BILLS_UNTIL = "coalesce(s.ends_on, CASE WHEN s.at_term_end = 'end' THEN s.term_ends_on END)"
"""Of a subscription ``s``: the first day that is never billed, as far as that is known."""
BILLABLE = f"s.clock = 'started' AND ({BILLS_UNTIL} IS NULL OR s.unbilled_from < {BILLS_UNTIL})"
"""Of a subscription ``s``: it has days that are billed some time."""
NEXT_BILLING_ON = f"""(SELECT CASE WHEN due.first_on IS NOT NULL
    THEN billing_date(g.anchor_on, greatest(due.first_on, g.billed_on + 1)) END
FROM (SELECT least(
    (SELECT min(s.unbilled_from) FROM subscriptions s WHERE s.bill_group_id = g.bill_group_id AND {BILLABLE}),
    (SELECT min(p.due_on) FROM pending_lines p
     WHERE p.bill_group_id = g.bill_group_id AND p.left_minor > 0)) AS first_on) AS due)"""  # noqa: S608 - constants
"""The next billing date of the group ``g``. Null where nothing is billed any more: nothing has started, or all has
ended and nothing waits for an invoice. What waits as a credit makes no invoice of its own."""

_REFRESH = f"UPDATE bill_groups g SET next_billing_on = {NEXT_BILLING_ON} WHERE g.bill_group_id = ANY ($1::uuid[])"  # noqa: S608 - constants


async def refresh_next_billing(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Note the next billing date of locked groups. Objects that were loaded before do not see it."""
    await session.flush()
    await run_sql(session, _REFRESH, list(ids))
