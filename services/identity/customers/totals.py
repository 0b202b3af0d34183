"""The numbers above the Customers page. They cost the same however many customers there are: those of all customers are
kept by triggers, and so are those of everybody who is linked to some; others are added up and counted over at most
`MOST` rows (P2, P12, P13)."""

# ruff: noqa: S608 - composed of constants; the caller's values are always parameters
from typing import Any

from services.identity.customers.overview import LAST_SIGN, MOST, ListCriteria, Statement, amounts_json, in_order_of
from shared.auth import Access
from shared.reads import ScopedReads

COUNTS = ("customers", "ports", "virtual_circuits", "cloud_connections")

# One row more tells that there are more than that. The order makes the planner read an index, not the whole table.
_ADDED = f"""
WITH shown AS MATERIALIZED ({{shown}} {{by_name}} ORDER BY sort_name, workspace_id LIMIT {MOST + 1}),
visible AS (SELECT * FROM shown WHERE NOT hidden)
SELECT (SELECT count(*) FROM shown) AS customers, coalesce(sum(ports), 0)::bigint AS ports,
  coalesce(sum(virtual_circuits), 0)::bigint AS virtual_circuits,
  coalesce(sum(cloud_connections), 0)::bigint AS cloud_connections,
  (SELECT coalesce(jsonb_agg(m ORDER BY m.currency), '[]')::text
   FROM (SELECT a->>'currency' AS currency, sum((a->>'amount_minor')::bigint)::bigint AS amount_minor
         FROM visible, jsonb_array_elements(mrr) a WHERE has_mrr GROUP BY 1) m WHERE amount_minor <> 0) AS mrr,
  CASE WHEN min(currency) = max(currency) THEN min(currency) END AS currency
FROM visible"""


def kept_revenue(parent: str, connected: str, table: str = "customer_revenue") -> str:
    """SQL of the kept amounts of a parent, and the only currency in which its customers are billed, if it is one."""
    return f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('currency', k.currency, 'amount_minor', k.minor) ORDER BY k.currency)
    FILTER (WHERE k.minor <> 0), '[]')::text AS mrr,
  CASE count(*) FILTER (WHERE k.customers > 0)
    WHEN 1 THEN min(k.currency) FILTER (WHERE k.customers > 0) END AS currency
FROM {table} k WHERE k.workspace_id = {parent} AND {connected}"""


async def fetch_totals(read: ScopedReads, access: Access, criteria: ListCriteria) -> dict[str, Any] | None:
    """Totals of the matching rows whose numbers the caller may see. None if they are not kept and too many match."""
    statement = Statement()
    if not (criteria.q or criteria.found is not None or criteria.hide_inactive or criteria.activity):
        return await fetch_kept(read, access, criteria)
    if criteria.found is not None and len(criteria.found) > MOST:
        return None
    shown = statement.shown(access, criteria)
    row = await read.fetchrow(_ADDED.format(shown=shown, by_name=in_order_of(access, "name")), *statement.values)
    return None if row["customers"] > MOST else _totals_json(row)


async def fetch_kept(read: ScopedReads, access: Access, criteria: ListCriteria) -> dict[str, Any]:
    """The totals of all customers that the caller sees, whatever the other filters."""
    connected = "connected" if criteria.status == "connected" else "NOT connected"
    counts = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in COUNTS)
    whose, of, values = "$1", "customer", [access.workspace_id]
    if access.level != "all":
        whose, of, values = "$1 AND user_id = $2", "linked", [access.workspace_id, access.user_id]
    query = f"SELECT * FROM (SELECT {counts} FROM {of}_totals WHERE workspace_id = {whose} AND {connected}) t"
    query += f" CROSS JOIN ({kept_revenue(whose, connected, f'{of}_revenue')}) r"
    return _totals_json(await read.fetchrow(query, *values))


def _totals_json(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in COUNTS} | {"mrr": amounts_json(row["mrr"], row["currency"])}


async def count_inactive(read: ScopedReads, access: Access, criteria: ListCriteria) -> int:
    """How many customers ``hide_inactive`` leaves out, at most one more than `MOST`."""
    if not criteria.hide_inactive:
        return 0
    statement = Statement()
    rows = f"{statement.matching(access, criteria)} AND {statement.inactive(criteria)}"
    rows += f" ORDER BY {LAST_SIGN} LIMIT {MOST + 1}"
    row = await read.fetchrow(f"SELECT count(*) AS hidden FROM ({rows}) i", *statement.values)
    return int(row["hidden"])
