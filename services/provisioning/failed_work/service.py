"""The work of all workspaces that failed, the latest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.provisioning.db import FIRST_PAGE
from services.provisioning.failed_work.schemas import FailedWorkFilters
from services.provisioning.products.brief import nested
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads

_SHOWN = """
SELECT f.operation_id::text AS id, f.workspace_id::text, f.service_id::text, f.display_name, f.verb, f.step, f.steps,
       f.failure, f.failure_code, f.failure_values, f.failed_at, f.begun_by_address, f.begun_via,
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = f.workspace_id) AS customer_name
  FROM failed_work f
 WHERE {}(f.failed_at, f.operation_id) < ($1, $2)
 ORDER BY f.failed_at DESC, f.operation_id DESC
"""
PAGE = first_rows(_SHOWN.format(""), "$3")
PAGE_OF_VERB = first_rows(_SHOWN.format("f.verb = $4 AND "), "$3")


async def list_failed_work(
    read: ScopedReads, asked: FailedWorkFilters, *, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """A page, the latest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    page = (PAGE_OF_VERB, *after, limit + 1, asked.verb) if asked.verb else (PAGE, *after, limit + 1)
    return [nested(row, "failure_values") for row in await read.fetch(*page)]
