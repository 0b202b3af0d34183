"""Connections to RabbitMQ and their failures."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection
from aiormq.channel import Channel
from aiormq.exceptions import AMQPError, ChannelInvalidStateError, ChannelNotFoundEntity, ProbableAuthenticationError
from yarl import URL

from shared.logins import log_in

log = structlog.get_logger()

HEARTBEAT_SECONDS = 10
"""A connection without traffic for about twice this time is considered lost."""
CONNECT_SECONDS = 5


class ConnectionLost(Exception):
    """The connection to the broker, or a channel or consumer on it, was lost."""


BROKEN = (AMQPError, ConnectionError, RuntimeError)
"""Exceptions of aio-pika when a connection is lost during use."""


def nodes_of(url: str) -> list[URL]:
    """A URL for each host of ``url``. Commas separate the hosts of a cluster."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    return [URL(urlunsplit(parts._replace(netloc=f"{login}{at}{host}"))) for host in hosts.split(",")]


@asynccontextmanager
async def connect(url: str, name: str) -> AsyncIterator[AbstractConnection]:
    """A connection to one of the nodes, without automatic recovery: callers rebuild everything after a loss, so that
    nothing is lost silently."""

    def open_(login: str) -> Awaitable[AbstractConnection]:
        return aio_pika.connect(random.choice(nodes_of(login)), timeout=CONNECT_SECONDS, heartbeat=HEARTBEAT_SECONDS,
                                client_properties={"connection_name": f"portico {name}"})  # fmt: skip

    connection = await log_in(url, open_, ProbableAuthenticationError)
    try:
        yield connection
    finally:
        await in_time(connection.close(), 3)


class RestoredConnection(aio_pika.RobustConnection):
    """For FastStream: each attempt to connect, or to connect again, is made to one of the nodes, and after a password
    was refused with the next of ``urls``, which differ in nothing else."""

    url = property(
        lambda self: random.choice(nodes_of(self._logins[0])).with_query(self._query), lambda self, url: None
    )

    def __init__(self, url: URL, *, urls: Iterable[str], **options: Any) -> None:
        self._logins, self._query = deque(urls), url.query
        super().__init__(url, **options)  # it sets the address, and knows of one only

    async def _on_connection_close(self, closing: asyncio.Future[Any]) -> None:
        if not closing.cancelled() and isinstance(closing.exception(), ProbableAuthenticationError):
            self._logins.rotate(-1)
        await super()._on_connection_close(closing)


async def open_channel(connection: AbstractConnection) -> Channel:
    """A channel with publisher confirms and returns, without automatic recovery.

    It is aiormq's own. A channel of aio-pika whose channel of aiormq is closed leaves a callback on the connection,
    and listeners open channels for as long as a connection lives.
    """
    if connection.transport is None:
        raise ChannelInvalidStateError("The connection to the broker is being made.")
    channel = await connection.transport.connection.channel(on_return_raises=True, timeout=CONNECT_SECONDS)
    assert isinstance(channel, Channel)
    return channel


async def count_waiting(connection: AbstractConnection, queues: Iterable[str]) -> AsyncIterator[tuple[str, int]]:
    """The number of ready messages in each of the queues that exist."""
    channel = await open_channel(connection)
    for queue in queues:
        try:
            yield queue, (await channel.queue_declare(queue, passive=True)).message_count or 0
        except ChannelNotFoundEntity:
            channel = await open_channel(connection)  # the broker closes the channel for a missing queue
    await channel.close()


async def keep_running(attempt: Callable[[], Awaitable[None]], what: str, pause: Callable[[], float]) -> NoReturn:
    """Repeat ``attempt`` until cancelled, with pauses. Errors are logged.

    Each attempt is a separate task, because aio-pika cancels tasks that wait for a failed connection. That ends only
    the attempt, not this function.
    """
    while True:
        task = asyncio.ensure_future(attempt())
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()  # with a timeout: aio-pika may ignore a cancellation while the broker hangs
            await asyncio.wait([task], timeout=8)
            raise
        error = ConnectionLost("cancelled by the connection") if task.cancelled() else task.exception()
        if error is not None:
            log.warning(f"{what}.interrupted", error=repr(error))
        await asyncio.sleep(pause())


async def in_time(ending: Awaitable[Any], seconds: float) -> bool:
    """Whether ``ending`` succeeded within ``seconds``. Otherwise it is cancelled and not awaited."""
    task = asyncio.ensure_future(ending)
    await asyncio.wait([task], timeout=seconds)
    task.cancel()
    return task.done() and not task.cancelled() and task.exception() is None
