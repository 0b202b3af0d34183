"""Keyset pagination: a page starts after the last row of the previous one."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query, Response
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json

from shared.errors import Invalid

Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]

DEEPER_IN_A_PAGE = 8
"""Levels of JSON around a stored object in a page, with room to spare."""

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page, and the cursor of the next one; ``next`` is null on the last page."""

    items: list[T]
    next: str | None = None


def encode_cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[T]) -> T:
    """The values of a cursor, validated against ``shape``, a tuple type such as ``tuple[datetime, UUID]``.
    Raises `Invalid`."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return TypeAdapter(shape).validate_json(raw)
    except (binascii.Error, ValueError, ValidationError):
        pointer = [{"pointer": "/cursor", "detail": "is not a cursor of this list"}]
        raise Invalid("The page does not exist; start from the first one.", errors=pointer) from None


def read_stored(text: str) -> dict[str, Any] | None:
    """A stored JSON object; None if it is nested deeper than a reader of the whole page can follow. The rest of the
    page is shown without it."""
    try:
        from_json("[" * DEEPER_IN_A_PAGE + text + "]" * DEEPER_IN_A_PAGE)
    except ValueError:
        return None
    found: dict[str, Any] = orjson.loads(text)
    return found


def page_response(rows: Sequence[Mapping[str, Any]], limit: int, cursor_columns: Sequence[str]) -> Response:
    """Serialise the rows of a hot read directly to JSON. Query ``limit + 1`` rows: the extra one indicates a next page.
    The endpoint's ``response_model`` documents the shape, and a test compares both."""
    shown = [dict(row.items()) for row in rows[:limit]]  # half the cost of dict(row)
    more = len(rows) > limit
    cursor = encode_cursor(*(shown[-1][column] for column in cursor_columns)) if more else None
    return Response(orjson.dumps({"items": shown, "next": cursor}, default=str), media_type="application/json")
