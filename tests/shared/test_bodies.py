"""Every request body has a limit, and JSON that a later reader would not accept is refused."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope, Send

from shared.bodies import BODY_BYTES, LARGE_BODY_BYTES, PHOTO_BODY_BYTES, STREAMED, check_json, limit_bodies
from shared.errors import Invalid, on_problem
from tests.harness.databases import Database


class Application:
    """Notes the bodies that reach it, and how many bytes its client was asked for."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append(await Request(scope, receive).body())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def pieces(self, size: int, count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            self.asked += size
            yield b"x" * size


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
async def http(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    limited = limit_bodies(application, on_problem, {"/large": LARGE_BODY_BYTES})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(limited), base_url="http://service.example") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "limit"), [("/", BODY_BYTES), ("/large", LARGE_BODY_BYTES), ("/large/x", LARGE_BODY_BYTES)]
)
async def test_a_body_up_to_its_limit_arrives_and_one_byte_more_is_refused(
    application: Application, http: httpx.AsyncClient, path: str, limit: int
) -> None:
    fits = await http.post(path, content=b"x" * limit)
    larger = await http.post(path, content=b"x" * (limit + 1))

    assert (fits.status_code, larger.status_code) == (204, 413)
    assert [len(body) for body in application.bodies] == [limit]
    assert larger.headers["content-type"] == "application/problem+json"
    assert larger.json()["type"] == "/problems/body-too-large"
    assert f"{limit:,} bytes" in larger.json()["detail"]


async def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large(
    application: Application, http: httpx.AsyncClient
) -> None:
    fits = await http.post("/", content=application.pieces(1024, 64))
    assert fits.status_code == 204

    application.asked = 0
    larger = await _status(application, application.pieces(1024, 10_000), [])

    assert larger == 413
    assert application.asked == BODY_BYTES + 1024
    assert [len(body) for body in application.bodies] == [BODY_BYTES]


async def test_a_body_that_says_to_be_too_large_is_refused_unread(application: Application) -> None:
    length = [(b"content-length", str(BODY_BYTES + 1).encode())]

    assert await _status(application, application.pieces(1024, 10_000), length) == 413
    assert (application.asked, application.bodies) == (0, [])


async def test_what_is_streamed_reaches_its_endpoint_while_it_comes() -> None:
    seen = list[int]()

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        async for piece in Request(scope, receive).stream():
            if piece:
                seen.append(sent - len(piece))

    sent = 0

    async def receive() -> Message:
        nonlocal sent
        sent += PHOTO_BODY_BYTES
        return {"type": "http.request", "body": b"x" * PHOTO_BODY_BYTES, "more_body": len(seen) < 2}

    limited = limit_bodies(endpoint, on_problem, {"/files/": STREAMED})
    await limited({"type": "http", "path": "/files/a", "headers": []}, receive, _nobody)

    assert seen == [0, PHOTO_BODY_BYTES, 2 * PHOTO_BODY_BYTES]


async def _status(application: Application, pieces: AsyncIterator[bytes], headers: list[tuple[bytes, bytes]]) -> int:
    """The status of a response to a body that is sent only as it is asked for, which httpx does not do."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": await anext(pieces), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    await limit_bodies(application, on_problem, {})(scope, receive, send)
    status: int = sent[0]["status"]
    return status


async def test_a_client_that_has_gone_is_not_taken_for_a_whole_body(application: Application) -> None:
    messages = iter([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(messages)

    with pytest.raises(ClientDisconnect):
        await limit_bodies(application, on_problem, {})({"type": "http", "path": "/", "headers": []}, receive, _nobody)

    assert application.bodies == []


async def _nobody(message: Message) -> None:
    raise AssertionError(f"nobody listens to {message}")


NESTED = "[" * 32 + "1" + "]" * 32
REFUSED = {
    "[NaN]": "/0",
    '{"a/b": [0, Infinity]}': "/a~1b/1",
    '{"a": -1e400}': "/a",
    '{"a": 9223372036854775808}': "/a",
    '{"a": -9223372036854775809}': "/a",
    '{"a": 1e300}': "/a",
    '{"a": "x\\u0000"}': "/a",
    '{"a": "\\ud800"}': "/a",
    '{"a": {"x\\udfff": 1}}': "/a",
    f'{{"a": {NESTED}}}': "/a" + "/0" * 32,
    "[" * 100_000: "",
    "[" * 100_000 + "]" * 100_000: "",
    "1" * 5000: "",
    "{'a': 1}": "",
    "": "",
}


@pytest.mark.parametrize("body", REFUSED, ids=lambda body: body[:20])
def test_json_that_a_later_reader_would_not_accept_is_refused_at_its_place(body: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_json(body.encode())

    assert [error["pointer"] for error in refused.value.extra["errors"]] == [REFUSED[body]]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Invalid):
        check_json(b'{"a": "\xff"}')


ANY_TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]), max_size=5)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(ANY_JSON)
@example(json.loads(NESTED))
@example([2**63 - 1, -(2**63), 9.2e18, 5e-324, "\U0010ffff", "\x01"])
def test_what_passes_is_read_alike_by_all_readers(value: Any) -> None:
    body = json.dumps(value).encode()
    try:
        check_json(body)
    except Invalid:
        return

    assert orjson.loads(orjson.dumps(json.loads(body))) == json.loads(body)
    json.dumps(json.loads(body), ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    "value", [[9.2e18, -9.2e18, 2**63 - 1], json.loads(NESTED), ["\U0010ffff\x01\x7f"], {"": {"": []}}]
)
async def test_postgresql_returns_what_passes_as_something_that_can_be_sent(
    database: Callable[[str], Awaitable[Database]], value: Any
) -> None:
    check_json(json.dumps(value).encode())

    async with (await database("sketch")).owner() as session:
        query = text("SELECT CAST(:value AS jsonb)")
        returned = await session.scalar(query, {"value": json.dumps(value)})

    assert orjson.loads(orjson.dumps(returned)) == value
