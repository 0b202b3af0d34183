"""Connections to RabbitMQ, and what ends them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection
from aiormq.channel import Channel
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity

log = structlog.get_logger()

HEARTBEAT_SECONDS = 10
"""A connection on which nothing came for about twice as long is taken for lost."""
CONNECT_SECONDS = 5


class ConnectionLost(Exception):
    """The broker's connection is gone, or something on it that was needed."""


BROKEN = (AMQPError, ConnectionError, RuntimeError)
"""What aio-pika raises where a connection is lost while it is used."""


def named(name: str) -> str:
    """How a connection is called in RabbitMQ's lists."""
    return f"portico {name}"


@asynccontextmanager
async def connect(url: str, name: str) -> AsyncIterator[AbstractConnection]:
    """A plain connection: who uses it builds everything anew after a loss, so that nothing can vanish silently."""
    connection = await aio_pika.connect(
        url, timeout=CONNECT_SECONDS, heartbeat=HEARTBEAT_SECONDS, client_properties={"connection_name": named(name)}
    )
    try:
        yield connection
    finally:
        await in_time(connection.close(), 3)


async def open_channel(connection: AbstractConnection) -> Channel:
    """aiormq's channel below aio-pika's, with confirms and returns. It ends with its connection, and nothing restores
    it behind our back."""
    public = aio_pika.Channel(connection, publisher_confirms=True, on_return_raises=True)
    await public.initialize(timeout=CONNECT_SECONDS)
    channel = await public.get_underlay_channel()
    assert isinstance(channel, Channel)
    return channel


async def count_waiting(connection: AbstractConnection, queues: Iterable[str]) -> AsyncIterator[tuple[str, int]]:
    """How many messages wait in each queue that there is."""
    channel = await open_channel(connection)
    for queue in queues:
        try:
            yield queue, (await channel.queue_declare(queue, passive=True)).message_count or 0
        except ChannelNotFoundEntity:
            channel = await open_channel(connection)  # the broker closes it over a missing queue
    await channel.close()


async def keep_running(attempt: Callable[[], Awaitable[None]], what: str, pause: Callable[[], float]) -> NoReturn:
    """Make one attempt after the other until cancelled, with a pause between them. The log says what ended one.

    Each is a task of its own. aio-pika cancels who waits for a connection that it gives up: that ends the attempt, and
    only a cancel of ours ends this.
    """
    while True:
        task = asyncio.ensure_future(attempt())
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()  # not for ever: aio-pika may not hear of a cancel while the broker hangs
            await asyncio.wait([task], timeout=8)
            raise
        error = ConnectionLost("cancelled by the connection") if task.cancelled() else task.exception()
        if error is not None:
            log.warning(f"{what}.interrupted", error=repr(error))
        await asyncio.sleep(pause())


async def in_time(ending: Awaitable[Any], seconds: float) -> bool:
    """Whether it ended well and soon. What hangs is cancelled and left alone."""
    task = asyncio.ensure_future(ending)
    await asyncio.wait([task], timeout=seconds)
    task.cancel()
    return task.done() and not task.cancelled() and task.exception() is None
