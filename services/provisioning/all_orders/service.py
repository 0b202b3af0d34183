"""The orders of all workspaces, newest first: by state, and found by what staff know of one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.provisioning.all_orders.schemas import AllOrdersFilters
from services.provisioning.db import FIRST_PAGE
from services.provisioning.products.brief import PRODUCT, nested
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

MOST = 1_000
"""Orders that each part of a search finds."""

_COLUMNS = f"""
SELECT o.order_id::text AS id, o.number, o.workspace_id::text, o.quantity, o.state, o.placed_by_address, o.placed_via,
       o.placed_at, {PRODUCT},
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = o.workspace_id) AS customer_name
"""  # noqa: S608 - constants
_AFTER = "(o.placed_at, o.order_id) < ($1, $2)"
_NEWEST = "ORDER BY o.placed_at DESC, o.order_id DESC"
PAGE = first_rows(f"{_COLUMNS} FROM all_orders o WHERE {_AFTER} {_NEWEST}", "$3")
PAGE_OF_STATE = first_rows(f"{_COLUMNS} FROM all_orders o WHERE o.state = $4 AND {_AFTER} {_NEWEST}", "$3")

# Under row security an index is not read to where a function says: what is searched for, and what is beyond all that
# begins so, is computed first. Nothing follows the last character.
_TEXTS = """
SELECT number, word, number || chr(1114111) AS number_end, word || chr(1114111) AS word_end
  FROM (SELECT upper($4::text) AS number, lower($4::text) AS word) t OFFSET 0
"""
_BEGINS = "(SELECT order_id FROM all_orders WHERE {0} >= s.{1} AND {0} < s.{1}_end ORDER BY {0} LIMIT {2})"
_NAMED = """
(SELECT t.order_id FROM (SELECT id FROM {0} n WHERE starts_with(lower(n.display_name), s.word)
                          OR position(' ' || s.word IN lower(n.display_name)) > 0 ORDER BY n.display_name) n
  CROSS JOIN LATERAL (SELECT order_id FROM all_orders WHERE {1} = n.id ORDER BY placed_at DESC, order_id DESC
                       LIMIT {2}) t LIMIT {2})
"""
_FOUND = " UNION ".join((
    _BEGINS.format('number COLLATE "C"', "number", MOST),
    _BEGINS.format('placed_by_key COLLATE "C"', "word", MOST),
    _NAMED.format("workspace_copies", "workspace_id", MOST),
    _NAMED.format("products", "product_id", MOST),
))  # fmt: skip
SEARCHED = first_rows(
    f"""
{_COLUMNS} FROM ({_TEXTS}) s
  CROSS JOIN LATERAL ({_FOUND}) f
  CROSS JOIN LATERAL (SELECT * FROM all_orders a WHERE a.order_id = f.order_id OFFSET 0) o
 WHERE {_AFTER} AND ($5::text IS NULL OR o.state = $5) {_NEWEST}
""",  # noqa: S608 - constants
    "$3",
)


async def list_all_orders(
    read: ScopedReads, asked: AllOrdersFilters, *, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """A page, the newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    if asked.q:
        rows = await read.fetch(SEARCHED, *after, limit + 1, asked.q, asked.state)
    elif asked.state:
        rows = await read.fetch(PAGE_OF_STATE, *after, limit + 1, asked.state)
    else:
        rows = await read.fetch(PAGE, *after, limit + 1)
    return [nested(row, "product") for row in rows]
