"""HTTP to the services: a request, and its response within a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import yarl

CONNECTIONS = 200
"""Of one process to all services together."""
IDLE_SECONDS = 3.0
"""An unused connection is closed before uvicorn closes it, which is after five seconds: a request that crosses with the
closing would fail."""
SILENT_SECONDS = 30.0
"""Between two pieces of a stream."""
DNS_SECONDS = 1
"""For so long a service's addresses count as known."""
TRIES = 3
"""Of a read, each at another replica if there are several."""
AGAIN_SECONDS = 0.4
"""A replica that is silent for so long may be hung: the read is asked again, on a new connection, and the first answer
counts."""
EXTRA_AT_ONCE = 20
"""How many such tries one process has under way: a service that is slow as a whole must not get much more to do."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request. ``url`` is percent-encoded."""

    method: str
    url: str
    headers: Iterable[tuple[str, str]]
    body: bytes | AsyncIterator[bytes] | None = None
    """What comes piece by piece is sent as it comes."""
    reads: bool = False
    """It changes nothing and answers soon, so that it may be asked of several replicas."""


@dataclass(frozen=True, slots=True)
class Head:
    """What comes before a response's body. Names of headers are found in any case."""

    status: int
    headers: Mapping[str, str]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Reply(Head):
    content: bytes


@dataclass(frozen=True, slots=True)
class Streamed(Head):
    """A response whose body comes piece by piece, in whatever time it takes."""

    pieces: AsyncIterator[bytes]


class Unanswered(Exception):
    """There is no response, for instance because the service does not run."""


class Late(Unanswered):
    """The service had all the time that it was given."""


class Sender(Protocol):
    """Redirects are responses like others. Both raise `Unanswered`."""

    async def send(self, request: Outgoing, seconds: float) -> Reply:
        """The whole response within ``seconds``."""

    def stream(self, request: Outgoing, seconds: float) -> AbstractAsyncContextManager[Streamed]:
        """The response, whose head arrives within ``seconds``."""

    async def close(self) -> None: ...


@contextmanager
def _failing() -> Iterator[None]:
    """The library's exceptions as ours."""
    try:
        yield
    except TimeoutError as error:
        raise Late(type(error).__name__) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unanswered(type(error).__name__) from error


class NetworkSender:
    """Keeps connections. It begins with its first request, in the event loop of that moment."""

    def __init__(self, connections: int = CONNECTIONS) -> None:
        self._free = asyncio.Semaphore(connections)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._extra = 0

    async def send(self, request: Outgoing, seconds: float) -> Reply:
        async with self._connection(seconds / 2):
            with _failing():
                async with asyncio.timeout(seconds):
                    if request.reads and seconds > AGAIN_SECONDS:
                        return await self._first_answer(request)
                    return await self._once(request, kept=request.reads)

    @asynccontextmanager
    async def stream(self, request: Outgoing, seconds: float) -> AsyncIterator[Streamed]:
        async with self._connection(seconds / 2):
            with _failing():
                async with asyncio.timeout(seconds):
                    response = await self._ask(request)
            async with response:
                yield Streamed(response.status, response.headers, response.content.iter_any())

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def _once(self, request: Outgoing, *, kept: bool = True) -> Reply:
        async with await self._ask(request, kept=kept) as response:
            return Reply(response.status, response.headers, await response.read())

    def _once_more(self, request: Outgoing) -> asyncio.Task[Reply]:
        self._extra += 1
        task = asyncio.create_task(self._once(request, kept=False))
        task.add_done_callback(self._one_less)
        return task

    def _one_less(self, _: asyncio.Task[Reply]) -> None:
        self._extra -= 1

    async def _first_answer(self, request: Outgoing) -> Reply:
        """Of up to `TRIES`, a further one when the others are silent or have failed."""
        running, tries, failure = {asyncio.create_task(self._once(request))}, 1, None
        try:
            while running:
                pause = AGAIN_SECONDS if tries < TRIES else None
                done, running = await asyncio.wait(running, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    if (failure := each.exception()) is None:
                        return each.result()
                if tries < TRIES and self._extra < EXTRA_AT_ONCE:
                    running.add(self._once_more(request))
                    tries += 1
            assert failure
            raise failure
        finally:
            for each in running:
                each.cancel()

    @asynccontextmanager
    async def _connection(self, seconds: float) -> AsyncIterator[None]:
        """One of the connections, if one is free within ``seconds``. That none is does not make a service late."""
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise Unanswered("no connection is free") from error
        try:
            yield
        finally:
            self._free.release()

    async def _ask(self, request: Outgoing, *, kept: bool = True) -> aiohttp.ClientResponse:
        """``kept``: on a connection that may have been used before, and is used again. No write is: its replica may
        close the connection just then, and nobody would know whether it was done."""
        if kept not in self._sessions:
            self._sessions[kept] = _session(kept)
        return await self._sessions[kept].request(
            request.method, yarl.URL(request.url, encoded=True), headers=tuple(request.headers), data=request.body,
            allow_redirects=False,
        )  # fmt: skip


def _session(kept: bool) -> aiohttp.ClientSession:
    # The semaphore is the limit. Addresses are asked for often, because replicas come and go.
    own: dict[str, Any] = {"keepalive_timeout": IDLE_SECONDS} if kept else {"force_close": True}
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=DNS_SECONDS, **own),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_read=SILENT_SECONDS),
        skip_auto_headers=("Accept", "User-Agent"),
    )
