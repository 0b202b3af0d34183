"""A RabbitMQ subscriber for FastStream that processes messages in batches.

FastStream has batches for Kafka, not for RabbitMQ. Everything else is FastStream's: the connection, routers,
middlewares, AsyncAPI, metrics, the test broker. Only this file uses undocumented names of FastStream; its minor version
is pinned, and a test reports which name is missing.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from aio_pika import IncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError
from aiormq.abc import DeliveredMessage
from faststream.message import StreamMessage
from faststream.middlewares import AckPolicy
from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue, RabbitRouter
from faststream.rabbit.broker.registrator import RabbitRegistrator
from faststream.rabbit.subscriber import RabbitSubscriber
from faststream.rabbit.subscriber.config import RabbitSubscriberConfig, RabbitSubscriberSpecificationConfig
from faststream.rabbit.subscriber.factory import CallsCollection  # type: ignore[attr-defined]
from faststream.rabbit.subscriber.specification import RabbitSubscriberSpecification

from shared.events.reading import Unreadable
from shared.messaging.connection import in_time
from shared.messaging.listeners import Listener
from shared.messaging.reading import QueueReader
from shared.messaging.topology import partitions_of

Raw = IncomingMessage | DeliveredMessage
"""A message of aio-pika or of aiormq."""

NO_ID = UUID(int=0)


@dataclass(slots=True)
class Delivery:
    """One message: its id, which is the event's, and its content or the reason why it is unreadable."""

    raw: Raw
    id: UUID
    correlation_id: str | None
    headers: dict[str, Any]
    content: Any = None
    problem: str | None = None

    @classmethod
    def of(cls, raw: Raw, read: Callable[[bytes], Any]) -> "Delivery":
        properties: Any = raw.header.properties if isinstance(raw, DeliveredMessage) else raw
        delivery = cls(raw, NO_ID, properties.correlation_id, properties.headers or {})
        try:
            delivery.id = UUID(str(properties.message_id))
            delivery.content = read(raw.body)
        except Unreadable as problem:
            delivery.problem = str(problem)
        except ValueError:
            delivery.problem = "The message has no id."
        return delivery


class Batch(StreamMessage[Sequence[Raw]]):
    """Deliveries of one queue, in order."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        first = deliveries[0]
        # FastStream links a batch to the traces of its messages by these two headers.
        headers = [each.headers | {"correlation_id": each.correlation_id} for each in deliveries]
        super().__init__([each.raw for each in deliveries], b"", message_id=str(first.id),
                         correlation_id=first.correlation_id, batch_headers=headers)  # fmt: skip
        self.deliveries = deliveries

    async def decode(self) -> list[Any]:
        return [each.content for each in self.deliveries]

    async def ack(self) -> None:
        """Acknowledge all with one frame. If the connection is lost, they are redelivered."""
        await super().ack()
        last = self.raw_message[-1]
        with suppress(ChannelInvalidStateError):
            await last.channel.basic_ack(last.delivery_tag or 0, multiple=True)


class BatchSubscriber(RabbitSubscriber):
    """Processes up to `BATCH` waiting messages per batch, one batch after the other, which preserves the queue's
    order. Each queue is read independently, so that a missing queue does not prevent the broker from starting."""

    def __init__(self, listener: Listener, config: RabbitSubscriberConfig, specification: Any, calls: Any) -> None:
        super().__init__(config, specification, calls)
        self.listener = listener
        self.readers: list[QueueReader] = []
        self._parser = self._open
        self._tasks: list[asyncio.Task[None]] = []
        self._turn = asyncio.Lock()

    def divide(self, partitions: int) -> None:
        """Read this number of partition queues instead of one. Call before the broker starts. A process still handles
        one batch at a time, so that it needs no more database connections; throughput grows with the number of
        workers."""
        names = partitions_of(self.listener.queue, partitions)
        self.readers = [QueueReader(name, self._connect, self.process_message, partitions == 1) for name in names]

    async def start(self) -> None:
        await super(RabbitSubscriber, self).start()
        if not self.readers:
            self.divide(1)
        self._post_start()
        self._tasks = [asyncio.create_task(reader.run()) for reader in self.readers]

    async def stop(self) -> None:
        await super().stop()  # waits for the current batch
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=3)
        self._tasks = []

    async def process_message(self, msg: Any) -> Any:
        messages = msg if isinstance(msg, list) else [msg]
        async with self._turn:
            if self.running:  # messages that arrive during the shutdown are requeued
                return await super().process_message(messages)  # type: ignore[arg-type]
        return await asyncio.Event().wait()

    async def _connect(self) -> Any:
        broker: RabbitBroker = self._outer_config.extra_context["broker"]
        connection = await broker.connect()
        await connection.ready()
        return connection

    async def _open(self, messages: list[Raw]) -> Batch:
        return Batch([Delivery.of(message, self.listener.read) for message in messages])


def subscribe(router: RabbitRouter, listener: Listener, handler: str) -> BatchSubscriber:
    """Create and register a subscriber, as FastStream's ``router.subscriber`` does. The AsyncAPI document describes
    events (docs/asyncapi.py), not batches."""
    (exchange, key), *_ = listener.sources
    kind = ExchangeType.DIRECT if listener.is_command else ExchangeType.TOPIC
    where: Any = {
        "queue": RabbitQueue(listener.queue, routing_key=key, declare=False),
        "exchange": RabbitExchange(exchange, kind, declare=False),
    }
    config, calls = cast(Any, router.config), cast(Any, CallsCollection())
    described = RabbitSubscriberSpecificationConfig(title_=None, description_=None, include_in_schema=False, **where)
    own = RabbitSubscriberConfig(no_reply=True, _ack_policy=AckPolicy.MANUAL, _outer_config=config, **where)
    made = BatchSubscriber(listener, own, RabbitSubscriberSpecification(config, described, calls), calls)
    super(RabbitRegistrator, router).subscriber(made)

    async def handle(contents: list[Any]) -> None:
        # Not by Context(): FastDepends would look that up in another thread.
        await made.listener.do(router.config.context.get_local("work"), contents)

    handle.__name__ = handler
    made(handle)
    return made


def subscribers_of(broker: RabbitBroker) -> list[BatchSubscriber]:
    """All batch subscribers of a broker, in the same order in every process."""
    found = (each for each in broker.subscribers if isinstance(each, BatchSubscriber))
    return sorted(found, key=lambda each: each.listener.queue)


async def abandon(broker: RabbitBroker) -> None:
    """Drop a broker's connection that could not be closed in time, so that the broker reconnects."""
    connection, broker._connection, broker._channel = broker._connection, None, None
    broker.config.broker_config.disconnect()
    if connection is not None:
        await in_time(connection.close(), 1)  # ends its attempts to reconnect
