"""A service with only the tables that all services share, for tests of `shared`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import orjson
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.migrating.queues import declare, listener_part
from deploy.waiting import eventually
from shared.clock import Clock
from shared.events import Actor
from shared.events.provisioning import ServiceCountsChanged
from shared.messaging.connection import connect
from shared.messaging.consumer import Consumer
from shared.messaging.router import ServiceRouter
from shared.messaging.topology import dead_letters
from shared.outbox import PARTITION_HEADER, Cause, events_exchange, transaction
from tests.harness.databases import Database

SERVICE = "sketch"
EVENTS = events_exchange("provisioning")

Listening = Callable[..., AbstractAsyncContextManager[Consumer]]


def counts(ports: int = 1, workspace_id: UUID | None = None) -> ServiceCountsChanged:
    return ServiceCountsChanged(
        workspace_id=workspace_id or uuid4(), ports=ports, virtual_circuits=0, cloud_connections=0
    )


def writing(database: Database) -> AbstractAsyncContextManager[Any]:
    """A transaction in which events may be emitted."""
    return transaction(database.worker, Cause(Actor(), Clock().now()))


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def make_queues(amqp_url: str, router: ServiceRouter, partitions: int = 1) -> list[str]:
    """Create what `portico migrate` creates for these listeners; returns the names of all queues."""
    names: list[str] = []
    async with connect(amqp_url, "test") as connection:
        for listener in router.listeners:
            part = listener_part(SERVICE, listener, partitions)
            await declare(connection, part.topology)
            names += part.topology.queues
    return names


async def publish(channel: AbstractChannel, event: ServiceCountsChanged, **changes: Any) -> None:
    """Publish an event like the relay."""
    message = aio_pika.Message(
        orjson.dumps(event.to_wire() | changes), message_id=str(event.event_id), delivery_mode=2,
        correlation_id=str(event.correlation_id), headers={PARTITION_HEADER: str(event.workspace_id)},
    )  # fmt: skip
    await (await channel.get_exchange(EVENTS)).publish(message, event.name)


async def dead(channel: AbstractChannel) -> dict[str, Any]:
    """The headers of the next dead letter."""
    queue = await channel.get_queue(dead_letters(SERVICE))

    async def next_one() -> AbstractIncomingMessage | None:
        return await queue.get(no_ack=True, fail=False)

    return dict((await eventually(next_one, "a dead letter", pause=0.05)).headers)


def collector(router: ServiceRouter) -> list[int]:
    """The list of what a listener to counts has handled."""
    seen: list[int] = []

    @router.on(ServiceCountsChanged)
    async def note(session: AsyncSession, event: ServiceCountsChanged) -> None:
        seen.append(event.ports)

    return seen


def is_reading(consumer: Consumer) -> bool:
    return consumer.connected and not consumer.not_consumed


async def waiting(database: Database) -> int:
    """The number of messages in the outbox that are not published."""
    async with database.owner() as session:
        return int(await session.scalar(text("SELECT count(*) FROM outbox WHERE published_at IS NULL")) or 0)


async def is_drained(database: Database) -> bool:
    return await waiting(database) == 0


async def is_asleep(database: Database) -> bool:
    """Whether the relay waits to be woken."""
    async with database.owner() as session:
        return bool(await session.scalar(text("SELECT asleep FROM relay_state")))


async def bound(channel: AbstractChannel, key: str = "#") -> AbstractQueue:
    """A queue that gets events while the channel is open."""
    queue = await channel.declare_queue(exclusive=True)
    await queue.bind(EVENTS, key)
    return queue


async def received(queue: AbstractQueue, count: int) -> list[dict[str, object]]:
    """The bodies of the next messages."""
    found = []
    for _ in range(count):
        async with asyncio.timeout(5):
            while (message := await queue.get(no_ack=True, fail=False)) is None:
                await asyncio.sleep(0.02)
        assert message.delivery_mode == 2, "persistent"
        found.append(orjson.loads(message.body))
    return found
