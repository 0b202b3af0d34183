"""A request's URL and headers have a limit, before anything of the application runs."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from deploy.serving.request_heads import HEAD_BYTES, LimitedHeads
from deploy.waiting import eventually

POST = b"POST / HTTP/1.1\r\nHost: portal.example\r\n"
LONG = b"a" * 10_000_000


class Application:
    """Answers with the length of the body."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        length = str(len(await Request(scope, receive).body())).encode()
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(length))]}
        )
        await send({"type": "http.response.body", "body": length})


@pytest.fixture
async def server() -> AsyncIterator[tuple[int, Application]]:
    application = Application()
    options = {"host": "127.0.0.1", "port": 0, "lifespan": "off", "log_config": None}
    serving = uvicorn.Server(uvicorn.Config(application, http=LimitedHeads, **options))  # type: ignore[arg-type]
    task = asyncio.create_task(serving.serve())
    await eventually(lambda: serving.started)
    yield serving.servers[0].sockets[0].getsockname()[1], application
    serving.should_exit = True
    await task


async def answers(port: int, *pieces: bytes) -> tuple[bytes, int]:
    """All that comes back, and how many bytes could be sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = 0
    try:
        for piece in pieces:
            for start in range(0, len(piece), 16_384):
                writer.write(piece[start : start + 16_384])
                await writer.drain()
                sent += 16_384
        writer.write_eof()
        return await reader.read(), sent
    except ConnectionError:
        return b"", sent
    finally:
        writer.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + LONG + b" HTTP/1.1\r\n\r\n",
        POST + b"X: " + LONG + b"\r\n\r\n",
        POST + LONG + b": x\r\n\r\n",
        POST + b"X: a\r\n" * 1_000_000 + b"\r\n",
    ],
    ids=["URL", "header", "name", "many"],
)
async def test_a_long_head_is_refused_before_all_of_it_has_come(
    server: tuple[int, Application], request_: bytes
) -> None:
    port, application = server

    answer, sent = await answers(port, request_)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert sent < len(request_), "it was read to its end"
    assert application.asked == 0


async def test_trailers_and_tiny_chunks_count_too(server: tuple[int, Application]) -> None:
    port, _ = server
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n"

    for rest in (b"1\r\na\r\n" * 1_000_000, b"1\r\na\r\n0\r\nX: " + LONG):
        answer, sent = await answers(port, chunked + rest)

        assert b" 200 " not in answer
        assert sent < len(rest)


async def test_a_body_does_not_count_however_long_the_connection_lasts(server: tuple[int, Application]) -> None:
    port, application = server
    body = b"b" * (3 * HEAD_BYTES)
    one = POST + b"Content-Length: %d\r\nX: %s\r\n\r\n" % (len(body), b"x" * (HEAD_BYTES // 2)) + body
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"30000\r\n%s\r\n0\r\n\r\n" % body

    answer, _ = await answers(port, one, one, chunked, one)

    assert answer.count(b"HTTP/1.1 200 ") == 4
    assert answer.count(str(len(body)).encode()) == 4
    assert application.asked == 4
