"""A product as part of an order or a service, in hot reads."""

from collections.abc import Mapping
from typing import Any

import orjson

from services.provisioning.drivers import BY_HAND

PRODUCT = (
    "(SELECT json_build_object('id', p.id, 'key', p.key, 'display_name', p.display_name, 'kind', p.kind,"
    " 'version', p.version) FROM products p WHERE p.id = product_id) AS product"
)
"""A column with the shape of `ProductBrief`, of a row with a ``product_id``. A join could read the whole catalogue."""

_BY_HAND = f"driver IN ({', '.join(repr(name) for name in BY_HAND)})"
DONE_BY_HAND = f"{_BY_HAND} AS by_hand"
"""A column of products: whether people do the work."""
IS_BY_HAND = f"(SELECT p.{_BY_HAND} FROM products p WHERE p.id = {{of}}.product_id) AS by_hand"  # noqa: S608 - constants
"""The same, of a row with a ``product_id``."""


def nested(row: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    """The row, with these columns of JSON, which asyncpg returns as text, as parts of its own JSON."""
    return dict(row.items()) | {name: orjson.Fragment(row[name]) for name in columns if row[name] is not None}
