"""The list of the Customers page: a hot read without the ORM, in any sort order (P2 to P13).

The SQL is composed of constants of this file only; the caller's values are always parameters.
"""

# ruff: noqa: S608 - see above
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson

from services.identity.customers.schemas import CustomerSort
from shared.auth import Access
from shared.auth.permissions import ROLES, level
from shared.pages import decode_cursor, encode_cursor
from shared.reads import Reader

INACTIVE_AFTER = timedelta(hours=30 * 24)
"""In business time. Inactive means strictly longer than this (D6)."""

ROLES_WITHOUT_NUMBERS = [role for role in ROLES if level("money.view", role, "customer") is None]
"""Support sees the customer, but none of its six cells (P4, P21)."""

CELLS = ("mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity_at", "last_order_at")

# The sort order must not reveal hidden numbers, so these rows sort as if they had none.
_SORTS: dict[CustomerSort, tuple[str, str]] = {
    "name": ("lower(display_name)", "text"),
    "mrr": ("CASE WHEN hidden THEN 0 ELSE mrr_sort_minor END", "bigint"),
    "ports": ("CASE WHEN hidden THEN 0 ELSE ports END", "bigint"),
    "virtual_circuits": ("CASE WHEN hidden THEN 0 ELSE virtual_circuits END", "bigint"),
    "cloud_connections": ("CASE WHEN hidden THEN 0 ELSE cloud_connections END", "bigint"),
    "last_activity": (
        "CASE WHEN hidden THEN '-infinity' ELSE coalesce(last_activity_at, '-infinity'::timestamptz) END",
        "timestamptz",
    ),
    "last_order": (
        "CASE WHEN hidden THEN '-infinity' ELSE coalesce(last_order_at, '-infinity'::timestamptz) END",
        "timestamptz",
    ),
}

_TOTALS = """
WITH visible AS (SELECT * FROM ({shown}) s WHERE NOT hidden)
SELECT (SELECT count(*) FROM ({shown}) s) AS customers, coalesce(sum(ports), 0)::bigint AS ports,
  coalesce(sum(virtual_circuits), 0)::bigint AS virtual_circuits,
  coalesce(sum(cloud_connections), 0)::bigint AS cloud_connections,
  (SELECT coalesce(jsonb_agg(m ORDER BY m.currency), '[]')::text
   FROM (SELECT a->>'currency' AS currency, sum((a->>'amount_minor')::bigint)::bigint AS amount_minor
         FROM visible, jsonb_array_elements(mrr) a WHERE has_mrr GROUP BY 1) m) AS mrr,
  CASE WHEN min(currency) = max(currency) THEN min(currency) END AS currency
FROM visible"""


@dataclass(frozen=True)
class ListCriteria:
    """Filters and sort order of the list."""

    status: Literal["connected", "not_connected"]
    q: str | None
    sort: CustomerSort
    descending: bool
    hide_inactive: bool
    now: datetime


@dataclass
class Statement:
    """Builds SQL. Each value becomes a numbered parameter."""

    values: list[object] = field(default_factory=list)

    def value(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def below(self, access: Access, kind: Literal["customer", "partner"]) -> str:
        """The customers or partners directly below the caller's workspace that the caller may see: admins see all,
        others the linked ones (P3, P13). Row security alone would also show the provider its partners' customers."""
        parent = self.value(access.workspace_id)
        if access.level == "all":
            columns = "*, 'admin' AS role, false AS hidden"
            return f"SELECT {columns} FROM customer_overview WHERE parent_workspace_id = {parent} AND kind = '{kind}'"
        person, blind = self.value(access.user_id), self.value(ROLES_WITHOUT_NUMBERS)
        return (
            f"SELECT c.*, g.role, g.role = ANY({blind}::text[]) AS hidden FROM customer_overview c JOIN grants g"
            f" ON g.workspace_id = c.workspace_id AND g.user_id = {person} AND g.source = 'link'"
            f" WHERE c.parent_workspace_id = {parent} AND c.kind = '{kind}'"
        )

    def matching(self, access: Access, criteria: ListCriteria) -> str:
        """The visible customers that match the filters; by default only connected ones (P2)."""
        status = "status = 'connected'" if criteria.status == "connected" else "status <> 'connected'"
        rows = f"SELECT * FROM ({self.below(access, 'customer')}) c WHERE {status}"
        if criteria.q:
            word = self.value(_containing(criteria.q))
            rows += f" AND (display_name ILIKE {word} OR account_number ILIKE {word} OR slug ILIKE {word})"
        return rows

    def inactive(self, criteria: ListCriteria) -> str:
        """No revenue, no recent order and no recent activity (P12, D6). A row with hidden numbers is never inactive,
        because leaving it out would reveal them."""
        since = self.value(criteria.now - INACTIVE_AFTER)
        return (
            f"(NOT hidden AND NOT has_mrr AND coalesce(last_order_at, '-infinity') < {since}"
            f" AND coalesce(last_activity_at, '-infinity') < {since})"
        )

    def shown(self, access: Access, criteria: ListCriteria) -> str:
        rows = self.matching(access, criteria)
        return f"{rows} AND NOT {self.inactive(criteria)}" if criteria.hide_inactive else rows


async def fetch_customers(
    read: Reader, access: Access, criteria: ListCriteria, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of customers, and the cursor of the next page."""
    statement = Statement()
    rows = statement.shown(access, criteria)
    by, type_ = _SORTS[criteria.sort]
    after, direction = ("<", "DESC") if criteria.descending else (">", "ASC")
    if cursor:
        sort_key, last_id = decode_cursor(cursor, tuple[str, UUID])
        rows += (
            f" AND ({by}, workspace_id) {after}"
            f" ({statement.value(sort_key)}::text::{type_}, {statement.value(last_id)})"
        )
    page = f"SELECT *, mrr::text AS amounts, ({by})::text AS sort_key FROM ({rows}) s"
    page += f" ORDER BY {by} {direction}, workspace_id {direction} LIMIT {statement.value(limit + 1)}"
    found = await read.fetch(page, *statement.values)
    last = found[limit - 1] if len(found) > limit else None
    return [customer_json(row) for row in found[:limit]], last and encode_cursor(last["sort_key"], last["workspace_id"])


async def fetch_totals(read: Reader, access: Access, criteria: ListCriteria) -> dict[str, Any]:
    """Totals of the matching rows whose numbers the caller may see."""
    statement = Statement()
    row = await read.fetchrow(_TOTALS.format(shown=statement.shown(access, criteria)), *statement.values)
    counts = {name: row[name] for name in ("customers", "ports", "virtual_circuits", "cloud_connections")}
    return counts | {"mrr": amounts_json(row["mrr"], row["currency"])}


async def count_inactive(read: Reader, access: Access, criteria: ListCriteria) -> int:
    """How many customers ``hide_inactive`` leaves out."""
    if not criteria.hide_inactive:
        return 0
    statement = Statement()
    matching = statement.matching(access, criteria)
    query = f"SELECT count(*) AS hidden FROM ({matching} AND {statement.inactive(criteria)}) i"
    row = await read.fetchrow(query, *statement.values)
    return int(row["hidden"])


def customer_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the shape of `CustomerRead`."""
    cells = {name: cell_json(row, name) for name in CELLS}
    if not row["hidden"]:
        cells["mrr"]["value"] = amounts_json(row["amounts"], row["currency"])
    return plain_json(row) | cells


def plain_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a customer or partner that every role sees."""
    contact = row["contact_address"] and {"address": row["contact_address"], "display_name": row["contact_name"]}
    plain = {name: row[name] for name in ("slug", "display_name", "account_number", "status", "role")}
    return {"id": row["workspace_id"], **plain, "contact": contact or None}


def amounts_json(amounts: str, currency: str | None) -> list[dict[str, Any]]:
    """The amounts, or zero in ``currency`` if there are none."""
    found: list[dict[str, Any]] = orjson.loads(amounts)
    return found if found or not currency else [{"currency": currency, "amount_minor": 0}]


def cell_json(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A value in the shape of `Cell`. A hidden value is not a zero (D10)."""
    return {"state": "hidden", "value": None} if row["hidden"] else {"state": "value", "value": row[name]}


def _containing(word: str) -> str:
    """A LIKE pattern for a substring. Wildcards in ``word`` are escaped (S27)."""
    escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
