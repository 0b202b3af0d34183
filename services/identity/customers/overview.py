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

from services.identity.customer_overview.models import ORDERS_OF_LINKED
from services.identity.customers.schemas import Activity, CustomerSort
from services.identity.workspaces.service import no_such_child
from shared.auth import Access
from shared.auth.permissions import ROLES, level
from shared.pages import decode_cursor, encode_cursor, first_rows
from shared.reads import ScopedReads

INACTIVE_AFTER = timedelta(hours=30 * 24)
"""In business time. Inactive means strictly longer than this (D6)."""

LAST_SIGN = "greatest(last_activity_at, last_order_at, '-infinity'::timestamptz)"
"""When somebody was last active or ordered. Row security lets an index look it up, unlike coalesce()."""

NEVER = f"(NOT hidden AND NOT has_mrr AND {LAST_SIGN} = '-infinity'::timestamptz)"
"""Nobody there was ever active, nothing was ordered, and nothing is billed. A row with hidden numbers is never one, as
with `inactive`."""

MOST = 1_000
"""Rows that one request finds by a word, adds up, or counts."""

ROLES_WITHOUT_NUMBERS = [role for role in ROLES if level("money.view", role, "customer") is None]
"""Support sees the customer, but none of its six cells (P4, P21)."""

CELLS = ("mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity_at", "last_order_at")

INVITATION = {
    "sent_at": "invited_at",
    "expires_at": "invitation_expires_at",
    "reminded_at": "invitation_reminded_at",
    "undelivered_at": "invitation_undelivered_at",
}
"""What is told of the pending invitation, with its columns."""

_SORTS: dict[CustomerSort, tuple[str, str]] = {
    "name": ("sort_name", "text"),
    "mrr": ("mrr_sort_minor", "bigint"),
    "ports": ("ports", "integer"),
    "virtual_circuits": ("virtual_circuits", "integer"),
    "cloud_connections": ("cloud_connections", "integer"),
    "last_activity": ("greatest(last_activity_at, '-infinity'::timestamptz)", "timestamptz"),
    "last_order": ("greatest(last_order_at, '-infinity'::timestamptz)", "timestamptz"),
}
"""What each order compares, and its type."""


def _sort_key(access: Access, sort: CustomerSort) -> tuple[str, str]:
    """What is compared, and its type. The order must not reveal hidden numbers, so these rows sort as if they had none.
    Nothing is hidden from who sees all: the plain column is in the index of the order."""
    by, type_ = _SORTS[sort]
    return (by if access.level == "all" else ORDERS_OF_LINKED[sort]), type_


def in_order_of(access: Access, sort: CustomerSort) -> str:
    """Names the index of an order to who is linked (decision 33): PostgreSQL, which plans once for everybody, would
    sort the customers of who has many as if they were few."""
    return "" if access.level == "all" else f" AND role <> 'by {sort}'"


_OF_LINKED = """customer_id AS workspace_id, role, hidden, connected, sort_name, words, mrr, mrr_sort_minor, has_mrr,
  currency, ports, virtual_circuits, cloud_connections, last_activity_at, last_order_at, invited_at,
  invitation_expires_at"""
_KEYS = "SELECT workspace_id, role, hidden, {by} AS place, ({by})::text AS sort_key FROM ({rows}) s ORDER BY {order}"
# OFFSET 0 makes the planner look up each of the few.
_SHOWN = """
SELECT c.*, k.role, k.hidden, true AS may_enter, k.sort_key, c.mrr::text AS amounts
FROM ({keys}) k CROSS JOIN LATERAL (SELECT * FROM customer_overview o WHERE o.workspace_id = k.workspace_id OFFSET 0) c
ORDER BY k.place {direction}, k.workspace_id {direction}"""
"""The rows of a page, each with what the list does not compare."""


@dataclass(frozen=True)
class ListCriteria:
    """Filters and sort order of the list."""

    status: Literal["connected", "not_connected"]
    q: str | None
    sort: CustomerSort
    descending: bool
    hide_inactive: bool
    now: datetime
    activity: Activity | None = None
    found: tuple[UUID, ...] | None = None
    """What a search found, if it was looked up before: the list is of these."""


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
            columns = f"*, 'admin' AS role, false AS hidden, {self.admits(access, 'customer_overview')} AS may_enter"
            return f"SELECT {columns} FROM customer_overview WHERE parent_workspace_id = {parent} AND kind = '{kind}'"
        person, blind = self.value(access.user_id), self.value(ROLES_WITHOUT_NUMBERS)
        return (
            f"SELECT c.*, g.role, g.role = ANY({blind}::text[]) AS hidden, true AS may_enter"
            " FROM customer_overview c JOIN grants g"
            f" ON g.workspace_id = c.workspace_id AND g.user_id = {person} AND g.source = 'link'"
            f" WHERE c.parent_workspace_id = {parent} AND c.kind = '{kind}'"
        )

    def admits(self, access: Access, row: str) -> str:
        """Whether a customer lets the caller in, who is an admin: it keeps none out, or they have a link."""
        mine = f"g.user_id = {self.value(access.user_id)} AND g.workspace_id = {row}.workspace_id AND g.source = 'link'"
        return f"({row}.parent_admins_enter OR EXISTS (SELECT FROM grants g WHERE {mine}))"

    def linked(self, access: Access) -> str:
        """The customers that the caller is linked to, with what is searched, sorted, counted and added up of them."""
        person, parent = self.value(access.user_id), self.value(access.workspace_id)
        return (
            f"SELECT {_OF_LINKED} FROM linked_customers"
            f" WHERE user_id = {person} AND workspace_id = {parent} AND kind = 'customer'"
        )

    def found(self, access: Access, found: tuple[UUID, ...]) -> str:
        """The customers that a search found for somebody who sees all. OFFSET 0 makes the planner look up each, which
        does not know how many there are."""
        ids, parent = self.value(found), self.value(access.workspace_id)
        columns = f"c.*, 'admin' AS role, false AS hidden, {self.admits(access, 'c')} AS may_enter"
        return (
            f"SELECT {columns} FROM unnest({ids}::uuid[]) AS f (id) CROSS JOIN LATERAL"
            " (SELECT * FROM customer_overview o WHERE o.workspace_id = f.id OFFSET 0) c"
            f" WHERE c.parent_workspace_id = {parent} AND c.kind = 'customer'"
        )

    def matching(self, access: Access, criteria: ListCriteria) -> str:
        """The visible customers that match the filters; by default only connected ones (P2)."""
        connected = "connected" if criteria.status == "connected" else "NOT connected"
        if access.level != "all":
            below = self.linked(access)
        elif criteria.found is None:
            below = self.below(access, "customer")
        else:
            below = self.found(access, criteria.found[:MOST])
        rows = f"SELECT * FROM ({below}) c WHERE {connected}"
        if criteria.q and criteria.found is None:
            rows += f" AND words LIKE (SELECT search_pattern({self.value(criteria.q)}))"
        return rows

    def inactive(self, criteria: ListCriteria) -> str:
        """No revenue, no recent order and no recent activity (P12, D6). A row with hidden numbers is never inactive,
        because leaving it out would reveal them."""
        since = self.value(criteria.now - INACTIVE_AFTER)
        return f"(NOT hidden AND NOT has_mrr AND {LAST_SIGN} < {since})"

    def shown(self, access: Access, criteria: ListCriteria) -> str:
        rows = self.matching(access, criteria)
        if criteria.activity == "inactive":
            rows += f" AND {self.inactive(criteria)}"
        if criteria.activity == "never":
            rows += f" AND {NEVER}"
        return f"{rows} AND NOT {self.inactive(criteria)}" if criteria.hide_inactive else rows


async def fetch_customers(
    read: ScopedReads, access: Access, criteria: ListCriteria, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of customers, and the cursor of the next page."""
    statement = Statement()
    rows = statement.shown(access, criteria)
    by, type_ = _sort_key(access, criteria.sort)
    after, direction = ("<", "DESC") if criteria.descending else (">", "ASC")
    if cursor:
        sort_key, last_id = decode_cursor(cursor, tuple[str, UUID])
        rows += (
            f" AND ({by}, workspace_id) {after}"
            f" ({statement.value(sort_key)}::text::{type_}, {statement.value(last_id)})"
        )
    order = f"{by} {direction}, workspace_id {direction}"
    most = statement.value(limit + 1)
    if access.level == "all":
        page = first_rows(
            f"SELECT *, mrr::text AS amounts, ({by})::text AS sort_key FROM ({rows}) s ORDER BY {order}", most
        )
    else:
        rows += in_order_of(access, criteria.sort)
        page = _SHOWN.format(keys=first_rows(_KEYS.format(by=by, rows=rows, order=order), most), direction=direction)
    found = await read.fetch(page, *statement.values)
    last = found[limit - 1] if len(found) > limit else None
    return [customer_json(row) for row in found[:limit]], last and encode_cursor(last["sort_key"], last["workspace_id"])


async def fetch_customer(read: ScopedReads, access: Access, customer_id: UUID) -> dict[str, Any]:
    """One customer, connected or not. Raises `NotFound`."""
    statement = Statement()
    query = f"SELECT *, mrr::text AS amounts FROM ({statement.below(access, 'customer')}) c"
    row = await read.fetchrow(f"{query} WHERE workspace_id = {statement.value(customer_id)}", *statement.values)
    if row is None:
        raise no_such_child()
    return customer_json(row)


def customer_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the shape of `CustomerRead`."""
    cells = {name: cell_json(row, name) for name in CELLS}
    if not row["hidden"]:
        cells["mrr"]["value"] = amounts_json(row["amounts"], row["currency"])
    return plain_json(row) | cells


def plain_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a customer or partner that every role sees."""
    contact = row["contact_address"] and {"address": row["contact_address"], "display_name": row["contact_name"]}
    plain = {name: row[name] for name in ("slug", "display_name", "account_number", "role", "may_enter")}
    invited = row["invited_at"] and {name: row[column] for name, column in INVITATION.items()}
    status = "connected" if row["connected"] else "not_connected"
    plain |= {"status": status} | {name: row[name] for name in ("suspended_at", "closes_at", "closed_at")}
    return {"id": row["workspace_id"], **plain, "contact": contact or None, "invitation": invited}


def amounts_json(amounts: str, currency: str | None) -> list[dict[str, Any]]:
    """The amounts, or zero in ``currency`` if there are none."""
    found: list[dict[str, Any]] = orjson.loads(amounts)
    return found if found or not currency else [{"currency": currency, "amount_minor": 0}]


def cell_json(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A value in the shape of `Cell`. A hidden value is not a zero (D10)."""
    return {"state": "hidden", "value": None} if row["hidden"] else {"state": "value", "value": row[name]}
