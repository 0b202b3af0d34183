"""Publishing with aiormq's internals, on a real RabbitMQ: a new version of aiormq must pass all of this."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aiormq.channel import Channel
from aiormq.exceptions import ChannelClosed, ChannelInvalidStateError, DeliveryError, PublishError

from shared.messaging.connection import connect
from shared.messaging.publishing import Outgoing, publish_batch
from tests.harness.proxy import proxied

FULL: dict[str, Any] = {"x-max-length": 1, "x-overflow": "reject-publish"}


@pytest.fixture
async def underlay(channel: AbstractChannel) -> Channel:
    return await underlay_of(channel)


@pytest.fixture
async def queue(channel: AbstractChannel) -> AsyncIterator[AbstractQueue]:
    found = await channel.declare_queue(exclusive=True)
    yield found
    if not channel.is_closed:
        await found.delete(if_unused=False, if_empty=False)


async def underlay_of(channel: AbstractChannel) -> Channel:
    found = await channel.get_underlay_channel()
    assert isinstance(found, Channel)
    return found


def message(queue: str, body: bytes = b"{}", *, ttl: timedelta | None = None, mandatory: bool = True,
            headers: dict[str, str] | None = None) -> Outgoing:  # fmt: skip
    return Outgoing(str(uuid4()), "", queue, body, mandatory, ttl, headers=headers)


async def received(queue: AbstractQueue, count: int) -> list[AbstractIncomingMessage]:
    found: list[AbstractIncomingMessage] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            taken = await queue.get(no_ack=True, fail=False)
            found += [taken] if taken else []
    assert await queue.get(no_ack=True, fail=False) is None, "and nothing more"
    return found


def bodies(messages: Sequence[AbstractIncomingMessage]) -> list[bytes]:
    return [one.body for one in messages]


async def test_a_batch_arrives_in_order_persistent_and_confirmed_one_by_one(
    underlay: Channel, queue: AbstractQueue
) -> None:
    sent = [message(queue.name, str(number).encode()) for number in range(700)]

    answers = await publish_batch(underlay, sent)

    assert answers == [None] * 700
    arrived = await received(queue, 700)
    assert bodies(arrived) == [one.body for one in sent]
    assert [one.message_id for one in arrived] == [one.message_id for one in sent]
    assert {(one.delivery_mode, one.content_type) for one in arrived} == {(2, "application/json")}
    assert not underlay.confirmations
    assert not underlay.message_id_delivery_tag


async def test_publishing_no_messages_does_not_wait(underlay: Channel) -> None:
    assert await publish_batch(underlay, [], timeout=1) == []


async def test_batches_at_once_on_one_channel_and_aio_pikas_own_publishes_keep_their_confirms_apart(
    channel: AbstractChannel, underlay: Channel, queue: AbstractQueue
) -> None:
    batches = [[message(queue.name, f"{batch} {n}".encode()) for n in range(50)] for batch in range(4)]
    alone = [aio_pika.Message(f"alone {n}".encode(), message_id=str(uuid4())) for n in range(20)]

    *answers, _ = await asyncio.gather(
        *(publish_batch(underlay, batch) for batch in batches),
        asyncio.gather(*(channel.default_exchange.publish(one, queue.name) for one in alone)),
    )

    assert answers == [[None] * 50] * 4
    arrived = bodies(await received(queue, 220))
    for batch in batches:
        assert [body for body in arrived if body in {one.body for one in batch}] == [one.body for one in batch]


async def test_a_refused_message_is_reported_and_its_neighbours_are_confirmed(
    channel: AbstractChannel, underlay: Channel, queue: AbstractQueue
) -> None:
    full = await channel.declare_queue(exclusive=True, arguments=FULL)
    batch = [message(queue.name), message(full.name, b"fits"), message(full.name, b"does not"), message(queue.name)]

    first, fits, too_many, last = await publish_batch(underlay, batch)

    assert (first, fits, last) == (None, None, None)
    assert isinstance(too_many, DeliveryError), "a nack"
    assert bodies(await received(full, 1)) == [b"fits"]
    assert len(await received(queue, 2)) == 2


async def test_an_unroutable_message_is_reported_and_its_neighbours_are_confirmed(
    underlay: Channel, queue: AbstractQueue
) -> None:
    nowhere = message(f"nobody.declared.{uuid4()}")

    first, lost, last = await publish_batch(underlay, [message(queue.name), nowhere, message(queue.name)])

    assert (first, last) == (None, None)
    assert isinstance(lost, PublishError), "a return"
    assert len(await received(queue, 2)) == 2


async def test_a_message_that_is_not_mandatory_is_confirmed_without_a_queue(underlay: Channel) -> None:
    assert await publish_batch(underlay, [message(f"nobody.{uuid4()}", mandatory=False)]) == [None]


async def test_ttl_and_headers_arrive(underlay: Channel, queue: AbstractQueue) -> None:
    headers: dict[str, object] = {"x-portico-queue": "billing.on.all", "x-portico-tries": "3"}
    [plain, dressed] = [message(queue.name), message(queue.name, ttl=timedelta(minutes=2), headers=headers)]

    assert await publish_batch(underlay, [plain, dressed]) == [None, None]

    first, second = await received(queue, 2)
    assert (first.expiration, first.headers) == (None, {})
    assert (second.expiration, second.headers) == (120, headers)


async def test_a_message_past_its_time_to_live_is_gone(underlay: Channel, queue: AbstractQueue) -> None:
    await publish_batch(underlay, [message(queue.name, b"short", ttl=timedelta(microseconds=1))])
    await asyncio.sleep(0.1)

    assert await queue.get(fail=False) is None


async def test_bodies_of_any_size_arrive_whole(underlay: Channel, queue: AbstractQueue) -> None:
    frame = underlay.max_content_size
    sent = [message(queue.name, bytes([size % 251]) * size) for size in (0, 1, frame - 1, frame, frame + 1, 3 * frame)]

    assert await publish_batch(underlay, sent) == [None] * len(sent)

    assert bodies(await received(queue, len(sent))) == [one.body for one in sent]


async def test_a_silent_broker_is_a_timeout_and_what_it_never_confirmed_can_be_published_again(
    amqp_url: str, queue: AbstractQueue, underlay: Channel
) -> None:
    async with proxied(amqp_url) as (proxy, url), connect(url, "test through a proxy") as connection:
        frozen = await underlay_of(await connection.channel(publisher_confirms=True, on_return_raises=True))
        assert await publish_batch(frozen, [message(queue.name, b"before")]) == [None]
        proxy.freeze()
        started = time.monotonic()

        with pytest.raises(TimeoutError):
            await publish_batch(frozen, [message(queue.name, b"lost")], timeout=0.5)

        assert time.monotonic() - started < 2
        assert not frozen.message_id_delivery_tag
        proxy.cut()
    assert await publish_batch(underlay, [message(queue.name, b"again")]) == [None]
    assert bodies(await received(queue, 2)) == [b"before", b"again"]


async def test_confirms_that_come_after_the_timeout_are_not_taken_for_those_of_the_next_batch(
    amqp_url: str, channel: AbstractChannel, queue: AbstractQueue
) -> None:
    full = await channel.declare_queue(exclusive=True, arguments=FULL)
    async with proxied(amqp_url) as (proxy, url), connect(url, "test through a proxy") as connection:
        slow = await underlay_of(await connection.channel(publisher_confirms=True, on_return_raises=True))
        proxy.freeze()
        with pytest.raises(TimeoutError):
            await publish_batch(slow, [message(queue.name), message(queue.name)], timeout=0.3)
        proxy.thaw()

        answers = await publish_batch(slow, [message(full.name), message(full.name)])

        assert answers[0] is None
        assert isinstance(answers[1], DeliveryError)


async def test_no_message_counts_as_confirmed_when_the_connection_breaks(amqp_url: str, queue: AbstractQueue) -> None:
    async with proxied(amqp_url) as (proxy, url), connect(url, "test through a proxy") as connection:
        broken = await underlay_of(await connection.channel(publisher_confirms=True, on_return_raises=True))
        proxy.freeze()
        publishing = asyncio.create_task(publish_batch(broken, [message(queue.name), message(queue.name)]))
        await asyncio.sleep(0.2)
        proxy.cut()

        answers = await publishing

    assert all(isinstance(answer, BaseException) for answer in answers)
    assert len(answers) == 2


async def test_a_channel_that_the_broker_closes_confirms_nothing(amqp_url: str) -> None:
    async with connect(amqp_url, "test") as connection:
        channel = await underlay_of(await connection.channel(publisher_confirms=True, on_return_raises=True))

        answers = await publish_batch(channel, [Outgoing(str(uuid4()), "no.such.exchange", "", b"")] * 2)

    assert all(isinstance(answer, ChannelClosed) for answer in answers)


async def test_a_closed_channel_raises(amqp_url: str) -> None:
    async with connect(amqp_url, "test") as connection:
        public = await connection.channel(publisher_confirms=True, on_return_raises=True)
        channel = await underlay_of(public)
        await public.close()

        with pytest.raises(ChannelInvalidStateError):
            await publish_batch(channel, [message("any")])
