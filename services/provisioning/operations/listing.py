"""Hot reads of the work on a service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.provisioning.db import FIRST_PAGE
from services.provisioning.products.brief import nested
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

SUMMARY = """o.id::text, o.verb, o.state, o.step, o.steps, o.message, o.message_code, o.message_values,
       o.order_id::text, o.started_at, o.ended_at, o.begun_by_address, o.begun_via"""
PAGE = first_rows(
    f"""
SELECT {SUMMARY}
  FROM operations o
 WHERE o.workspace_id = $1 AND o.service_id = $2 AND (o.started_at, o.id) < ($3, $4)
 ORDER BY o.started_at DESC, o.id DESC
""",  # noqa: S608 - constants
    "$5",
)
STEPS = """coalesce((SELECT json_agg(json_build_object('n', p.n, 'title', p.title, 'key', p.key, 'state', p.state,
         'detail', p.detail, 'detail_code', p.detail_code, 'detail_values', p.detail_values,
         'at', to_char(p.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.USZ')) ORDER BY p.n)
         FROM operation_steps p WHERE p.operation_id = {operation}), '[]')"""
"""The steps of an operation, each in the shape of `StepRead`."""
ONE = f"""
SELECT {SUMMARY}, o.service_id::text, s.display_name AS service_display_name, o.undoing,
       o.cancelled_by IS NOT NULL AS cancelled, o.output IS NOT NULL AS has_output,
       {STEPS.format(operation="o.id")} AS operation_steps
  FROM operations o JOIN services s ON s.id = o.service_id
 WHERE o.workspace_id = $1 AND o.id = $2
"""  # noqa: S608 - constants
OUTPUT = "SELECT output FROM operations WHERE workspace_id = $1 AND id = $2"


async def list_operations(
    read: ScopedReads, service_id: UUID, *, cursor: str | None, limit: int
) -> list[dict[str, Any]]:  # fmt: skip
    """A page of the work on a service, newest first, with one row more than ``limit`` if there is a next page. Empty
    for a service that the caller may not see."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    rows = await read.fetch(PAGE, read.access.workspace_id, service_id, *after, limit + 1)
    return [nested(row, "message_values") for row in rows]


async def read_operation(read: ScopedReads, operation_id: UUID) -> dict[str, Any]:
    """An operation in the shape of `OperationRead`. Raises `NotFound`."""
    row = await read.fetchrow(ONE, read.access.workspace_id, operation_id)
    if row is None:
        raise NotFound(f"There is no operation {operation_id} in this workspace.")
    return nested(row, "message_values", "operation_steps")


async def read_output(read: ScopedReads, operation_id: UUID) -> dict[str, Any]:
    """What an operation has read. Raises `NotFound`."""
    row = await read.fetchrow(OUTPUT, read.access.workspace_id, operation_id)
    if row is None:
        raise NotFound(f"There is no operation {operation_id} in this workspace.")
    return dict(row.items())
