"""Hot reads of the catalogue for staff."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.provisioning.catalogue.schemas import COUNTED, CatalogueState
from services.provisioning.products.brief import DONE_BY_HAND, nested
from services.provisioning.products.listing import FIRST
from shared.errors import NotFound
from shared.pages import decode_cursor, first_rows, read_stored
from shared.reads import ScopedReads
from shared.schemas import Name

# A service of a product is looked up by index, and only for products that are withdrawn.
SOME_LEFT = "services_of_product(id, 1) > 0"
STATE = f"CASE WHEN withdrawn_at IS NULL THEN 'offered' WHEN {SOME_LEFT} THEN 'withdrawn' ELSE 'retired' END AS state"
OFFER = (
    "id::text, key, display_name, description, kind, connection, is_also_port, billing_delay_days, max_quantity,"
    f" needs_acknowledgement, add_on_to, version, withdrawn_at IS NULL AS is_offered, {DONE_BY_HAND}, {STATE}"
)
PAGE = "SELECT " + OFFER + ", fields FROM products WHERE (display_name, id) > ($1, $2) AND "  # noqa: S608 - constants
BY_NAME = " ORDER BY display_name, id"
OF_STATE: Mapping[CatalogueState | None, str] = {
    None: f"(withdrawn_at IS NULL OR {SOME_LEFT})",
    "offered": "withdrawn_at IS NULL",
    "withdrawn": f"withdrawn_at IS NOT NULL AND {SOME_LEFT}",
    "retired": f"withdrawn_at IS NOT NULL AND NOT {SOME_LEFT}",
}
ONE = f"""
SELECT {OFFER}, configuration_schema, needs, brings, driver, driver_options, published_at, withdrawn_at,
       services_of_product(id, $2) AS services,
       ARRAY(SELECT b.display_name FROM products b WHERE b.withdrawn_at IS NULL
              AND b.brings @> jsonb_build_array(jsonb_build_object('product', products.key))
              ORDER BY b.display_name LIMIT 20) AS brought_by
  FROM products
 WHERE key = $1
"""  # noqa: S608 - constants


async def list_catalogue(
    read: ScopedReads, *, state: CatalogueState | None, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    """Products by name, with one more than ``limit`` if there is a next page. Without a ``state`` all but retired."""
    after = decode_cursor(cursor, tuple[Name, UUID]) if cursor else FIRST
    rows = await read.fetch(first_rows(PAGE + OF_STATE[state] + BY_NAME, "$3"), *after, limit + 1)
    return [nested(row, "fields") for row in rows]


async def read_catalogue_product(read: ScopedReads, key: str) -> dict[str, Any]:
    """A product in the shape of `CatalogueProductRead`. Raises `NotFound`."""
    row = await read.fetchrow(ONE, key, COUNTED)
    if row is None:
        raise NotFound(f"There is no product {key!r} in the catalogue.")
    stored = {name: read_stored(row[name]) for name in ("configuration_schema", "driver_options")}
    return nested(row, "needs", "brings") | stored | {"driver_options": stored["driver_options"] or {}}
