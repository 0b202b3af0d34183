"""HTTP to the services: a request, and its response within a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol

import aiohttp
import yarl

CONNECTIONS = 200
"""Of one process to all services together."""
IDLE_SECONDS = 3.0
"""An unused connection is closed before uvicorn closes it, which is after five seconds: a request that crosses with the
closing would fail."""
SILENT_SECONDS = 30.0
"""Between two pieces of a stream."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request. ``url`` is percent-encoded."""

    method: str
    url: str
    headers: Iterable[tuple[str, str]]
    body: bytes | AsyncIterator[bytes] | None = None
    """What comes piece by piece is sent as it comes."""


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
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Outgoing, seconds: float) -> Reply:
        async with self._connection(seconds / 2):
            with _failing():
                async with asyncio.timeout(seconds), await self._ask(request) as response:
                    return Reply(response.status, response.headers, await response.read())

    @asynccontextmanager
    async def stream(self, request: Outgoing, seconds: float) -> AsyncIterator[Streamed]:
        async with self._connection(seconds / 2):
            with _failing():
                async with asyncio.timeout(seconds):
                    response = await self._ask(request)
            async with response:
                yield Streamed(response.status, response.headers, response.content.iter_any())

    async def close(self) -> None:
        if self._session:
            await self._session.close()

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

    async def _ask(self, request: Outgoing) -> aiohttp.ClientResponse:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),  # the semaphore is the limit
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_read=SILENT_SECONDS),
                skip_auto_headers=("Accept", "User-Agent"),
            )
        return await self._session.request(
            request.method, yarl.URL(request.url, encoded=True), headers=tuple(request.headers), data=request.body,
            allow_redirects=False,
        )  # fmt: skip
