"""Lists by keyset: a page starts after the last row of the one before, however many rows there are."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.errors import Invalid

Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page, and where the next one starts; ``next`` is null on the last."""

    items: list[T]
    next: str | None = None


def encode_cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[T]) -> T:
    """The values that `encode_cursor` got, checked against ``shape``, a tuple type such as
    ``tuple[datetime, UUID]``; anything else is `Invalid`."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return TypeAdapter(shape).validate_json(raw)
    except (binascii.Error, ValueError, ValidationError):
        pointer = [{"pointer": "/cursor", "detail": "is not a cursor of this list"}]
        raise Invalid("The page does not exist; start from the first one.", errors=pointer) from None


def page_response(rows: Sequence[Mapping[str, Any]], limit: int, cursor_columns: Sequence[str]) -> Response:
    """Rows of a hot read straight to JSON: ask the database for ``limit + 1``, and the extra one tells that there
    is a next page. The endpoint's ``response_model`` documents the shape, a test holds the two together."""
    shown = [dict(row.items()) for row in rows[:limit]]  # half of what dict(row) costs
    more = len(rows) > limit
    cursor = encode_cursor(*(shown[-1][column] for column in cursor_columns)) if more else None
    return Response(orjson.dumps({"items": shown, "next": cursor}, default=str), media_type="application/json")
