"""What stands in RabbitMQ: exchanges, queues, the delays of retries, and where a message goes that nobody can do.

Everything is explicit and durable, and uses only what RabbitMQ 3.10 and 4 both have: their defaults differ.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.channel import Channel

from shared.outbox import EVENTS_EXCHANGE, LIVE_EXCHANGE

DEAD_EXCHANGE = "portico.dead"
HEARTBEAT_SECONDS = 10
"""A connection on which nothing came for about twice as long is taken for lost."""
RETRY_DELAYS = (1, 5, 30, 120, 600)
"""Seconds before each further try."""

_SAFE: dict[str, Any] = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",  # at-least-once dead-lettering needs it; the relay tries again
    "x-max-length": 2_000_000,
}


def retry_name(delay: int) -> str:
    return f"portico.retry.{delay}s"


def dead_queue(service: str) -> str:
    return f"{service}.dead"


@asynccontextmanager
async def connect(url: str, name: str) -> AsyncIterator[AbstractConnection]:
    """A plain connection: who uses it builds everything anew after a loss, so that nothing can vanish silently."""
    connection = await aio_pika.connect(
        url, timeout=5, heartbeat=HEARTBEAT_SECONDS, client_properties={"connection_name": f"portico {name}"}
    )
    try:
        yield connection
    finally:
        try:
            await asyncio.wait_for(connection.close(), 3)
        except (Exception, asyncio.CancelledError):
            if is_really_cancelled():
                raise


async def open_channel(connection: AbstractConnection) -> Channel:
    """A channel below aio-pika's own, with confirms and returns. It lives as long as its connection: closing it would
    wait for a broker that may have gone silent."""
    public = await connection.channel(publisher_confirms=True, on_return_raises=True)
    channel = await public.get_underlay_channel()
    assert isinstance(channel, Channel)
    return channel


def is_really_cancelled() -> bool:
    """Whether this task itself was cancelled. aio-pika raises CancelledError, too, where a connection is lost."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def declare_exchanges(channel: AbstractChannel) -> None:
    """The exchanges and the delay queues that all services share. A delay queue gives a message back to the queue
    that its routing key names, by the default exchange, once its time is over."""
    for name, kind in ((EVENTS_EXCHANGE, "topic"), (LIVE_EXCHANGE, "topic"), (DEAD_EXCHANGE, "direct")):
        await channel.declare_exchange(name, kind, durable=True)
    for delay in RETRY_DELAYS:
        exchange = await channel.declare_exchange(retry_name(delay), "fanout", durable=True)
        arguments = _SAFE | {"x-message-ttl": delay * 1000, "x-dead-letter-exchange": ""}
        queue = await channel.declare_queue(retry_name(delay), durable=True, arguments=arguments)
        await queue.bind(exchange)


async def declare_dead_queue(channel: AbstractChannel, service: str) -> None:
    """Where messages of ``service`` wait for an operator (`portico dead`)."""
    # Each look at it counts as a delivery, and RabbitMQ 4 would drop a letter at the twentieth.
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
    queue = await channel.declare_queue(dead_queue(service), durable=True, arguments=arguments)
    await queue.bind(DEAD_EXCHANGE, service)


async def declare_work_queue(channel: AbstractChannel, service: str, name: str, keys: Sequence[str]) -> None:
    """A queue that ``service`` works on, bound to the events named by ``keys``; one active consumer at a time keeps
    it in order. The delivery limit stops a message that kills its consumer; ordinary failures are counted by us."""
    arguments = _SAFE | {"x-delivery-limit": 20, "x-single-active-consumer": True}
    if keys:  # a queue of commands has none, and what dies there is not kept: it may be a secret
        arguments |= {"x-dead-letter-exchange": DEAD_EXCHANGE, "x-dead-letter-routing-key": service}
    queue = await channel.declare_queue(name, durable=True, arguments=arguments)
    for key in keys:
        await queue.bind(EVENTS_EXCHANGE, key)
