from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aio_pika.abc import AbstractChannel

from deploy.migrating.queues import declare
from deploy.migrating.topology import SHARED, plumbing_of
from deploy.waiting import eventually
from shared.clock import Clock
from shared.events import REGISTRY
from shared.messaging.connection import connect
from shared.messaging.consumer import Consumer
from shared.messaging.router import ServiceRouter
from shared.outbox import events_exchange
from tests.harness.databases import Database
from tests.shared.sketch import SERVICE, Listening, background, is_reading, make_queues


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    """A channel of a broker with a service's exchanges, retry and dead-letter queues, but no work queue."""
    async with connect(amqp_url, "test") as connection:
        found = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await declare(connection, SHARED)
        await declare(connection, plumbing_of(SERVICE))
        for publisher in {event.publisher for event in REGISTRY.values()}:
            await found.declare_exchange(events_exchange(publisher), "topic", durable=True)
        for name in plumbing_of(SERVICE).queues:
            await (await found.get_queue(name)).purge()
        yield found


@pytest.fixture
async def listening(sketch: Database, amqp_url: str, channel: AbstractChannel) -> AsyncIterator[Listening]:
    """``async with listening(router)``: it consumes what is published meanwhile. Its queues go with the test."""
    used: list[str] = []

    @asynccontextmanager
    async def start(router: ServiceRouter) -> AsyncIterator[Consumer]:
        used.extend(await make_queues(amqp_url, router))
        consumer = Consumer(router, sketch.worker, Clock(), amqp_url)
        async with background(consumer.run()):
            await eventually(lambda: is_reading(consumer), "it reads its queues")
            yield consumer

    yield start
    for name in used:
        await channel.queue_delete(name)
