"""What is to pay and what ends soon in the workspaces that a person is a user of."""

from datetime import date, timedelta
from typing import Any

from shared.own_accounts import OwnAccounts
from shared.reads import ScopedReads

SOON = timedelta(days=60)
"""The first notice that a term ends is as early."""
SHOWN = 5

# Balances are kept per day on which something is due.
OWED = """
SELECT b.currency, sum(o.minor)::bigint AS open_minor,
  coalesce(sum(o.minor) FILTER (WHERE o.due_on < $2), 0)::bigint AS overdue_minor,
  min(o.due_on) AS next_due_on
FROM open_amounts o JOIN bill_groups b ON b.bill_group_id = o.bill_group_id
WHERE o.workspace_id = $1 AND o.minor > 0 GROUP BY b.currency ORDER BY b.currency
"""
ENDING = """
SELECT service_id::text, description, coalesce(ends_on, term_ends_on) AS ends_on,
  CASE WHEN ends_on IS NOT NULL THEN 'end' ELSE at_term_end END AS "then"
FROM subscriptions WHERE workspace_id = $1 AND clock IN ('started', 'paused')
  AND coalesce(ends_on, term_ends_on) BETWEEN $2 AND $3
ORDER BY coalesce(ends_on, term_ends_on), id LIMIT $4
"""


async def read_own_accounts(own: OwnAccounts, *, today: date) -> list[dict[str, Any]]:
    """One entry per workspace in which the person sees money, with what they see of it."""
    found = []
    async for access in own.each():
        if (read := own.reads(access, "money.view")) is not None:
            may_pay = own.reads(access, "invoice.pay") is not None
            found.append(await _read_account(read, today) | {"may_pay": may_pay})
    return found


async def _read_account(read: ScopedReads, today: date) -> dict[str, Any]:
    workspace_id = read.access.workspace_id
    owed = await read.fetch(OWED, workspace_id, today)
    ending = await read.fetch(ENDING, workspace_id, today, today + SOON, SHOWN + 1)
    return {
        "workspace_id": str(workspace_id),
        "owed": [dict(row.items()) for row in owed],
        "ending": [dict(row.items()) for row in ending[:SHOWN]],
        "more_ending": len(ending) > SHOWN,
    }
