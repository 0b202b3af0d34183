"""The customers of a seller that do not pay: a hot read of what triggers keep, of at most 1,000 invoices of a kind."""

# ruff: noqa: S608 - composed of constants; values are parameters
from datetime import date
from typing import Any

import orjson

from shared.lists import MOST
from shared.reads import ScopedReads

# One more tells that there are more. The order makes the planner read an index.
_FAILING = f"""
WITH overdue AS MATERIALIZED (
  SELECT * FROM owed_invoices WHERE parent_workspace_id = $1 AND due_on < $2 ORDER BY due_on, invoice_id
  LIMIT {MOST + 1}
), failed AS MATERIALIZED (
  SELECT * FROM owed_invoices WHERE parent_workspace_id = $1 AND payment_failed_at IS NOT NULL
  ORDER BY payment_failed_at DESC, invoice_id DESC LIMIT {MOST + 1}
), failing AS MATERIALIZED (SELECT * FROM overdue UNION SELECT * FROM failed),
owed AS MATERIALIZED (
  SELECT workspace_id, currency, sum(outstanding_minor)::bigint AS amount_minor, count(*) AS invoices,
    min(due_on) AS due_on, max(payment_failed_at) AS payment_failed_at
  FROM failing GROUP BY 1, 2
)"""
_CUSTOMERS = f"""
{_FAILING}
SELECT c.workspace_id::text, w.slug, w.display_name, w.account_number, c.amounts, c.invoices, c.due_on,
  c.payment_failed_at
FROM (
  SELECT workspace_id, sum(invoices)::bigint AS invoices, min(due_on) AS due_on,
    max(payment_failed_at) AS payment_failed_at,
    jsonb_agg(jsonb_build_object('currency', currency, 'amount_minor', amount_minor) ORDER BY currency)::text AS amounts
  FROM owed GROUP BY 1 ORDER BY 3, 1 LIMIT $3) c
JOIN workspace_copies w ON w.id = c.workspace_id ORDER BY c.due_on, c.workspace_id
"""
_TOTALS = f"""
{_FAILING}
SELECT (SELECT count(DISTINCT workspace_id) FROM owed) AS customers,
  (SELECT count(*) <= {MOST} FROM overdue) AND (SELECT count(*) <= {MOST} FROM failed) AS is_all,
  (SELECT coalesce(jsonb_agg(t ORDER BY t.currency), '[]')::text FROM (
    SELECT currency, sum(amount_minor)::bigint AS amount_minor FROM owed GROUP BY 1) t) AS totals
"""


async def read_failing(read: ScopedReads, *, today: date, limit: int) -> dict[str, Any]:
    """The answer of `FailingPaymentsRead`."""
    asked = read.access.workspace_id, today
    items = await read.fetch(_CUSTOMERS, *asked, limit)
    totals = await read.fetchrow(_TOTALS, *asked)
    return {
        "customers": totals["customers"],
        "is_all": totals["is_all"],
        "totals": orjson.loads(totals["totals"]),
        "items": [_customer(row, today) for row in items],
    }


def _customer(row: Any, today: date) -> dict[str, Any]:
    found = dict(row.items()) | {"amounts": orjson.loads(row["amounts"])}
    return found | {"days_overdue": max((today - row["due_on"]).days, 0)}
