"""The portal's subscription to events, on a real broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import aio_pika
import orjson
import pytest

from deploy.migrating.queues import declare
from deploy.migrating.topology import SHARED, plumbing_of
from deploy.waiting import eventually
from services.portal.live import Live
from shared.events.provisioning import OrderProgressed
from shared.messaging.connection import connect
from shared.outbox import LIVE_EXCHANGE, events_exchange


@pytest.fixture
async def live(amqp_url: str) -> AsyncIterator[Live]:
    async with connect(amqp_url, "test") as connection:
        await declare(connection, SHARED)
        await declare(connection, plumbing_of("provisioning"))
    listening = Live(amqp_url)
    task = asyncio.create_task(listening.run())
    yield listening
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def publish_until_heard(amqp_url: str, exchange_name: str, event: OrderProgressed, heard: asyncio.Event) -> None:
    """Publish repeatedly, since nothing tells when `run` has created its queue."""
    async with connect(amqp_url, "test") as connection:
        channel = await connection.channel(publisher_confirms=False)
        exchange = await channel.get_exchange(exchange_name)

        async def published_and_heard() -> bool:
            await exchange.publish(aio_pika.Message(b"no event at all"), event.name)  # has to be skipped
            await exchange.publish(aio_pika.Message(orjson.dumps(event.to_wire())), event.name)
            return heard.is_set()

        await eventually(published_and_heard, seconds=20, pause=0.1)


@pytest.mark.parametrize("exchange", [events_exchange("provisioning"), LIVE_EXCHANGE])
async def test_an_event_wakes_only_the_open_pages_of_its_workspace(live: Live, amqp_url: str, exchange: str) -> None:
    event = OrderProgressed(workspace_id=uuid4(), order_id=uuid4(), state="provisioning", step=1, steps=4)

    with live.watching(str(event.workspace_id)) as ours, live.watching(str(uuid4())) as theirs:
        await publish_until_heard(amqp_url, exchange, event, ours)

        assert ours.is_set()
        assert not theirs.is_set()
