"""Hot reads of the tasks of all workspaces."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.provisioning.manual_tasks.schemas import TasksQuery
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

_SHOWN = """
SELECT t.operation_id::text AS id, t.workspace_id::text, t.order_number, t.display_name, t.product_name, t.kind, t.verb,
       t.quantity, t.location_name, t.wanted_on, t.planned_on, t.state, t.opened_at,
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = t.workspace_id) AS customer_name
  FROM manual_tasks t
 WHERE {} AND (t.opened_at, t.operation_id) > ($1, $2)
 ORDER BY t.opened_at, t.operation_id
"""
OPEN = first_rows(_SHOWN.format("t.is_open"), "$3")
OF_STATE = first_rows(_SHOWN.format("t.state = $4"), "$3")
COUNT = "SELECT count(*) FROM (SELECT FROM manual_tasks WHERE is_open LIMIT 1000) waiting"
FIRST = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))


async def list_tasks(read: ScopedReads, query: TasksQuery) -> list[dict[str, Any]]:
    """A page, with one row more than the limit if there is a next page."""
    after = decode_cursor(query.cursor, tuple[datetime, UUID]) if query.cursor else FIRST
    most = query.limit + 1
    rows = await (read.fetch(OF_STATE, *after, most, query.state) if query.state else read.fetch(OPEN, *after, most))
    return [dict(row.items()) for row in rows]


async def count_tasks(read: ScopedReads) -> int:
    row = await read.fetchrow(COUNT)
    return int(row["count"]) if row else 0
