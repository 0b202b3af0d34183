"""What happens to a message: once, in order, again later, or put aside; on a real PostgreSQL and RabbitMQ."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import aio_pika
import orjson
import pytest
from aio_pika.abc import AbstractChannel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import shared.consumer
from shared import broker
from shared.broker import dead_queue
from shared.consumer import Consumer
from shared.errors import Permanent
from shared.events import Envelope
from shared.events.provisioning import ServiceCountsChanged
from shared.handlers import Handlers
from shared.outbox import cause_of, emit
from tests.harness.databases import Database
from tests.shared.conftest import SERVICE, counts, eventually

Listening = Callable[[Handlers], AbstractAsyncContextManager[Consumer]]


async def publish(channel: AbstractChannel, event: ServiceCountsChanged, **changes: Any) -> None:
    body = orjson.dumps(event.to_wire() | changes)
    message = aio_pika.Message(body, message_id=str(event.event_id), delivery_mode=2)
    await (await channel.get_exchange("portico.events")).publish(message, event.name)


async def dead(channel: AbstractChannel) -> dict[str, Any]:
    queue = await channel.get_queue(dead_queue(SERVICE))
    message = None
    async with asyncio.timeout(10):
        while message is None:
            message = await queue.get(no_ack=True, fail=False)
            await asyncio.sleep(0.05)
    return dict(message.headers)


def collector(handlers: Handlers) -> list[int]:
    seen: list[int] = []

    @handlers.on(ServiceCountsChanged)
    async def note(session: AsyncSession, event: ServiceCountsChanged) -> None:
        seen.append(event.ports)

    return seen


@pytest.mark.rule("D23")
async def test_an_event_delivered_ten_times_is_done_once(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    seen, event = collector(handlers := Handlers(SERVICE)), counts(ports=3)

    async with listening(handlers):
        for _ in range(10):
            await publish(channel, event)
        await publish(channel, counts(ports=4))
        await eventually_seen(seen, 4)

    assert seen == [3, 4]


async def eventually_seen(seen: list[int], last: int) -> None:
    async def arrived() -> bool:
        return last in seen

    await eventually(arrived)


async def test_a_failing_event_comes_back_after_growing_delays_and_holds_up_nobody(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    handlers, tries, others = Handlers(SERVICE), [], []

    @handlers.on(ServiceCountsChanged)
    async def fail_once(session: AsyncSession, event: ServiceCountsChanged) -> None:
        if event.ports:
            others.append(event.ports)
            return
        tries.append(asyncio.get_running_loop().time())
        await emit(session, counts())
        if tries[-1] - tries[0] < 0.5:
            raise LookupError("not there yet")

    async with listening(handlers):
        await publish(channel, counts(ports=0))
        await publish(channel, counts(ports=1))
        await eventually_seen(others, 1)
        assert tries[-1] - tries[0] < 0.5, "it still waits while the other is done"

        async def again() -> bool:
            return tries[-1] - tries[0] > 0.5

        await eventually(again)

        async def kept_once() -> bool:
            return len(await sketch.events()) == 1  # what the failed tries emitted was rolled back

        await eventually(kept_once)

    assert 0.9 < tries[-1] - tries[0] < 4


async def test_an_event_that_always_fails_is_put_aside_with_the_reason(
    sketch: Database, channel: AbstractChannel, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "RETRY_DELAYS", (1,))
    handlers, tries = Handlers(SERVICE), []

    @handlers.on(ServiceCountsChanged)
    async def fail(session: AsyncSession, event: ServiceCountsChanged) -> None:
        tries.append(1)
        raise LookupError("never there")

    async with listening(handlers):
        await publish(channel, counts())
        headers = await dead(channel)

    assert len(tries) == 2
    assert "never there" in headers["x-portico-reason"]
    assert headers["x-portico-queue"] == f"{SERVICE}.on.provisioning.service_counts_changed"


async def test_what_trying_again_cannot_help_is_put_aside_at_once(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    handlers = Handlers(SERVICE)

    @handlers.on(ServiceCountsChanged)
    async def refuse(session: AsyncSession, event: ServiceCountsChanged) -> None:
        raise Permanent("this workspace is gone")

    async with listening(handlers):
        await publish(channel, counts())
        headers = await dead(channel)

    assert headers["x-portico-reason"] == "this workspace is gone"


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"{", "Not JSON"), (b"[]", "Not a JSON object"), (b'{"name": "billing.unheard_of"}', "There is no event")],
)
async def test_poison_is_put_aside_and_the_consumer_goes_on(
    sketch: Database, channel: AbstractChannel, listening: Listening, body: bytes, reason: str
) -> None:
    seen = collector(handlers := Handlers(SERVICE))

    async with listening(handlers):
        exchange = await channel.get_exchange("portico.events")
        poison = aio_pika.Message(body, message_id=str(uuid4()))
        await exchange.publish(poison, "provisioning.service_counts_changed")
        assert reason in (await dead(channel))["x-portico-reason"]
        await publish(channel, counts(ports=5))
        await eventually_seen(seen, 5)


async def test_a_newer_version_is_read_as_far_as_it_is_known(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    seen = collector(handlers := Handlers(SERVICE))

    async with listening(handlers):
        await publish(channel, counts(ports=6), schema_version=2, something_new={"a": 1})
        await eventually_seen(seen, 6)
        await publish(channel, counts(ports=7), schema_version=3, ports="many")
        reason = (await dead(channel))["x-portico-reason"]

    assert "version 3, known is 1" in reason


async def test_what_follows_from_an_event_carries_its_correlation_and_is_the_systems_doing(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    handlers, causes = Handlers(SERVICE), []

    @handlers.on(ServiceCountsChanged)
    async def note(session: AsyncSession, event: ServiceCountsChanged) -> None:
        scope = await session.scalar(text("SELECT current_setting('portico.workspace')"))
        causes.append((cause_of(session), scope))

    event = counts()
    async with listening(handlers):
        await publish(channel, event)

        async def arrived() -> bool:
            return bool(causes)

        await eventually(arrived)

    [(cause, scope)] = causes
    assert (cause.correlation_id, cause.causation_id) == (event.correlation_id, event.event_id)
    assert cause.actor.via == "system"
    assert scope == str(event.workspace_id)


async def test_everything_comes_in_batches_of_types_unknown_here_too(
    sketch: Database, channel: AbstractChannel, listening: Listening
) -> None:
    handlers, names = Handlers(SERVICE), []

    @handlers.everything
    async def keep(session: AsyncSession, batch: list[tuple[Envelope, dict[str, Any]]]) -> None:
        names.extend(envelope.name for envelope, _ in batch)

    async with listening(handlers):
        await publish(channel, counts())
        await publish(channel, counts(), name="catering.lunch_served")

        async def arrived() -> bool:
            return len(names) == 2

        await eventually(arrived)

    assert names == ["provisioning.service_counts_changed", "catering.lunch_served"]


async def test_a_consumer_that_the_broker_cancelled_is_built_anew(
    sketch: Database, channel: AbstractChannel, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.consumer, "HEARTBEAT_SECONDS", 0.3)
    seen = collector(handlers := Handlers(SERVICE))

    async with listening(handlers) as consumer:
        await channel.queue_delete(handlers.listeners[0].queue)  # the broker cancels who consumed it
        async with asyncio.timeout(20):
            while consumer.connected:
                await asyncio.sleep(0.02)
            while not consumer.connected:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        await publish(channel, counts(ports=9))
        await eventually_seen(seen, 9)
