"""The list of orders: a hot read, without the ORM."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.provisioning.db import FIRST_PAGE
from shared.pages import decode_cursor
from shared.reads import ScopedReads

LIST_ORDERS = """
SELECT o.id, o.number, o.state, o.display_name, o.quantity, o.begun_by_address AS placed_by_address,
       o.begun_via AS placed_via, o.placed_at, work.step, work.steps, work.service_id,
       json_build_object('id', p.id, 'key', p.key, 'display_name', p.display_name, 'kind', p.kind) AS product
  FROM orders o
  JOIN products p ON p.id = o.product_id
  JOIN LATERAL (SELECT step, steps, service_id FROM operations
                 WHERE order_id = o.id ORDER BY started_at DESC LIMIT 1) work ON true
 WHERE (o.placed_at, o.id) < ($1, $2)
 ORDER BY o.placed_at DESC, o.id DESC
 LIMIT $3
"""


async def list_orders(read: ScopedReads, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """The workspace's orders, newest first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    rows = await read.fetch(LIST_ORDERS, *after, limit + 1)
    return [dict(row) | {"product": orjson.Fragment(row["product"])} for row in rows]
