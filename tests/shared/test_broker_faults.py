"""Known faults between a service and its broker: a broker that hangs, a consumer that is overloaded, a message that
kills its consumer, and ids that are not in the order of commits."""

import asyncio
import time
from contextlib import suppress

import pytest
from aio_pika.abc import AbstractChannel
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.waiting import eventually
from shared.clock import Clock
from shared.events.provisioning import ServiceCountsChanged
from shared.messaging import connection
from shared.messaging import consumer as consuming
from shared.messaging.consumer import Consumer
from shared.messaging.reading import PREFETCH
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.outbox import emit
from tests.harness.databases import Database
from tests.harness.proxy import proxied
from tests.shared.sketch import (
    SERVICE,
    Listening,
    background,
    bound,
    collector,
    counts,
    dead,
    is_drained,
    is_reading,
    make_queues,
    publish,
    received,
    writing,
)  # fmt: skip


async def test_an_event_that_commits_after_one_with_a_higher_id_is_published_too(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    queue = await bound(channel)

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()), writing(sketch) as slow:
        await emit(slow, counts(ports=1))
        await slow.flush()
        async with writing(sketch) as quick:
            await emit(quick, counts(ports=2))
        [first] = await received(queue, 1)
        await slow.commit()
        [second] = await received(queue, 1)

    assert (first["ports"], second["ports"]) == (2, 1)


async def test_a_relay_and_a_consumer_survive_a_broker_that_misses_its_heartbeats(
    sketch: Database, channel: AbstractChannel, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEARTBEAT_SECONDS", 1)
    monkeypatch.setattr(consuming, "LOOK_SECONDS", 1)
    seen = collector(router := ServiceRouter(SERVICE))

    await make_queues(amqp_url, router)
    async with proxied(amqp_url) as (proxy, url):
        relay, consumer = Relay(SERVICE, sketch.worker_url, url), Consumer(router, sketch.worker, Clock(), url)
        async with background(relay.run()), background(consumer.run()):

            async def both_connected() -> bool:
                return relay.connected and consumer.connected

            async def consumer_noticed() -> bool:
                return not consumer.connected

            await eventually(both_connected)
            proxy.freeze()
            async with writing(sketch) as session:
                await emit(session, counts(ports=5))
            await eventually(consumer_noticed, seconds=20)
            await asyncio.sleep(3)  # the library gives the relay's connection up, too, and cancels what waits on it
            proxy.thaw()

            await eventually(lambda: is_drained(sketch), seconds=30)
            await eventually(lambda: seen == [5], seconds=30)
    await channel.queue_delete(router.listeners[0].queue)


async def test_a_consumer_that_gets_no_answer_from_the_broker_is_not_alive(
    sketch: Database, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consuming, "SILENT_AFTER_SECONDS", 0.5)
    monkeypatch.setattr(consuming, "LOOK_SECONDS", 0.1)

    async with proxied(amqp_url) as (proxy, url):
        consumer = Consumer(ServiceRouter(SERVICE), sketch.worker, Clock(), url)
        async with background(consumer.run()):
            await eventually(lambda: consumer.connected)
            connected_at = time.monotonic()

            async def alive_for_longer_than_a_silence() -> bool:
                return consumer.alive and time.monotonic() - connected_at > 1

            await eventually(alive_for_longer_than_a_silence)  # a busy machine may answer late, now and then
            monkeypatch.setattr(consuming, "LOOK_SECONDS", 5)
            proxy.freeze()
            await eventually(lambda: not consumer.alive)


async def test_a_consumer_ends_soon_also_while_the_broker_hangs(
    sketch: Database, channel: AbstractChannel, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEARTBEAT_SECONDS", 60)  # the library notices a silence later than this test waits
    collector(router := ServiceRouter(SERVICE))
    await make_queues(amqp_url, router)
    async with proxied(amqp_url) as (proxy, url):
        consumer = Consumer(router, sketch.worker, Clock(), url)
        running = asyncio.create_task(consumer.run())
        await eventually(lambda: is_reading(consumer))
        proxy.freeze()

        running.cancel()

        done, _ = await asyncio.wait([running], timeout=20)  # its own timeouts sum to 11, and a container has 30
        assert done
    await channel.queue_delete(router.listeners[0].queue)


async def test_a_slow_consumer_holds_no_more_than_its_prefetch(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    router, goes_on = ServiceRouter(SERVICE), asyncio.Event()

    @router.on(ServiceCountsChanged)
    async def wait(session: AsyncSession, event: ServiceCountsChanged) -> None:
        await goes_on.wait()

    async with listening(router):
        for _ in range(PREFETCH + 50):
            await publish(channel, counts())

        async def fifty_wait_at_the_broker() -> bool:
            queue = await channel.declare_queue(router.listeners[0].queue, passive=True)
            return queue.declaration_result.message_count == 50

        await eventually(fifty_wait_at_the_broker)
        goes_on.set()


async def test_a_message_that_kills_its_consumer_repeatedly_is_dead_lettered(
    channel: AbstractChannel, amqp_url: str
) -> None:
    collector(router := ServiceRouter(SERVICE))
    [queue_name] = await make_queues(amqp_url, router)
    await publish(channel, counts())
    queue = await channel.get_queue(queue_name)

    deliveries = 0
    with suppress(TimeoutError):
        async with queue.iterator(timeout=1) as messages:
            async for message in messages:
                deliveries += 1
                await message.nack(requeue=True)  # what the broker does for a consumer that is gone
    headers = await dead(channel)
    await channel.queue_delete(queue_name)

    assert deliveries == 21
    assert headers["x-first-death-queue"] == queue_name
