"""The numbers above the Customers page. They cost the same however many customers there are: those of all customers are
kept by a trigger, others are added up and counted over at most `MOST` rows (P2, P12, P13)."""

# ruff: noqa: S608 - composed of constants; the caller's values are always parameters
from typing import Any

from services.identity.customers.overview import LAST_SIGN, MOST, ListCriteria, Statement, amounts_json
from shared.auth import Access
from shared.reads import Reader

COUNTS = ("customers", "ports", "virtual_circuits", "cloud_connections")

# One row more tells that there are more than that. The order makes the planner read an index, not the whole table.
_ADDED = f"""
WITH shown AS MATERIALIZED ({{shown}} ORDER BY sort_name, workspace_id LIMIT {MOST + 1}),
visible AS (SELECT * FROM shown WHERE NOT hidden)
SELECT (SELECT count(*) FROM shown) AS customers, coalesce(sum(ports), 0)::bigint AS ports,
  coalesce(sum(virtual_circuits), 0)::bigint AS virtual_circuits,
  coalesce(sum(cloud_connections), 0)::bigint AS cloud_connections,
  (SELECT coalesce(jsonb_agg(m ORDER BY m.currency), '[]')::text
   FROM (SELECT a->>'currency' AS currency, sum((a->>'amount_minor')::bigint)::bigint AS amount_minor
         FROM visible, jsonb_array_elements(mrr) a WHERE has_mrr GROUP BY 1) m WHERE amount_minor <> 0) AS mrr,
  CASE WHEN min(currency) = max(currency) THEN min(currency) END AS currency
FROM visible"""


def kept_revenue(parent: str, connected: str) -> str:
    """SQL of the kept amounts of a parent, and the only currency in which its customers are billed, if it is one."""
    return f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('currency', k.currency, 'amount_minor', k.minor) ORDER BY k.currency)
    FILTER (WHERE k.minor <> 0), '[]')::text AS mrr,
  CASE count(*) FILTER (WHERE k.customers > 0)
    WHEN 1 THEN min(k.currency) FILTER (WHERE k.customers > 0) END AS currency
FROM customer_revenue k WHERE k.workspace_id = {parent} AND {connected}"""


async def fetch_totals(read: Reader, access: Access, criteria: ListCriteria) -> dict[str, Any] | None:
    """Totals of the matching rows whose numbers the caller may see. None if they are not kept and too many match."""
    statement = Statement()
    if access.level == "all" and criteria.found is None and not criteria.hide_inactive:
        return await _fetch_kept(read, access, criteria)
    if criteria.found is not None and len(criteria.found) > MOST:
        return None
    row = await read.fetchrow(_ADDED.format(shown=statement.shown(access, criteria)), *statement.values)
    return None if row["customers"] > MOST else _totals_json(row)


async def _fetch_kept(read: Reader, access: Access, criteria: ListCriteria) -> dict[str, Any]:
    connected = "connected" if criteria.status == "connected" else "NOT connected"
    counts = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in COUNTS)
    query = f"SELECT * FROM (SELECT {counts} FROM customer_totals WHERE workspace_id = $1 AND {connected}) t"
    query += f" CROSS JOIN ({kept_revenue('$1', connected)}) r"
    return _totals_json(await read.fetchrow(query, access.workspace_id))


def _totals_json(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in COUNTS} | {"mrr": amounts_json(row["mrr"], row["currency"])}


async def count_inactive(read: Reader, access: Access, criteria: ListCriteria) -> int:
    """How many customers ``hide_inactive`` leaves out, at most one more than `MOST`."""
    if not criteria.hide_inactive:
        return 0
    statement = Statement()
    rows = f"{statement.matching(access, criteria)} AND {statement.inactive(criteria)}"
    rows += f" ORDER BY {LAST_SIGN} LIMIT {MOST + 1}"
    row = await read.fetchrow(f"SELECT count(*) AS hidden FROM ({rows}) i", *statement.values)
    return int(row["hidden"])
