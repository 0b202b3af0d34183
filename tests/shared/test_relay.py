"""The outbox and its relay, on a real PostgreSQL and RabbitMQ."""

import asyncio
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aio_pika.abc import AbstractChannel
from sqlalchemy import text

from deploy.waiting import eventually
from shared.events.provisioning import OrderProgressed
from shared.messaging import relay
from shared.messaging.connection import connect
from shared.messaging.relay import NotConfirmed, Relay, publish_waiting
from shared.outbox import commands_exchange, emit, send
from tests.harness.databases import Database
from tests.shared.sketch import SERVICE, background, bound, counts, is_asleep, is_drained, received, waiting, writing

COMMANDS = commands_exchange(SERVICE)


async def test_an_event_whose_transaction_rolls_back_is_never_published(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    queue = await bound(channel)

    async def fail() -> None:
        async with writing(sketch) as session:
            await emit(session, counts())
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with writing(sketch) as session:
        kept = await emit(session, counts(ports=7))

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
        [only] = await received(queue, 1)
        assert only["event_id"] == str(kept.event_id)
        assert await queue.get(fail=False) is None


async def test_events_arrive_in_order_and_stay_in_the_outbox_for_replay(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    queue = await bound(channel)
    async with writing(sketch) as session:
        for number in range(1200):  # more than a batch
            await emit(session, counts(ports=number))

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
        await eventually(lambda: is_drained(sketch))
        assert [body["ports"] for body in await received(queue, 1200)] == list(range(1200))
    async with sketch.owner() as session:
        assert await session.scalar(text("SELECT count(*) FROM outbox")) == 1200


async def test_an_unroutable_event_stays_in_the_outbox_until_there_is_a_queue(
    sketch: Database, channel: AbstractChannel, amqp_url: str, log_lines: list[MutableMapping[str, Any]]
) -> None:
    async with writing(sketch) as session:
        await emit(session, counts())

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
        await eventually(lambda: any(line["event"] == "relay.not_confirmed" for line in log_lines))
        assert await waiting(sketch) == 1

        queue = await bound(channel)
        await eventually(lambda: is_drained(sketch))
        assert len(await received(queue, 1)) == 1


async def test_one_refused_message_does_not_hold_back_the_others(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    queue = await bound(channel, "provisioning.service_counts_changed")
    async with writing(sketch) as session:
        await send(session, COMMANDS, "nobody.declared.this", {"a": 1}, workspace_id=uuid4(), ttl=timedelta(minutes=1))
        await emit(session, counts())

    async with connect(amqp_url, "test") as connection:
        public = await connection.channel(publisher_confirms=True, on_return_raises=True)
        database = await asyncpg.connect(sketch.worker_url)
        with pytest.raises(NotConfirmed, match="1 of 2"):
            await publish_waiting(database, await public.get_underlay_channel())  # type: ignore[arg-type]
        await database.close()

    assert await waiting(sketch) == 1
    assert len(await received(queue, 1)) == 1


async def test_two_relays_publish_each_event_once_and_the_second_takes_over(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    queue = await bound(channel)
    first, second = (Relay(SERVICE, sketch.worker_url, amqp_url) for _ in range(2))

    async with background(second.run()):
        async with background(first.run()):
            async with writing(sketch) as session:
                for number in range(300):
                    await emit(session, counts(ports=number))
            await eventually(lambda: is_drained(sketch))
            assert first.connected != second.connected, "one leads, the other stands by"
        async with writing(sketch) as session:
            await emit(session, counts(ports=300))
        await eventually(lambda: is_drained(sketch))

    assert [body["ports"] for body in await received(queue, 301)] == list(range(301))


@pytest.mark.rule("D30")
async def test_a_secret_command_is_deleted_once_sent_and_never_sent_after_it_expires(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    queue = await channel.declare_queue(exclusive=True)
    await queue.bind(COMMANDS, queue.name)
    async with writing(sketch) as session:
        for late, ttl in ((True, timedelta(milliseconds=1)), (False, timedelta(minutes=10))):
            await send(session, COMMANDS, queue.name, {"late": late}, workspace_id=uuid4(), ttl=ttl)
    await asyncio.sleep(0.05)

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
        await eventually(lambda: is_drained(sketch))

    assert await received(queue, 1) == [{"late": False}]
    assert await queue.get(fail=False) is None
    async with sketch.owner() as session:
        assert await session.scalar(text("SELECT count(*) FROM outbox")) == 0


async def test_a_transient_event_needs_no_listener_and_is_not_kept(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    event = counts()
    async with writing(sketch) as session:
        await emit(session, OrderProgressed(workspace_id=event.workspace_id, order_id=event.event_id,
                                            state="provisioning", step=1, steps=4))  # fmt: skip

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
        await eventually(lambda: is_drained(sketch))

    assert await sketch.events() == []


async def test_a_sleeping_relay_is_woken_by_a_commit(
    sketch: Database, channel: AbstractChannel, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PAUSES", (600,))
    queue = await bound(channel)

    async with background(Relay(SERVICE, sketch.worker_url, amqp_url).run()):
        await eventually(lambda: is_asleep(sketch))
        async with writing(sketch) as session:
            await emit(session, counts())
        await eventually(lambda: is_drained(sketch))

        assert len(await received(queue, 1)) == 1
