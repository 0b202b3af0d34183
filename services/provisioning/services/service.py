"""Reads of a workspace's services."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.provisioning.db import FIRST_PAGE
from services.provisioning.products.configuration import read_configuration
from services.provisioning.services.schemas import ServiceRead
from shared.errors import NotFound
from shared.events.provisioning import ServiceKind
from shared.pages import decode_cursor
from shared.reads import ScopedReads

READ_SERVICES = """
SELECT s.id, s.kind, s.display_name, s.state, s.quantity, s.order_id, s.bill_group_id, s.requested_at, s.provisioned_at,
       s.configuration,
       json_build_object('id', p.id, 'key', p.key, 'display_name', p.display_name, 'kind', p.kind) AS product,
       (SELECT json_build_object('state', o.state, 'step', o.step, 'steps', o.steps, 'message', o.message)
          FROM operations o WHERE o.order_id = s.order_id ORDER BY o.started_at DESC LIMIT 1) AS operation
  FROM services s JOIN products p ON p.id = s.product_id
 WHERE (s.requested_at, s.id) < ($1, $2)
   AND ($3::text IS NULL OR s.kind = $3)
   AND ($4::uuid IS NULL OR s.id = $4)
 ORDER BY s.requested_at DESC, s.id DESC
 LIMIT $5
"""


async def list_services(
    read: ScopedReads, *, kind: ServiceKind | None, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """The workspace's services, newest first, each with the progress of its latest operation (K9)."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    return [_nest(row) for row in await read.fetch(READ_SERVICES, *after, kind, None, limit + 1)]


async def get_service(read: ScopedReads, service_id: UUID) -> ServiceRead:
    row = await read.fetchrow(READ_SERVICES, *FIRST_PAGE, None, service_id, 1)
    if row is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    return ServiceRead.model_validate(_nest(row))


def _nest(row: Any) -> dict[str, Any]:
    """asyncpg returns JSON as text."""
    nested = {name: orjson.loads(row[name]) for name in ("product", "operation")}
    return dict(row) | nested | {"configuration": read_configuration(row["configuration"], service_id=row["id"])}
