"""The orders of a workspace's customers: by date, by state, and found by what its people know of one.

They are read from the copies that the provider's staff read (`all_orders`), by the workspace above their customer.
"""

# ruff: noqa: S608 - statements are made of constants
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.provisioning.customer_orders.schemas import CustomerOrderCounts, CustomerOrdersFilters
from services.provisioning.db import FIRST_PAGE
from services.provisioning.products.brief import PRODUCT, nested
from shared.auth.permissions import ROLES, level
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

MOST = 1_000
"""Orders that each part of a search finds."""
LAST_PAGE = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
"""The keyset position before the first row of a list that is sorted oldest first."""
ROLES_THAT_SEE_ORDERS = [role for role in ROLES if level("service.view", role, "customer") == "all"]

# $1 the workspace, $2 and $3 where the page begins, $4 how many, $5 the state, $6 the customers, $7 the search.
_COLUMNS = f"""
SELECT o.order_id::text AS id, o.number, o.workspace_id::text, o.quantity, o.state, o.placed_by_address, o.placed_via,
       o.placed_at, {PRODUCT}, w.display_name AS customer_name, w.slug AS customer_slug
"""
_NAME = (
    "LEFT JOIN LATERAL (SELECT display_name, slug FROM workspace_copies WHERE id = o.workspace_id OFFSET 0) w ON true"
)
_LINKED = """
SELECT DISTINCT g.workspace_id FROM access_grants g
 WHERE g.user_id = $1 AND g.source = 'link' AND g.role = ANY($2::text[])
   AND g.bill_group_id IS NULL AND g.location_id IS NULL
"""
_STATES = ("", "AND a.state = $5::text")
_OF_ALL = "(SELECT * FROM all_orders a WHERE a.parent_workspace_id = $1 AND {after} {state} {newest} LIMIT {rows})"
_OF_SOME = (
    "(SELECT a.* FROM unnest($6::uuid[]) c (id) CROSS JOIN LATERAL (SELECT * FROM all_orders a"
    " WHERE a.workspace_id = c.id AND a.parent_workspace_id = $1 AND {after} {state} {newest} LIMIT {rows}) a"
    " {newest} LIMIT {rows})"
)

# Under row security an index is not read to where a function says: what is searched for, and what is beyond all that
# begins so, is computed first. Nothing follows the last character.
_TEXTS = """
SELECT number, word, number || chr(1114111) AS number_end, word || chr(1114111) AS word_end
  FROM (SELECT upper($7::text) AS number, lower($7::text) AS word) t OFFSET 0
"""
_SEEN = "($6::uuid[] IS NULL OR workspace_id = ANY($6))"
_BEGINS = (
    f"(SELECT order_id FROM all_orders WHERE parent_workspace_id = $1 AND {_SEEN}"
    " AND {0} >= s.{1} AND {0} < s.{1}_end ORDER BY {0} LIMIT {2})"
)
_NAMED = """
(SELECT t.order_id FROM (SELECT id FROM {0} n WHERE {3} (starts_with(lower(n.display_name), s.word)
                          OR position(' ' || s.word IN lower(n.display_name)) > 0) ORDER BY n.display_name) n
  CROSS JOIN LATERAL (SELECT order_id FROM all_orders WHERE parent_workspace_id = $1 AND {1} = n.id AND {4}
                       ORDER BY placed_at DESC, order_id DESC LIMIT {2}) t LIMIT {2})
"""
_FOUND = " UNION ".join((
    _BEGINS.format('number COLLATE "C"', "number", MOST),
    _BEGINS.format('placed_by_key COLLATE "C"', "word", MOST),
    _NAMED.format("workspace_copies", "workspace_id", MOST, "n.parent_workspace_id = $1 AND", _SEEN),
    _NAMED.format("products", "product_id", MOST, "", _SEEN),
))  # fmt: skip
_SEARCHED = f"""
({_TEXTS}) s CROSS JOIN LATERAL ({_FOUND}) f
  CROSS JOIN LATERAL (SELECT * FROM all_orders a WHERE a.order_id = f.order_id OFFSET 0) o
"""


def _after(of: str, *, descending: bool) -> str:
    return f"({of}.placed_at, {of}.order_id) {'<' if descending else '>'} ($2::timestamptz, $3::uuid)"


def _sorted(of: str, *, descending: bool) -> str:
    direction = "DESC" if descending else "ASC"
    return f"ORDER BY {of}.placed_at {direction}, {of}.order_id {direction}"


def _page(source: str, state: str, *, descending: bool) -> str:
    after, newest = _after("a", descending=descending), _sorted("a", descending=descending)
    rows = source.format(after=after, state=state, newest=newest, rows="$4::bigint")
    used = "" if state else " AND $5::text IS NULL"
    some = "" if "$6" in rows else " AND $6::uuid[] IS NULL"
    query = f"{_COLUMNS} FROM {rows} o {_NAME} WHERE true{used}{some} {_sorted('o', descending=descending)}"
    return first_rows(query, "$4::bigint")


def _search(*, descending: bool) -> str:
    state = "($5::text IS NULL OR o.state = $5)"
    where = f"{_after('o', descending=descending)} AND {state}"
    return first_rows(f"{_COLUMNS} FROM {_SEARCHED} {_NAME} WHERE {where} {_sorted('o', descending=descending)}", "$4")


PAGES = {
    (linked, by_state, descending): _page(source, _STATES[by_state], descending=descending)
    for linked, source in ((False, _OF_ALL), (True, _OF_SOME))
    for by_state in (False, True)
    for descending in (False, True)
}
"""By whether the caller sees only some customers, asks for a state, and wants the newest first."""
SEARCHES = {descending: _search(descending=descending) for descending in (False, True)}


COUNTS = f"""
SELECT s.state, (SELECT count(*) FROM (
         SELECT FROM all_orders a WHERE a.parent_workspace_id = $1 AND a.state = s.state
            AND ($3::uuid[] IS NULL OR a.workspace_id = ANY($3)) LIMIT {MOST + 1}) few) AS orders
  FROM unnest($2::text[]) s (state)
"""


async def list_customer_orders(
    read: ScopedReads, asked: CustomerOrdersFilters, *, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """A page, with one row more than ``limit`` if there is a next page."""
    seen = await _customers(read)
    begin = FIRST_PAGE if asked.descending else LAST_PAGE
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else begin
    values: list[object] = [read.access.workspace_id, *after, limit + 1, asked.state, seen]
    if asked.q:
        rows = await read.fetch(SEARCHES[asked.descending], *values, asked.q)
    else:
        rows = await read.fetch(PAGES[seen is not None, asked.state is not None, asked.descending], *values)
    return [nested(row, "product") for row in rows]


async def count_customer_orders(read: ScopedReads) -> dict[str, int]:
    """The counts of `CustomerOrderCounts`, each at most one more than `MOST`."""
    seen, states = await _customers(read), list(CustomerOrderCounts.model_fields)
    rows = await read.fetch(COUNTS, read.access.workspace_id, states, seen)
    return {row["state"]: row["orders"] for row in rows}


async def _customers(read: ScopedReads) -> Sequence[UUID] | None:
    """The customers whose orders the caller may see; None: all of them (P3, P13)."""
    if read.access.level == "all":
        return None
    linked = await read.fetch(_LINKED, read.access.user_id, ROLES_THAT_SEE_ORDERS)
    return [row["workspace_id"] for row in linked]
