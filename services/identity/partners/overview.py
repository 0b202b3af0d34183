"""The Partners page's list: one hot read of the partners, each with its connected customers added up.

Row security lets the provider read the rows of its partners' customers, and nobody else those of somebody's below.
"""

# ruff: noqa: S608 - put together from the constants of this file; what a caller gives is always a parameter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.identity.customers.overview import Statement, amounts_json, cell_json, plain_json
from shared.auth import Access
from shared.db import Reader
from shared.pages import decode_cursor, encode_cursor

CELLS = ("customers", "ports", "virtual_circuits", "cloud_connections", "mrr", "last_activity_at")

# Each partner's sums stand beside it, so that a page adds up the customers of the partners on it and no others.
_PAGE = """
SELECT p.*, sums.*, revenue.mrr
FROM (SELECT workspace_id, slug, display_name, account_number, status, contact_address, contact_name, last_activity_at,
        role, hidden, lower(display_name) AS place
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
ORDER BY p.place, p.workspace_id"""


async def fetch_partners(
    read: Reader, access: Access, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of partners by name, connected or not, and where the next one starts."""
    statement = Statement()
    rows = statement.below(access, "partner")
    if cursor:
        place, last_id = map(statement.value, decode_cursor(cursor, tuple[str, UUID]))
        rows = f"SELECT * FROM ({rows}) b WHERE (lower(display_name), workspace_id) > ({place}, {last_id})"
    query = _PAGE.format(partners=rows, limit=statement.value(limit + 1))
    found = await read.fetch(query, *statement.values)
    last = found[limit - 1] if len(found) > limit else None
    return [partner_json(row) for row in found[:limit]], last and encode_cursor(last["place"], last["workspace_id"])


def partner_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as `PartnerRead` has it."""
    cells = {name: cell_json(row, name) for name in CELLS}
    if not row["hidden"]:
        cells["mrr"]["value"] = amounts_json(row["mrr"], row["currency"])
    return plain_json(row) | cells
