"""Hot reads of the catalogue. A list has no schemas: they are large, and only the form of one product needs one."""

from typing import Any
from uuid import UUID

import structlog

from services.provisioning.products.brief import DONE_BY_HAND, nested
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows, read_stored
from shared.reads import ScopedReads
from shared.schemas import Name

log = structlog.get_logger()

NEWEST_OFFERED = """
SELECT v.id, v.product_id, v.display_name, v.currency FROM plan_versions v
 WHERE v.offered_to IS NULL
   AND NOT EXISTS (SELECT FROM plan_versions l WHERE l.plan_id = v.plan_id AND l.version > v.version)
   AND NOT EXISTS (SELECT FROM plan_offers f WHERE f.plan_id = v.plan_id AND NOT f.is_offered)
"""
"""The versions of plans that every customer can order."""
PAGE = first_rows(
    f"""
SELECT id::text, key, display_name, description, kind, connection, is_also_port, billing_delay_days, max_quantity,
       needs_acknowledgement, add_on_to, version, withdrawn_at IS NULL AS is_offered, fields,
       {DONE_BY_HAND}
  FROM products
 WHERE withdrawn_at IS NULL AND add_on_to = '{{}}' AND (display_name, id) > ($1, $2)
   AND (brings = '[]' OR NOT EXISTS (
        SELECT FROM jsonb_array_elements(brings) b JOIN products w ON w.key = b ->> 'product'
         WHERE w.withdrawn_at IS NOT NULL))
 ORDER BY display_name, id
""",  # noqa: S608 - constants
    "$3",
)
ONE = f"""
SELECT id::text, key, display_name, description, kind, connection, is_also_port, billing_delay_days, max_quantity,
       needs_acknowledgement, add_on_to, version, withdrawn_at IS NULL AS is_offered, configuration_schema, needs,
       brings, {DONE_BY_HAND}
  FROM products
 WHERE key = $1
"""  # noqa: S608 - constants
BROUGHT = f"""
SELECT json_build_object('id', p.id, 'key', p.key, 'display_name', p.display_name, 'kind', p.kind,
                         'version', p.version) AS product,
       p.withdrawn_at IS NULL AS is_offered, p.billing_delay_days, b.about -> 'configuration' AS configuration,
       b.about -> 'copied' AS copied, (b.about ->> 'quantity')::integer AS quantity,
       (SELECT coalesce(json_agg(json_build_object('display_name', v.display_name, 'currency', v.currency,
                                                   'plan_version_id', v.id) ORDER BY n.nth), '[]')
          FROM jsonb_array_elements_text(b.about -> 'plans') WITH ORDINALITY n (name, nth)
          JOIN ({NEWEST_OFFERED}) v ON v.product_id = p.id AND v.display_name = n.name) AS plans
  FROM products o, jsonb_array_elements(o.brings) WITH ORDINALITY b (about, nth)
  JOIN products p ON p.key = b.about ->> 'product'
 WHERE o.key = $1 ORDER BY b.nth
"""  # noqa: S608 - constants
KNOWN = "SELECT id FROM products WHERE key = $1"
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
    return nested(row, "needs", "brings") | {"configuration_schema": schema}


async def read_brought(read: ScopedReads, key: str) -> list[dict[str, Any]]:
    """What comes along with a product, each in the shape of `BroughtRead`, in the product's order. Raises
    `NotFound`."""
    rows = await read.fetch(BROUGHT, key)
    if not rows and await read.fetchrow(KNOWN, key) is None:
        raise NotFound(f"There is no product {key!r} in the catalogue.")
    return [nested(row, "product", "configuration", "copied", "plans") for row in rows]
