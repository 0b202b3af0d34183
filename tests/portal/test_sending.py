"""The portal's own HTTP, against a server that answers badly or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from deploy.local.processes import free_port
from services.portal.clients.sending import (
    AGAIN_SECONDS,
    EXTRA_AT_ONCE,
    Late,
    NetworkSender,
    Outgoing,
    Reply,
    Unanswered,
)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    running = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"
    finally:
        running.close()


def answering(*parts: bytes, seen: list[bytes] | None = None) -> Serve:
    """Answers each request of a connection with these bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                return
            if seen is not None:
                seen.append(head)
            for part in parts:
                writer.write(part)
                await writer.drain()

    return serve


@pytest.fixture
async def sender() -> AsyncIterator[NetworkSender]:
    made = NetworkSender(connections=2)
    yield made
    await made.close()


def get(url: str, *headers: tuple[str, str]) -> Outgoing:
    return Outgoing("GET", url, headers, reads=True)


async def test_a_request_is_sent_as_it_is_written_and_nothing_of_an_answer_is_kept(sender: NetworkSender) -> None:
    seen: list[bytes] = []
    cookie = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    async with server(answering(cookie, seen=seen)) as url:
        answer = await sender.send(get(url + "/a%2Fb?c=%3F", ("X-Own", "Zürich")), 5)
        await sender.send(get(url + "/again"), 5)

    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere"), "a redirect is not followed"
    assert seen[0].startswith(b"GET /a%2Fb?c=%3F HTTP/1.1\r\n")
    assert "X-Own: Zürich\r\n".encode() in seen[0]
    assert b"cookie" not in seen[1].lower()
    assert not {b"accept:", b"user-agent:"} & {line.split(b" ")[0].lower() for line in seen[0].split(b"\r\n")}


async def test_a_body_that_stops_in_the_middle_is_late_and_its_connection_is_free_again(sender: NetworkSender) -> None:
    async with server(answering(OK[:-1])) as url:
        for _ in range(3):
            with pytest.raises(Late):
                await sender.send(get(url), 0.05)


async def test_a_service_that_does_not_run_or_breaks_off_is_unanswered_and_not_late(sender: NetworkSender) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with server(hang_up) as broken, server(answering(b"no HTTP at all\r\n\r\n")) as other:
        for url in (f"http://127.0.0.1:{free_port()}", broken, other):
            with pytest.raises(Unanswered) as caught:
                await sender.send(get(url), 5)
            assert not isinstance(caught.value, Late), url


async def test_who_finds_no_free_connection_is_unanswered_and_not_late(sender: NetworkSender) -> None:
    async with server(answering()) as silent, server(answering(OK)) as url:
        waiting = [asyncio.create_task(sender.send(get(silent), 30)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Unanswered, match="no connection is free") as caught:
            await sender.send(get(url), 0.1)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

        freed = await sender.send(get(url), 5)

    assert not isinstance(caught.value, Late)
    assert freed == Reply(200, freed.headers, b"ok")


async def test_a_stream_comes_piece_by_piece_and_leaving_it_frees_its_connection(sender: NetworkSender) -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nfirst"
    async with server(answering(endless)) as url:
        for _ in range(3):
            async with sender.stream(get(url), 5) as answer:
                assert await anext(answer.pieces) == b"first"


def silent_at_first(connections: int, opened: list[int]) -> Serve:
    """So many connections get no answer, as those to a replica that hangs; the others do."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(len(opened))
        if len(opened) <= connections:
            await reader.read()
        else:
            await answering(OK)(reader, writer)

    return serve


async def test_a_read_that_a_replica_does_not_answer_is_asked_of_another_one(sender: NetworkSender) -> None:
    opened: list[int] = []
    async with server(silent_at_first(2, opened)) as url:
        answer = await sender.send(get(url), 30)

    assert answer.content == b"ok"
    assert len(opened) == 3


async def test_a_read_whose_replica_dies_is_asked_of_another_one_at_once(sender: NetworkSender) -> None:
    opened = 0

    async def die_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        if opened > 1:
            await answering(OK)(reader, writer)

    async with server(die_once) as url:
        answer = await sender.send(get(url), 30)

    assert answer.content == b"ok"


async def test_a_write_is_sent_once(sender: NetworkSender) -> None:
    opened: list[int] = []
    async with server(silent_at_first(1, opened)) as url:
        with pytest.raises(Late):
            await sender.send(Outgoing("POST", url, (), b"{}"), 1.2)

    assert len(opened) == 1


async def test_a_service_that_is_slow_as_a_whole_gets_few_further_tries() -> None:
    opened: list[int] = []
    many = NetworkSender(connections=100)
    async with server(silent_at_first(1000, opened)) as url:
        asked = [asyncio.create_task(many.send(get(url), 60)) for _ in range(60)]
        while len(opened) < 60 + EXTRA_AT_ONCE:
            await asyncio.sleep(0.01)
        await asyncio.sleep(3 * AGAIN_SECONDS)  # in which each would have asked once more, if it might
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    await many.close()

    assert len(opened) == 60 + EXTRA_AT_ONCE


async def test_connections_are_used_again(sender: NetworkSender) -> None:
    opened = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        await answering(OK)(reader, writer)

    async with server(count) as url:
        for _ in range(5):
            assert (await sender.send(get(url), 5)).content == b"ok"

    assert opened == 1
