"""The list of the Partners page: a hot read of the partners, each with the totals of its connected customers.

Row security lets only the provider read the rows of its partners' customers.
"""

# ruff: noqa: S608 - composed of constants of this file; the caller's values are always parameters
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.identity.customers.overview import Statement, amounts_json, cell_json, plain_json
from shared.auth import Access
from shared.pages import decode_cursor, encode_cursor
from shared.reads import Reader

CELLS = ("customers", "ports", "virtual_circuits", "cloud_connections", "mrr", "last_activity_at")

# LATERAL: only the customers of the partners on the page are totalled.
_PAGE = """
SELECT p.*, sums.*, revenue.mrr
FROM (SELECT workspace_id, slug, display_name, account_number, status, contact_address, contact_name, last_activity_at,
        role, hidden, lower(display_name) AS sort_key
      FROM ({partners}) s ORDER BY lower(display_name), workspace_id LIMIT {limit}) p
CROSS JOIN LATERAL (
  SELECT count(*) AS customers, coalesce(sum(c.ports), 0)::bigint AS ports,
    coalesce(sum(c.virtual_circuits), 0)::bigint AS virtual_circuits,
    coalesce(sum(c.cloud_connections), 0)::bigint AS cloud_connections,
    CASE WHEN min(c.currency) = max(c.currency) THEN min(c.currency) END AS currency
  FROM customer_overview c WHERE c.parent_workspace_id = p.workspace_id AND c.status = 'connected'
) sums
CROSS JOIN LATERAL (
  SELECT coalesce(jsonb_agg(m ORDER BY m.currency), '[]')::text AS mrr
  FROM (SELECT a->>'currency' AS currency, sum((a->>'amount_minor')::bigint)::bigint AS amount_minor
        FROM customer_overview c, jsonb_array_elements(c.mrr) a
        WHERE c.parent_workspace_id = p.workspace_id AND c.status = 'connected' AND c.has_mrr GROUP BY 1) m
) revenue
ORDER BY p.sort_key, p.workspace_id"""


async def fetch_partners(
    read: Reader, access: Access, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of partners by name, connected or not, and the cursor of the next page."""
    statement = Statement()
    rows = statement.below(access, "partner")
    if cursor:
        sort_key, last_id = map(statement.value, decode_cursor(cursor, tuple[str, UUID]))
        rows = f"SELECT * FROM ({rows}) b WHERE (lower(display_name), workspace_id) > ({sort_key}, {last_id})"
    query = _PAGE.format(partners=rows, limit=statement.value(limit + 1))
    found = await read.fetch(query, *statement.values)
    last = found[limit - 1] if len(found) > limit else None
    return [partner_json(row) for row in found[:limit]], last and encode_cursor(last["sort_key"], last["workspace_id"])


def partner_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the shape of `PartnerRead`."""
    cells = {name: cell_json(row, name) for name in CELLS}
    if not row["hidden"]:
        cells["mrr"]["value"] = amounts_json(row["mrr"], row["currency"])
    return plain_json(row) | cells
