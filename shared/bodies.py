"""Limits of request bodies: their size before they are held in memory, and what their JSON may contain."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.cards import has_card_number
from shared.errors import BodyTooLarge, Invalid
from shared.field_errors import Code, field_error, pointer_of

BODY_BYTES, LARGE_BODY_BYTES, IMAGE_BODY_BYTES, PHOTO_BODY_BYTES, STREAMED = 2**16, 2**17, 2**19, 2**23, 2**63
"""The usual limit, that of the largest document, that of an image or a file, which is also the gateway's, that of a
photo, for which the gateway has one more, and none: the endpoint reads piece by piece, and has its own."""


Refuse = Callable[[Request, BodyTooLarge], Awaitable[Response]]


def limit_bodies(app: ASGIApp, refuse: Refuse, larger: Mapping[str, int]) -> ASGIApp:
    """ASGI middleware: reads the body up to its limit before anything else happens. A larger one gets the response that
    ``refuse`` makes. ``larger`` has higher limits, in bytes, by patterns of the path's start.

    FastAPI's ``max_body_size`` runs endpoints that do not read their body first, and answers in plain text."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        limit = max([BODY_BYTES, *(size for start, size in larger.items() if re.match(start, scope.get("path", "")))])
        if scope["type"] != "http" or limit == STREAMED:
            return await app(scope, receive, send)
        length, body = Headers(scope=scope).get("content-length", ""), bytearray()
        declared, message = int(length) if length.isdecimal() else 0, cast(Message, {"more_body": True})
        while max(declared, len(body)) <= limit and message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        if max(declared, len(body)) > limit:
            refusal = await refuse(Request(scope), BodyTooLarge(f"Send at most {limit:,} bytes."))
            return await refusal(scope, receive, send)
        read = [{**message, "body": bytes(body)}]  # also where the last message says that the client has gone

        async def replay() -> Message:
            return read.pop() if read else await receive()

        await app(scope, replay, send)

    return limited


def check_json(body: bytes) -> None:
    """Raise `Invalid` unless ``body`` is JSON that every later reader accepts: pydantic, orjson and PostgreSQL, whose
    jsonb has no NUL and returns 1e300 as an integer of 301 digits."""
    try:
        _check(json.loads(body))
    except (ValueError, RecursionError):  # pydantic and orjson stop at other depths than json
        raise _invalid((), "not_json", "is not valid JSON") from None


def _check(value: object, *path: str | int) -> None:
    members = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
    if len(path) > 32:
        raise _invalid(path, "not_storable", "is nested more than 32 levels deep")
    if isinstance(value, float | int) and not -(2**63) <= value < 2**63:  # NaN is not, either
        raise _invalid(path, "not_storable", "must be a number between -2^63 and 2^63")
    texts = [text for text in (value, *members) if isinstance(text, str)]
    if any(re.search("[\0\ud800-\udfff]", text) for text in texts):
        raise _invalid(path, "not_storable", "contains a character that cannot be stored")
    if any(map(has_card_number, texts)):
        raise _invalid(path, "card_number", "contains the number of a card: enter it at the payment gateway only")
    for name, member in members.items():
        _check(member, *path, name)


def _invalid(path: tuple[str | int, ...], code: Code, detail: str) -> Invalid:
    return Invalid("Some fields are not valid.", errors=[field_error(pointer_of(path), code, detail)])
