"""A process that is told of several nodes of a broker uses one that answers, and another one when that is gone."""

from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from aio_pika.abc import AbstractChannel

from deploy.local.processes import free_port
from deploy.waiting import eventually
from shared.clock import Clock
from shared.messaging.connection import nodes_of
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.outbox import emit
from tests.harness.databases import Database
from tests.harness.proxy import proxied
from tests.shared.sketch import (
    SERVICE,
    background,
    collector,
    counts,
    is_drained,
    is_reading,
    make_queues,
    publish,
    writing,
)


def both(url: str, other: str) -> str:
    """The URL, with the host of another one as a second node."""
    host, more = (urlsplit(each).netloc.rpartition("@")[2] for each in (url, other))
    return url.replace(host, f"{host},{more}")


def test_an_address_with_commas_is_one_per_node() -> None:
    nodes = nodes_of("amqp://portico_billing:a%40b@first:5672,second:5673,third/portico")

    assert [(node.host, node.port, node.password, node.path) for node in nodes] == [
        ("first", 5672, "a@b", "/portico"),
        ("second", 5673, "a@b", "/portico"),
        ("third", None, "a@b", "/portico"),
    ]


async def test_a_consumer_goes_on_at_another_node(sketch: Database, channel: AbstractChannel, amqp_url: str) -> None:
    seen = collector(router := ServiceRouter(SERVICE))
    [queue] = await make_queues(amqp_url, router)
    nodes = [AsyncExitStack(), AsyncExitStack()]
    async with nodes[0], nodes[1]:
        (first, url), (_, other) = [await node.enter_async_context(proxied(amqp_url)) for node in nodes]
        consumer = Consumer(router, sketch.worker, Clock(), both(url, other))
        async with background(consumer.run()):
            await eventually(lambda: is_reading(consumer), seconds=30)
            await publish(channel, counts(1))
            await eventually(lambda: seen == [1], seconds=30)

            await nodes[0 if first.in_use else 1].aclose()
            await publish(channel, counts(2))

            await eventually(lambda: seen == [1, 2], "the other node is used", seconds=30)
    await channel.queue_delete(queue)


async def test_a_relay_finds_the_node_that_answers(sketch: Database, channel: AbstractChannel, amqp_url: str) -> None:
    collector(router := ServiceRouter(SERVICE))
    [queue] = await make_queues(amqp_url, router)
    async with writing(sketch) as session:
        await emit(session, counts(7))
    dead = amqp_url.replace(str(urlsplit(amqp_url).port), str(free_port()))

    async with background(Relay(SERVICE, sketch.worker_url, both(dead, amqp_url)).run()):
        await eventually(lambda: is_drained(sketch), "it is published", seconds=30)
    await channel.queue_delete(queue)
