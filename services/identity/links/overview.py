"""All links of a parent workspace: who of it may enter which customer or partner.

A hot read. A parent has as many links as its users have customers: they are joined, searched and sorted as a whole.
"""

# ruff: noqa: S608 - composed of constants; values are parameters
from datetime import date
from typing import Any
from uuid import UUID

from services.identity.links.schemas import LinksQuery
from shared.lists import MOST
from shared.pages import decode_cursor, encode_cursor, no_such_page
from shared.reads import ScopedReads

SORTS = {
    "person": "u.display_name",
    "workspace": "w.display_name",
    "role": "g.role",
    "last_day": "coalesce(to_char(g.last_day, 'YYYY-MM-DD'), '9999')",
}
"""What is compared, as text; a link without a last day comes last."""
_LINKS = """
FROM grants g JOIN workspaces w ON w.workspace_id = g.workspace_id AND w.parent_workspace_id = $1
JOIN users u ON u.id = g.user_id
WHERE g.parent_workspace_id = $1 AND g.source = 'link' AND ($2::text IS NULL OR g.role = $2)
  AND ($3::text IS NULL OR position(search_letters($3) IN search_letters(
    concat_ws(' ', u.display_name, u.address, w.display_name, w.account_number))) > 0)
"""
COUNT = f"SELECT count(*) AS count FROM (SELECT 1 {_LINKS} LIMIT {MOST + 1}) c"


def page_of_links(sort: str, *, descending: bool) -> str:
    """The statement of a page, in this order."""
    key = f"({SORTS[sort]}) COLLATE names"
    than, order = ("<", " DESC") if descending else (">", "")
    return f"""
    SELECT g.id::text, g.role, g.last_day, {key} AS key, u.id::text AS user_id, u.address,
      u.display_name AS person_name, w.workspace_id::text, w.slug, w.kind, w.display_name AS workspace_name,
      w.account_number
    {_LINKS} AND ($4::text IS NULL OR ({key}, g.id) {than} ($4, $5::uuid))
    ORDER BY {key}{order}, g.id{order} LIMIT $6"""


async def list_all(read: ScopedReads, query: LinksQuery) -> dict[str, Any]:
    """A page of `LinkedRead`. Raises `Invalid` for a cursor of another order."""
    descending = bool(query.descending)
    order = f"{'-' if descending else ''}{query.sort}"
    after = _after(query.cursor, order)
    asked = read.access.workspace_id, query.role, query.q or None
    rows = await read.fetch(page_of_links(query.sort, descending=descending), *asked, *after, query.limit + 1)
    shown, more = rows[: query.limit], len(rows) > query.limit
    following = encode_cursor(order, shown[-1]["key"], UUID(shown[-1]["id"])) if more else None
    count = (await read.fetchrow(COUNT, *asked))["count"] if query.count else None
    return {"items": [_link(row) for row in shown], "next": following, "count": count}


def _after(cursor: str | None, order: str) -> tuple[str | None, UUID | None]:
    if not cursor:
        return None, None
    of_order, key, id_ = decode_cursor(cursor, tuple[str, str, UUID])
    if of_order != order:
        raise no_such_page()
    return key, id_


def _link(row: Any) -> dict[str, Any]:
    last_day: date | None = row["last_day"]
    there = {name: row[name] for name in ("slug", "kind", "account_number")}
    return {
        "id": row["id"],
        "role": row["role"],
        "last_day": last_day,
        "user": {"id": row["user_id"], "address": row["address"], "display_name": row["person_name"]},
        "workspace": there | {"id": row["workspace_id"], "display_name": row["workspace_name"]},
    }
