"""What every operation says of its refusals in an OpenAPI document."""

from typing import Any

from shared.errors import MEDIA_TYPE

REFUSALS: dict[int | str, dict[str, Any]] = {"default": {
    "description": "Refused. The body says what is wrong, where, and what to do (RFC 9457).",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    "headers": {"Retry-After": {"description": "Seconds to wait before another try", "schema": {"type": "integer"}}},
}}  # fmt: skip
"""For the ``responses`` of a router: every endpoint may answer with a problem document."""
