"""How messages are handled: once, in order, retried later, or dead-lettered; on a real PostgreSQL and RabbitMQ."""

import asyncio
from typing import Any
from uuid import uuid4

import aio_pika
import orjson
import pytest
from aio_pika.abc import AbstractChannel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.waiting import eventually
from shared.clock import Clock
from shared.errors import NotYetKnown, Permanent
from shared.events import Envelope
from shared.events.identity import AccessGranted
from shared.events.provisioning import ServiceCountsChanged
from shared.messaging import topology
from shared.messaging.consumer import Consumer
from shared.messaging.router import ServiceRouter
from shared.outbox import cause_of, emit
from tests.contracts.freeze import sample_file
from tests.harness.databases import Database
from tests.harness.logs import captured_logs
from tests.shared.sketch import (
    EVENTS,
    SERVICE,
    Listening,
    background,
    collector,
    counts,
    dead,
    is_reading,
    make_queues,
    publish,
)


@pytest.mark.rule("D23")
async def test_an_event_delivered_ten_times_is_handled_once(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    seen, event = collector(router := ServiceRouter(SERVICE)), counts(ports=3)

    async with listening(router):
        for _ in range(10):
            await publish(channel, event)
        await publish(channel, counts(ports=4))
        await eventually(lambda: 4 in seen)

    assert seen == [3, 4]


async def test_a_failing_event_is_retried_after_growing_delays_and_blocks_no_other(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    router, tries, others = ServiceRouter(SERVICE), [], []

    @router.on(ServiceCountsChanged)
    async def fail_once(session: AsyncSession, event: ServiceCountsChanged) -> None:
        if event.ports:
            others.append(event.ports)
            return
        tries.append(asyncio.get_running_loop().time())
        await emit(session, counts())
        if tries[-1] - tries[0] < 0.5:
            raise LookupError("not there yet")

    async with listening(router):
        await publish(channel, counts(ports=0))
        await publish(channel, counts(ports=1))
        await eventually(lambda: 1 in others)
        assert tries[-1] - tries[0] < 0.5, "it still waits while the other is done"
        await eventually(lambda: tries[-1] - tries[0] > 0.5)

        async def kept_once() -> bool:
            return len(await sketch.events()) == 1  # what the failed tries emitted was rolled back

        await eventually(kept_once)

    assert 0.9 < tries[-1] - tries[0] < 4


@pytest.mark.parametrize(("error", "level"), [(NotYetKnown, "info"), (LookupError, "warning")])
async def test_an_event_that_came_too_early_is_logged_without_warning_and_traceback(
    sketch: Database, channel: AbstractChannel, listening: Listening, error: type[Exception], level: str
) -> None:
    router = ServiceRouter(SERVICE)

    @router.on(ServiceCountsChanged)
    async def fail(session: AsyncSession, event: ServiceCountsChanged) -> None:
        raise error("workspace 7")

    with captured_logs() as lines:
        async with listening(router):
            await publish(channel, counts())
            await eventually(lambda: any(line["event"] == "event.failed" for line in lines))

    [line] = [line for line in lines if line["event"] == "event.failed"]
    assert (line["log_level"], line["error"]) == (level, "workspace 7")
    assert bool(line["exc_info"]) is (level == "warning")


async def test_an_event_that_always_fails_is_dead_lettered_with_the_reason(
    sketch: Database, channel: AbstractChannel, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topology, "RETRY_DELAYS", (1,))
    router, tries = ServiceRouter(SERVICE), []

    @router.on(ServiceCountsChanged)
    async def fail(session: AsyncSession, event: ServiceCountsChanged) -> None:
        tries.append(1)
        raise LookupError("never there")

    async with listening(router):
        await publish(channel, counts())
        headers = await dead(channel)

    assert len(tries) == 2
    assert "never there" in headers["x-portico-reason"]
    assert headers["x-portico-queue"] == f"{SERVICE}.on.provisioning.service_counts_changed"


async def test_an_event_that_retries_cannot_help_is_dead_lettered_at_once(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    router = ServiceRouter(SERVICE)

    @router.on(ServiceCountsChanged)
    async def refuse(session: AsyncSession, event: ServiceCountsChanged) -> None:
        raise Permanent("this workspace is gone")

    async with listening(router):
        await publish(channel, counts())
        headers = await dead(channel)

    assert headers["x-portico-reason"] == "this workspace is gone"


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"{", "Not JSON"), (b"[]", "Not a JSON object"), (b'{"name": "billing.unheard_of"}', "There is no event")],
)
async def test_a_poison_message_is_dead_lettered_and_the_consumer_goes_on(
    sketch: Database, channel: AbstractChannel, listening: Listening, body: bytes, reason: str
) -> None:
    seen = collector(router := ServiceRouter(SERVICE))

    async with listening(router):
        exchange = await channel.get_exchange(EVENTS)
        poison = aio_pika.Message(body, message_id=str(uuid4()))
        await exchange.publish(poison, "provisioning.service_counts_changed")
        assert reason in (await dead(channel))["x-portico-reason"]
        await publish(channel, counts(ports=5))
        await eventually(lambda: 5 in seen)


async def test_a_newer_version_is_read_as_far_as_it_is_known(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    seen = collector(router := ServiceRouter(SERVICE))

    async with listening(router):
        await publish(channel, counts(ports=6), schema_version=2, something_new={"a": 1})
        await eventually(lambda: 6 in seen)
        await publish(channel, counts(ports=7), schema_version=3, ports="many")
        reason = (await dead(channel))["x-portico-reason"]

    assert "version 3, known is 1" in reason


async def test_an_event_caused_by_another_has_its_correlation_id_and_the_system_as_actor(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    router, causes = ServiceRouter(SERVICE), []

    @router.on(ServiceCountsChanged)
    async def note(session: AsyncSession, event: ServiceCountsChanged) -> None:
        scope = await session.scalar(text("SELECT current_setting('portico.workspace')"))
        causes.append((cause_of(session), scope))

    event = counts()
    async with listening(router):
        await publish(channel, event)
        await eventually(lambda: bool(causes))

    [(cause, scope)] = causes
    assert (cause.correlation_id, cause.causation_id) == (event.correlation_id, event.event_id)
    assert cause.actor.via == "system"
    assert scope == str(event.workspace_id)


async def test_everything_comes_in_batches_of_types_unknown_here_too(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    router, names = ServiceRouter(SERVICE), []

    @router.everything
    async def keep(session: AsyncSession, batch: list[tuple[Envelope, dict[str, Any]]]) -> None:
        names.extend(envelope.name for envelope, _ in batch)

    async with listening(router):
        await publish(channel, counts())
        await publish(channel, counts(), name="catering.lunch_served")
        await eventually(lambda: len(names) == 2)

    assert names == ["provisioning.service_counts_changed", "catering.lunch_served"]


async def test_a_queue_that_was_deleted_and_made_again_is_read_again(
    sketch: Database, channel: AbstractChannel, listening: Listening, amqp_url: str
) -> None:
    seen = collector(router := ServiceRouter(SERVICE))
    [queue] = [listener.queue for listener in router.listeners]

    async with listening(router) as consumer:
        await channel.queue_delete(queue)  # the broker cancels its consumers
        await eventually(lambda: queue in consumer.not_consumed)
        await make_queues(amqp_url, router)
        await eventually(lambda: is_reading(consumer), seconds=20)
        await publish(channel, counts(ports=9))
        await eventually(lambda: 9 in seen)


async def test_a_broken_queue_stops_alone_and_says_since_when(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    seen = collector(router := ServiceRouter(SERVICE))
    whole, names = router.listeners[0].queue, list[str]()

    @router.everything
    async def keep(session: AsyncSession, batch: list[tuple[Envelope, dict[str, Any]]]) -> None:
        names.extend(envelope.name for envelope, _ in batch)

    await make_queues(amqp_url, router)
    broken = router.listeners[1].queue
    await channel.queue_delete(broken)
    consumer = Consumer(router, sketch.worker, Clock(), amqp_url)
    try:
        async with background(consumer.run()):
            await eventually(lambda: set(consumer.not_consumed) == {broken})
            since = consumer.not_consumed[broken]
            await publish(channel, counts(ports=3))
            await eventually(lambda: 3 in seen, "the other queue is read")

            assert consumer.alive
            await eventually(lambda: consumer.not_consumed[broken] > since)
    finally:
        await channel.queue_delete(whole)
    assert names == []


async def test_an_event_that_its_routing_key_does_not_promise_is_put_aside(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    seen = collector(router := ServiceRouter(SERVICE))

    async with listening(router):
        exchange = await channel.get_exchange(EVENTS)
        sample = sample_file(AccessGranted).read_bytes()
        message = aio_pika.Message(sample, message_id=str(uuid4()))
        await exchange.publish(message, ServiceCountsChanged.name)
        reason = (await dead(channel))["x-portico-reason"]

    assert reason == "identity.access_granted does not belong here."
    assert seen == []


@pytest.mark.parametrize("forged", ["many", -1000, 2**40])
async def test_what_somebody_else_wrote_for_the_number_of_tries_stops_nothing(
    sketch: Database, channel: AbstractChannel, listening: Listening, forged: Any
) -> None:
    router, seen = ServiceRouter(SERVICE), list[int]()

    @router.on(ServiceCountsChanged)
    async def refuse_the_first(session: AsyncSession, event: ServiceCountsChanged) -> None:
        if event.ports == 0:
            raise LookupError("not there yet")
        seen.append(event.ports)

    async with listening(router):
        event = counts(ports=0)
        headers = {"x-portico-tries": forged, "traceparent": 7}
        message = aio_pika.Message(orjson.dumps(event.to_wire()), message_id=str(event.event_id), headers=headers)
        await (await channel.get_exchange(EVENTS)).publish(message, event.name)
        await publish(channel, counts(ports=1))

        await eventually(lambda: seen == [1])
