"""A mail server in a process of its own, which takes every mail and remembers which it has seen."""

import asyncio
import multiprocessing
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from aiosmtpd.smtp import SMTP, Envelope, Session

MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE | re.IGNORECASE)
READ, FORGET = "read", "forget"
SECONDS = 30
"""That its process may take to start, and to answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """``mails`` by their Message-ID: ``different`` ones, ``twice`` those that came more than once."""

    mails: int
    different: int

    @property
    def twice(self) -> int:
        return self.mails - self.different


@dataclass(frozen=True, slots=True)
class Sink:
    port: int
    process: Connection

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def taken(self) -> Taken:
        self.process.send(READ)
        return self._answer()

    def forget(self) -> Taken:
        self.process.send(FORGET)
        return self._answer()

    def _answer(self) -> Taken:
        assert self.process.poll(SECONDS), "the sink does not answer"
        found: Taken = self.process.recv()
        return found


@contextmanager
def smtp_sink(seconds: float = 0) -> Iterator[Sink]:
    """A sink, until the block ends, which answers each mail after so many ``seconds``."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, seconds), daemon=True)
    process.start()
    try:
        assert ours.poll(SECONDS), "the sink does not start"
        yield Sink(ours.recv(), ours)
    finally:
        process.terminate()
        process.join(SECONDS)


def _serve(asked: Connection, seconds: float) -> None:
    asyncio.run(_run(asked, seconds))


async def _run(asked: Connection, seconds: float) -> None:
    seen, loop = Counter[bytes](), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Handler(seen, seconds), hostname="sink.example"), "127.0.0.1", 0)

    def answer() -> None:
        if asked.recv() == FORGET:
            seen.clear()
        asked.send(Taken(seen.total(), len(seen)))

    loop.add_reader(asked.fileno(), answer)
    asked.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


@dataclass
class _Handler:
    seen: Counter[bytes]
    seconds: float

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.seconds:
            await asyncio.sleep(self.seconds)
        found = MESSAGE_ID.search(envelope.content)
        self.seen[found[1] if found else b""] += 1
        return "250 2.0.0 Taken"
