"""Hot reads of what belongs to a service."""

from typing import Any
from uuid import UUID

from services.provisioning.products.brief import DONE_BY_HAND, nested
from services.provisioning.services.service import SHOWN, describe
from shared.errors import NotFound
from shared.reads import ScopedReads

WHOLE = """
SELECT s.part_of, p.key FROM services s JOIN products p ON p.id = s.product_id WHERE s.workspace_id = $1 AND s.id = $2
"""
PARTS = SHOWN.format(
    rows="SELECT * FROM services WHERE workspace_id = $1 AND part_of = $2 AND state <> 'deleted'"
    " ORDER BY requested_at, id LIMIT 20"
)
ADD_ONS = f"""
SELECT id::text, key, display_name, description, kind, connection, is_also_port, billing_delay_days, max_quantity,
       needs_acknowledgement, add_on_to, version, true AS is_offered, fields, {DONE_BY_HAND}
  FROM products
 WHERE add_on_to @> ARRAY[$1] AND add_on_to <> '{{}}' AND withdrawn_at IS NULL
 ORDER BY display_name, id LIMIT 100
"""  # noqa: S608 - constants


async def read_parts(read: ScopedReads, service_id: UUID) -> dict[str, Any]:
    """In the shape of `PartsRead`. Raises `NotFound`."""
    whole = await read.fetchrow(WHOLE, read.access.workspace_id, service_id)
    if whole is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    parts = await read.fetch(PARTS, read.access.workspace_id, service_id)
    add_ons = [] if whole["part_of"] else await read.fetch(ADD_ONS, whole["key"])
    return {"parts": [describe(row) for row in parts], "add_ons": [nested(row, "fields") for row in add_ons]}
