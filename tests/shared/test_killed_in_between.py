"""Killed at the two points where the database and the broker cannot be updated atomically: between the broker's confirm
and our commit, and between our commit and our acknowledgement. The message is then repeated, and handled once."""

import asyncio
import signal
from contextlib import AbstractAsyncContextManager

import orjson
import pytest
from aio_pika.abc import AbstractChannel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.waiting import eventually
from shared.clock import Clock
from shared.events.provisioning import ServiceCountsChanged
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.outbox import emit
from tests.harness.databases import Database
from tests.harness.processes import python_process
from tests.harness.proxy import proxied
from tests.shared.sketch import EVENTS, SERVICE, Listening, background, collector, counts, make_queues, waiting, writing

RELAY = "import asyncio, sys; from shared.messaging.relay import Relay; asyncio.run(Relay(*sys.argv[1:]).run())"


def relay_process(database: Database, amqp_url: str) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
    """A relay that can be killed."""
    return python_process("-c", RELAY, SERVICE, database.worker_url, amqp_url)


async def ready(channel: AbstractChannel, name: str) -> int:
    """How many messages of a queue wait for a consumer."""
    queue = await channel.declare_queue(name, passive=True)
    return queue.declaration_result.message_count or 0


async def arrived(channel: AbstractChannel, queue: str, count: int) -> None:
    async def there() -> bool:
        return await ready(channel, queue) == count

    await eventually(there, seconds=30)


async def handled(database: Database, router: ServiceRouter) -> int:
    async with database.owner() as session:
        count = text("SELECT count(*) FROM inbox WHERE queue = :queue")
        return int(await session.scalar(count, {"queue": router.listeners[0].queue}) or 0)


async def published(channel: AbstractChannel, router: ServiceRouter, database: Database, amqp_url: str) -> str:
    """Save one event and relay it to the queue of ``router``, whose name this returns."""
    [listener] = router.listeners
    await make_queues(amqp_url, router)
    async with writing(database) as session:
        await emit(session, counts(ports=7))
    async with background(Relay(SERVICE, database.worker_url, amqp_url).run()):

        async def relayed() -> bool:
            return await waiting(database) == 0

        await eventually(relayed)
    return listener.queue


@pytest.mark.rule("D23")
async def test_a_relay_killed_between_confirm_and_commit_publishes_again_and_it_is_done_once(
    sketch: Database, channel: AbstractChannel, amqp_url: str, listening: Listening
) -> None:
    seen = collector(router := ServiceRouter(SERVICE))
    copies = await channel.declare_queue(exclusive=True)
    await copies.bind(EVENTS, "#")
    async with writing(sketch) as session:
        kept = await emit(session, counts(ports=7))

    async with listening(router):
        # This lock lets the relay read and publish waiting events, but not mark them.
        async with sketch.owner.begin() as blocker:
            await blocker.execute(text("LOCK TABLE outbox IN SHARE MODE"))
            async with relay_process(sketch, amqp_url) as process:
                await arrived(channel, copies.name, 1)
                process.send_signal(signal.SIGKILL)
                assert await process.wait() == -signal.SIGKILL
        assert await waiting(sketch) == 1, "the broker has it, and the outbox does not know"
        async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
            await arrived(channel, copies.name, 2)

            async def marked() -> bool:
                return await waiting(sketch) == 0

            await eventually(marked)

        async def consumed() -> bool:
            return bool(seen) and await ready(channel, router.listeners[0].queue) == 0

        await eventually(consumed)

    bodies = [orjson.loads((await copies.get(no_ack=True)).body) for _ in range(2)]
    assert [body["event_id"] for body in bodies] == [str(kept.event_id)] * 2
    assert seen == [7]


@pytest.mark.rule("D23")
async def test_a_consumer_that_dies_between_commit_and_acknowledgement_gets_it_again_and_does_it_once(
    sketch: Database, channel: AbstractChannel, amqp_url: str, listening: Listening
) -> None:
    router, seen = ServiceRouter(SERVICE), list[int]()

    async with proxied(amqp_url) as (proxy, url):

        @router.on(ServiceCountsChanged)
        async def note(session: AsyncSession, event: ServiceCountsChanged) -> None:
            proxy.freeze()  # from here on nothing reaches the broker, and so no acknowledgement
            seen.append(event.ports)

        await make_queues(amqp_url, router)
        async with background(Consumer(router, sketch.worker, Clock(), url).run()):
            queue = await published(channel, router, sketch, amqp_url)

            async def committed() -> bool:
                return await handled(sketch, router) == 1

            await eventually(committed)
            proxy.cut()

        async def given_back() -> bool:
            return await ready(channel, queue) == 1

        await eventually(given_back)

    async with listening(router):

        async def acknowledged() -> bool:
            return await ready(channel, queue) == 0

        await eventually(acknowledged)
        await asyncio.sleep(0.3)
    assert seen == [7]


@pytest.mark.rule("D23")
async def test_a_consumer_that_dies_before_its_commit_has_done_nothing_and_does_it_again(
    sketch: Database, channel: AbstractChannel, amqp_url: str, listening: Listening
) -> None:
    router, tries = ServiceRouter(SERVICE), list[int]()

    @router.on(ServiceCountsChanged)
    async def tell(session: AsyncSession, event: ServiceCountsChanged) -> None:
        await emit(session, counts(ports=event.ports + 1))
        tries.append(event.ports)
        if len(tries) == 1:
            await asyncio.Event().wait()  # until it is killed

    await make_queues(amqp_url, router)
    async with background(Consumer(router, sketch.worker, Clock(), amqp_url).run()):
        await published(channel, router, sketch, amqp_url)
        await eventually(lambda: bool(tries))

    assert await handled(sketch, router) == 0
    async with listening(router):

        async def done() -> bool:
            return await handled(sketch, router) == 1

        await eventually(done)
    assert tries == [7, 7]
    assert [event["ports"] for event in await sketch.events()] == [7, 8], "told once"
