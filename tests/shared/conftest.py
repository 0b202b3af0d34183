"""A service that has nothing but the plumbing, to try the plumbing with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel

from shared.broker import RETRY_DELAYS, connect, dead_queue, declare_exchanges, retry_name
from shared.clock import Clock
from shared.consumer import Consumer
from shared.events import Actor
from shared.events.provisioning import ServiceCountsChanged
from shared.handlers import Handlers
from shared.outbox import Cause, transaction
from tests.harness.databases import Database

SERVICE = "sketch"


def counts(ports: int = 1) -> ServiceCountsChanged:
    return ServiceCountsChanged(workspace_id=uuid4(), ports=ports, virtual_circuits=0, cloud_connections=0)


def writing(database: Database) -> AbstractAsyncContextManager[Any]:
    """A transaction in which events may be emitted."""
    return transaction(database.worker, Cause(Actor(), Clock().now()))


async def eventually(check: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Wait until ``check`` holds; fail when it does not in time."""
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def sketch(database: Callable[[str], Awaitable[Database]]) -> Database:
    return await database(SERVICE)


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    """A channel of a broker that has the exchanges and no queue but the delays."""
    async with connect(amqp_url, "test") as connection:
        found = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await declare_exchanges(found)
        for name in (dead_queue(SERVICE), *map(retry_name, RETRY_DELAYS)):
            with suppress(aio_pika.exceptions.ChannelNotFoundEntity):
                async with connection.channel() as other:
                    await (await other.get_queue(name)).purge()
        yield found


@pytest.fixture
async def listening(
    sketch: Database, amqp_url: str, channel: AbstractChannel
) -> AsyncIterator[Callable[[Handlers], AbstractAsyncContextManager[Consumer]]]:
    """``async with listening(handlers)``: they hear all that is published meanwhile; their queues go with the test."""
    used: list[str] = []

    @asynccontextmanager
    async def start(handlers: Handlers) -> AsyncIterator[Consumer]:
        used.extend(listener.queue for listener in handlers.listeners)
        consumer = Consumer(handlers, sketch.worker, Clock(), amqp_url)
        async with background(consumer.run()):

            async def connected() -> bool:
                return consumer.connected

            await eventually(connected)
            await asyncio.sleep(0.2)  # the consumers' tasks have declared by now
            yield consumer

    yield start
    for name in used:
        await channel.queue_delete(name)
