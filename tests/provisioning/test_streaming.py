"""A download ends with its client, and with its time; its place is free again then."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message, Receive, Send

from services.provisioning.downloads.refusals import TooManyDownloads
from services.provisioning.downloads.streaming import FileStream, Places

HTTP = {"type": "http", "asgi": {"spec_version": "2.3"}}
END = {"type": "http.response.body", "body": b"", "more_body": False}


class File:
    """Pieces without an end; ``closed`` when nobody reads any more."""

    def __init__(self, count: int = 1_000_000) -> None:
        self.count, self.read, self.closed = count, 0, False

    async def pieces(self) -> AsyncGenerator[bytes]:
        try:
            while self.read < self.count:
                self.read += 1
                await asyncio.sleep(0)
                yield b"x" * 1_000
        finally:
            self.closed = True


async def serve(file: File, receive: Receive, send: Send, *, seconds: float = 60, stalled: float = 60) -> Places:
    places = Places()
    places.take(1)
    with pytest.raises(TooManyDownloads):
        places.take(1)
    headers = {"Content-Length": str(file.count * 1_000)}
    answer = FileStream(
        file.pieces(), places, status=200, headers=headers, seconds=seconds, stalled_seconds=stalled
    )  # fmt: skip
    async with asyncio.timeout(30):
        await answer(HTTP, receive, send)
    return places


async def stays() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_client_that_reads_all_gets_all() -> None:
    file, sent = File(3), list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)

    places = await serve(file, stays, send)

    assert b"".join(message.get("body", b"") for message in sent) == b"x" * 3_000
    assert (sent[-1], file.closed, places.taken) == (END, True, 0)


async def test_a_client_that_stands_still_is_cut_off() -> None:
    file = File()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    places = await serve(file, stays, send, stalled=0.05)

    assert (file.read, file.closed, places.taken) == (1, True, 0)


async def test_a_client_that_has_gone_ends_the_reading() -> None:
    file = File()

    async def goes() -> Message:
        while file.read < 3:
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None: ...

    places = await serve(file, goes, send)

    assert file.read < file.count
    assert (file.closed, places.taken) == (True, 0)


async def test_a_download_that_takes_too_long_is_cut_off_so_that_bytes_are_missing() -> None:
    file, sent = File(), list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)

    places = await serve(file, stays, send, seconds=0.05)

    assert END not in sent
    assert (file.closed, places.taken) == (True, 0)
