"""The list of the Partners page: a hot read of the partners, each with the kept totals of its connected customers.

Row security lets only the provider read the totals of its partners.
"""

# ruff: noqa: S608 - composed of constants of this file; the caller's values are always parameters
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.identity.customers.overview import Statement, amounts_json, cell_json, plain_json
from services.identity.customers.totals import kept_revenue
from services.identity.workspaces.service import no_such_child
from shared.auth import Access
from shared.pages import decode_cursor, encode_cursor, first_rows
from shared.reads import ScopedReads

CELLS = ("customers", "ports", "virtual_circuits", "cloud_connections", "mrr", "last_activity_at")

_PARTNERS = """
SELECT workspace_id, slug, display_name, account_number, connected, contact_address, contact_name, invited_at,
  invitation_reminded_at, invitation_undelivered_at,
  invitation_expires_at, suspended_at, closes_at, closed_at, last_activity_at, role, hidden, may_enter, sort_name
FROM ({partners}) s ORDER BY sort_name, workspace_id"""
_PAGE = f"""
SELECT p.*, coalesce(t.customers, 0) AS customers, coalesce(t.ports, 0) AS ports,
  coalesce(t.virtual_circuits, 0) AS virtual_circuits, coalesce(t.cloud_connections, 0) AS cloud_connections, r.*
FROM ({{partners}}) p
LEFT JOIN LATERAL (SELECT * FROM customer_totals WHERE workspace_id = p.workspace_id AND connected OFFSET 0) t ON true
CROSS JOIN LATERAL ({kept_revenue("p.workspace_id", "connected")}) r
ORDER BY p.sort_name, p.workspace_id"""


async def fetch_partners(
    read: ScopedReads, access: Access, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of partners by name, connected or not, and the cursor of the next page."""
    statement = Statement()
    rows = statement.below(access, "partner")
    if cursor:
        sort_name, last_id = map(statement.value, decode_cursor(cursor, tuple[str, UUID]))
        rows = f"SELECT * FROM ({rows}) b WHERE (sort_name, workspace_id) > ({sort_name}, {last_id})"
    found = await _fetch(read, statement, rows, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return [partner_json(row) for row in found[:limit]], last and encode_cursor(last["sort_name"], last["workspace_id"])


async def fetch_partner(read: ScopedReads, access: Access, partner_id: UUID) -> dict[str, Any]:
    """One partner, connected or not. Raises `NotFound`."""
    statement = Statement()
    rows = f"SELECT * FROM ({statement.below(access, 'partner')}) b WHERE workspace_id = {statement.value(partner_id)}"
    found = await _fetch(read, statement, rows, 1)
    if not found:
        raise no_such_child()
    return partner_json(found[0])


async def _fetch(read: ScopedReads, statement: Statement, partners: str, limit: int) -> list[Any]:
    some = first_rows(_PARTNERS.format(partners=partners), statement.value(limit))
    return await read.fetch(_PAGE.format(partners=some), *statement.values)


def partner_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the shape of `PartnerRead`."""
    cells = {name: cell_json(row, name) for name in CELLS}
    if not row["hidden"]:
        cells["mrr"]["value"] = amounts_json(row["mrr"], row["currency"])
    return plain_json(row) | cells
