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
from shared.field_errors import field_error

Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST)]

DEEPER_IN_A_PAGE = 8
"""Levels of JSON around a stored object in a page, with room to spare."""

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page, and the cursor of the next one; ``next`` is null on the last page."""

    items: list[T]
    next: str | None = None


class CountedPage(Page[T], Generic[T]):
    """A page of a list that can be counted. ``count`` is how many there are on all pages, null where that was not asked
    for; 1,001 means more than 1,000."""

    count: int | None = None


def first_rows(query: str, limit: str) -> str:
    """The first rows of a sorted query; ``limit`` is a parameter. A plan for all values takes that for a tenth of all
    rows, and sorts them; the constant says that they are few."""
    return f"SELECT * FROM ({query} LIMIT {MOST + 1}) AS first_rows LIMIT {limit}"  # noqa: S608 - constants


def encode_cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[T]) -> T:
    """The values of a cursor, validated against ``shape``, a tuple type such as ``tuple[datetime, UUID]``.
    Raises `Invalid`."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return TypeAdapter(shape).validate_json(raw)
    except (binascii.Error, ValueError, ValidationError):
        raise no_such_page() from None


def no_such_page() -> Invalid:
    """The refusal of a cursor that is not of this list and order."""
    pointer = [field_error("/cursor", "not_valid", "is not a cursor of this list and its order")]
    return Invalid("The page does not exist; start from the first one.", errors=pointer)


def read_stored(text: str) -> dict[str, Any] | None:
    """A stored JSON object; None if it is nested deeper than a reader of the whole page can follow. The rest of the
    page is shown without it."""
    try:
        from_json("[" * DEEPER_IN_A_PAGE + text + "]" * DEEPER_IN_A_PAGE)
    except ValueError:
        return None
    found: dict[str, Any] = orjson.loads(text)
    return found


def json_response(content: object) -> Response:
    """What a hot read answers, without validation: the endpoint's ``response_model`` documents the shape, and tests
    compare both. Times end in ``Z``."""
    return Response(json_bytes(content), media_type="application/json")


def json_bytes(content: object) -> bytes:
    return orjson.dumps(content, default=str, option=orjson.OPT_UTC_Z)


def page_of(rows: Sequence[Mapping[str, Any]], limit: int, cursor_columns: Sequence[str]) -> dict[str, Any]:
    """A page of the rows of a hot read. Query ``limit + 1`` rows: the extra one indicates a next page."""
    shown = [dict(row.items()) for row in rows[:limit]]  # half the cost of dict(row)
    more = len(rows) > limit
    cursor = encode_cursor(*(shown[-1][column] for column in cursor_columns)) if more else None
    return {"items": shown, "next": cursor}


def page_response(rows: Sequence[Mapping[str, Any]], limit: int, cursor_columns: Sequence[str]) -> Response:
    return json_response(page_of(rows, limit, cursor_columns))
