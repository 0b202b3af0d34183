"""Hot reads of the catalogue. A list has no schemas: they are large, and only the form of one product needs one."""

from typing import Any
from uuid import UUID

import structlog

from services.provisioning.products.brief import nested
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows, read_stored
from shared.reads import ScopedReads
from shared.schemas import Name

log = structlog.get_logger()

PAGE = first_rows(
    """
SELECT id::text, key, display_name, description, kind, connection, is_also_port, billing_delay_days, max_quantity,
       version, withdrawn_at IS NULL AS is_offered, fields
  FROM products
 WHERE withdrawn_at IS NULL AND (display_name, id) > ($1, $2)
 ORDER BY display_name, id
""",
    "$3",
)
ONE = """
SELECT id::text, key, display_name, description, kind, connection, is_also_port, billing_delay_days, max_quantity,
       version, withdrawn_at IS NULL AS is_offered, configuration_schema, needs
  FROM products
 WHERE key = $1
"""
FIRST = ("", UUID(int=0))


async def list_products(read: ScopedReads, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """Products that can be ordered, by name, with one more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[Name, UUID]) if cursor else FIRST
    return [nested(row, "fields") for row in await read.fetch(PAGE, *after, limit + 1)]


async def read_product(read: ScopedReads, key: str) -> dict[str, Any]:
    """A product in the shape of `ProductRead`. Raises `NotFound`."""
    row = await read.fetchrow(ONE, key)
    if row is None:
        raise NotFound(f"There is no product {key!r} in the catalogue.")
    schema = read_stored(row["configuration_schema"])
    if schema is None:
        log.error("configuration_schema.unreadable", product_id=row["id"])
    return nested(row, "needs") | {"configuration_schema": schema}
