"""Reads a page of a list."""

from typing import Any

from shared.lists.asked import Listing, Wanted
from shared.lists.statements import Statement
from shared.reads import ScopedReads


async def fetch_list(
    read: ScopedReads, listing: Listing, wanted: Wanted, shown: str
) -> tuple[list[Any], dict[str, Any]]:
    """The rows of a page, and what else the page says. ``shown`` selects from ``{rows}`` as ``t``, among others the
    columns of the sort and of the ties. Raises `Invalid` for a cursor of another list or order."""
    statement, limit = Statement(read.access.workspace_id, listing, wanted), wanted.query.limit
    page = f"{shown.format(rows=statement.page(limit + 1))} ORDER BY {statement.order('t')}"
    rows = await read.fetch(page, *statement.values)
    following = statement.cursor(rows[limit - 1]) if len(rows) > limit else None
    return rows[:limit], {"next": following, "count": await _count(read, listing, wanted)}


async def _count(read: ScopedReads, listing: Listing, wanted: Wanted) -> int | None:
    if not wanted.query.count:
        return None
    statement = Statement(read.access.workspace_id, listing, wanted)
    row = await read.fetchrow(statement.counted(), *statement.values)
    return int(row["count"])
