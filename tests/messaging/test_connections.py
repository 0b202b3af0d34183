"""Lost connections of a relay, a consumer and the portal's live pages: each reconnects, and none takes the loss for its
own cancellation."""

import asyncio
import gc
import socket
import time
from typing import Any
from uuid import uuid4

import aio_pika
import asyncpg
import orjson
import pytest
from aio_pika.abc import AbstractChannel
from sqlalchemy.exc import DBAPIError

from deploy.waiting import eventually
from services.portal.live import Live
from shared.clock import Clock
from shared.errors import is_lost_connection
from shared.messaging import publishing
from shared.messaging.connection import connect, keep_running, open_channel
from shared.messaging.consumer import Consumer, make_broker
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.outbox import emit
from tests.harness.databases import Database
from tests.harness.proxy import proxied
from tests.shared.sketch import (
    EVENTS,
    SERVICE,
    background,
    collector,
    counts,
    is_asleep,
    is_drained,
    is_reading,
    make_queues,
    publish,
    writing,
)  # fmt: skip

LogLines = list[dict[str, Any]]


async def test_aio_pika_reports_closed_only_for_our_own_close(amqp_url: str) -> None:
    """The reason why no code waits for `closed()`. If this fails, aio-pika has fixed it."""
    async with proxied(amqp_url) as (proxy, url), connect(url, "test") as connection:
        closed, lost = asyncio.ensure_future(connection.closed()), asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        proxy.cut()

        await asyncio.wait_for(lost.wait(), 5)

        assert not closed.done()
        closed.cancel()


async def test_a_brokers_connection_has_a_name_in_rabbitmqs_lists(amqp_url: str) -> None:
    broker = make_broker(amqp_url, "sketch consumer")

    found = await broker.connect()

    assert found.transport is not None
    properties: Any = found.transport.connection._client_properties()
    assert properties["connection_name"] == "portico sketch consumer"
    await broker.stop()


async def test_a_channel_that_was_closed_leaves_nothing_on_its_connection(amqp_url: str) -> None:
    """A worker counts what waits in queues every few seconds, on a connection that may last for months."""

    async def objects_after_channels(count: int) -> int:
        for _ in range(count):
            await (await open_channel(connection)).close()
        await asyncio.sleep(0)  # callbacks of what was closed
        gc.collect()
        return len(gc.get_objects())

    async with connect(amqp_url, "test") as connection:
        before = await objects_after_channels(10)
        after = await objects_after_channels(300)

    assert after - before < 300  # others of the process come and go


async def test_an_idle_relay_notices_a_lost_connection_at_once(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    async with proxied(amqp_url) as (proxy, url):
        relay = Relay(SERVICE, sketch.worker_url, url)
        async with background(relay.run()):
            await eventually(lambda: relay.connected)
            await eventually(lambda: is_asleep(sketch), "it has nothing to do")
            proxy.cut()

            await eventually(lambda: not relay.connected, seconds=2)
            await eventually(lambda: relay.connected, seconds=5)


async def test_an_idle_consumer_reconnects_soon_after_a_cut(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    seen = collector(router := ServiceRouter(SERVICE))
    [queue] = await make_queues(amqp_url, router)
    async with proxied(amqp_url) as (proxy, url):
        consumer = Consumer(router, sketch.worker, Clock(), url)
        async with background(consumer.run()):
            for number in range(3):
                await eventually(lambda: is_reading(consumer))
                proxy.cut()
                await eventually(lambda: not is_reading(consumer), "it notices", seconds=2)
                await publish(channel, counts(number))

                await eventually(lambda number=number: number in seen, seconds=10)  # type: ignore[misc]
    await channel.queue_delete(queue)
    assert seen == [0, 1, 2]


async def test_open_pages_are_woken_again_after_a_cut(channel: AbstractChannel, amqp_url: str) -> None:
    async with proxied(amqp_url) as (proxy, url):
        live = Live(url)
        async with background(live.run()):
            for _ in range(2):
                event = counts(workspace_id=uuid4())
                with live.watching(str(event.workspace_id)) as happened:

                    async def published_and_heard(event=event, happened=happened) -> bool:  # type: ignore[no-untyped-def]
                        exchange = await channel.get_exchange(EVENTS)
                        message = aio_pika.Message(orjson.dumps(event.to_wire()))
                        await exchange.publish(message, event.name, mandatory=False)
                        return bool(happened.is_set())

                    await eventually(published_and_heard, "the page is woken", seconds=10, pause=0.05)
                proxy.cut()


async def test_a_cancellation_by_the_library_ends_an_attempt_but_not_the_work() -> None:
    attempts = 0

    async def attempt() -> None:
        nonlocal attempts
        attempts += 1
        try:
            async with asyncio.TaskGroup() as group:  # in Python 3.11 its failure leaves `cancelling()` at 1
                group.create_task(fail())
        except ExceptionGroup:
            raise asyncio.CancelledError from None  # as aio-pika does to who waits for a lost connection

    async def fail() -> None:
        raise LookupError

    async with background(keep_running(attempt, "work", lambda: 0.01)) as work:
        await eventually(lambda: attempts > 3)
        assert not work.done()
    assert work.cancelled(), "our own cancel is the end"


async def test_a_relay_without_aiormqs_internals_publishes_with_the_public_api_and_warns(
    sketch: Database, channel: AbstractChannel, amqp_url: str, monkeypatch: pytest.MonkeyPatch, log_lines: LogLines
) -> None:
    monkeypatch.setattr(publishing, "NEEDED", ("a_name_that_is_gone",))
    monkeypatch.setattr(publishing, "frames_of", None)
    queue = await channel.declare_queue(exclusive=True)
    await queue.bind(EVENTS, "#")
    async with writing(sketch) as session:
        for number in range(20):
            await emit(session, counts(number))

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
        await eventually(lambda: is_drained(sketch))

    assert [line["missing"] for line in log_lines if line["event"] == "relay.publishes_slowly"] == [
        ["a_name_that_is_gone"]
    ]
    arrived = [await queue.get(no_ack=True) for _ in range(20)]
    assert {message.delivery_mode for message in arrived} == {2}
    assert all(message.correlation_id and message.headers["workspace"] for message in arrived)


def test_a_temporary_failure_of_name_resolution_counts_as_a_lost_connection() -> None:
    lost = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    wrapped = DBAPIError("SELECT 1", None, lost)

    assert is_lost_connection(lost)
    assert is_lost_connection(wrapped)
    assert not is_lost_connection(LookupError("not there"))


@pytest.mark.parametrize(
    "failure", [asyncpg.DiskFullError, asyncpg.TooManyConnectionsError, asyncpg.ReadOnlySQLTransactionError]
)
def test_a_database_that_cannot_work_now_counts_as_lost(failure: type[asyncpg.PostgresError]) -> None:
    """A request gets 503, and an event waits without using a try: nothing is wrong with either."""
    assert is_lost_connection(failure("not now"))
    assert is_lost_connection(DBAPIError("INSERT", None, failure("not now")))


async def test_an_event_uses_no_try_while_the_databases_name_cannot_be_resolved(
    sketch: Database, channel: AbstractChannel, amqp_url: str, log_lines: LogLines
) -> None:
    router, tries = ServiceRouter(SERVICE), list[float]()

    @router.on(type(counts()))
    async def forget_the_name_once(session: object, event: object) -> None:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    [queue] = await make_queues(amqp_url, router)
    async with background(Consumer(router, sketch.worker, Clock(), amqp_url).run()):
        await publish(channel, counts())
        await eventually(lambda: len(tries) == 2)
    await channel.queue_delete(queue)

    assert [line["event"] for line in log_lines if line["log_level"] == "warning"] == ["consumer.database_unavailable"]
