"""Takes messages from a service's queues: in micro-batches, each batch one transaction, acknowledged after its commit.

A message that was done before does nothing (the inbox). A batch that fails is done again one message at a time; a
message that fails alone waits in a delay queue and comes back, without holding a place here; after the last delay, or
when trying again cannot help, it is put aside for an operator with the reason.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from aio_pika.abc import AbstractConnection
from aiormq.abc import DeliveredMessage
from aiormq.channel import Channel
from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, func

from shared import broker
from shared.clock import Clock
from shared.db import Kind, Sessions, plumbing, run_sql
from shared.errors import Permanent, is_lost_connection
from shared.handlers import Delivery, Handlers, Listener
from shared.publishing import Outgoing, publish_batch

log = structlog.get_logger()

PREFETCH = 200
HEARTBEAT_SECONDS = 10
SILENT_AFTER_SECONDS = 60

inbox = Table(
    "inbox",
    plumbing,
    Column("queue", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    info={"kind": Kind.plumbing},
)
Index("ix_inbox_received_at", inbox.c.received_at)

_FIRST_DELIVERIES = (
    "INSERT INTO inbox (queue, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id"
)


class ConnectionLost(Exception):
    """The broker's connection or one of its consumers is gone: all are built anew."""


class Consumer:
    """Listens for one service until cancelled; after a lost connection it builds everything anew."""

    def __init__(self, handlers: Handlers, sessions: Sessions, clock: Clock, rabbitmq_url: str) -> None:
        self.connected = False
        self._handlers = handlers
        self._sessions = sessions
        self._clock = clock
        self._url = rabbitmq_url
        self._last_beat = time.monotonic()

    @property
    def alive(self) -> bool:
        """False when the broker is connected but the heartbeat we send ourselves does not come back."""
        return not self.connected or time.monotonic() - self._last_beat < SILENT_AFTER_SECONDS

    async def run(self) -> None:
        while True:
            try:
                await self._listen()
            except asyncio.CancelledError:
                if broker.is_really_cancelled():
                    raise
            except Exception as error:
                log.warning("consumer.interrupted", error=repr(error))
            finally:
                self.connected = False
            await asyncio.sleep(0.5 + random.random())

    async def _listen(self) -> None:
        service = self._handlers.service
        async with broker.connect(self._url, f"{service} consumer") as connection:
            setup = await connection.channel()
            await broker.declare_exchanges(setup)
            await broker.declare_dead_queue(setup, service)
            for listener in self._handlers.listeners:
                await broker.declare_work_queue(setup, service, listener.queue, listener.keys)
            async with asyncio.TaskGroup() as group:
                group.create_task(_surely(_fail_when_closed(connection)))
                group.create_task(_surely(self._beat(connection)))
                for listener in self._handlers.listeners:
                    group.create_task(_surely(self._work(connection, listener)))
                self._last_beat = time.monotonic()
                self.connected = True

    async def _work(self, connection: AbstractConnection, listener: Listener) -> None:
        """Take what waits in one queue, at most PREFETCH messages at a time."""
        waiting: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
        channel = await broker.open_channel(connection)
        await channel.basic_qos(prefetch_count=PREFETCH)
        consumer = await channel.basic_consume(listener.queue, waiting.put)
        while True:
            try:
                messages = [await asyncio.wait_for(waiting.get(), HEARTBEAT_SECONDS)]
            except TimeoutError:
                if channel.is_closed or consumer.consumer_tag not in channel.consumers:
                    raise ConnectionLost(f"nobody consumes {listener.queue}") from None
                continue
            while not waiting.empty():
                messages.append(waiting.get_nowait())
            batch = Batch(self._handlers.service, listener, channel, self._sessions, self._clock)
            await batch.settle(messages)
            await channel.basic_ack(messages[-1].delivery_tag or 0, multiple=True)

    async def _beat(self, connection: AbstractConnection) -> None:
        """Send ourselves a message now and then, and note when it arrives."""

        async def note(message: DeliveredMessage) -> None:
            self._last_beat = time.monotonic()

        channel = await broker.open_channel(connection)
        queue = str((await channel.queue_declare(exclusive=True, auto_delete=True)).queue)
        await channel.basic_consume(queue, note, no_ack=True)
        while True:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await channel.basic_publish(b"", routing_key=queue)
            await asyncio.sleep(HEARTBEAT_SECONDS)


class Batch:
    """Some messages of one queue on their way to being settled."""

    def __init__(self, service: str, listener: Listener, channel: Channel, sessions: Sessions, clock: Clock) -> None:
        self.service, self.listener, self.channel = service, listener, channel
        self._sessions, self._clock = sessions, clock

    async def settle(self, messages: Sequence[DeliveredMessage]) -> None:
        """Do all, or put each that fails where it belongs. When this returns, all may be acknowledged."""
        readable: list[tuple[DeliveredMessage, Delivery]] = []
        for message in messages:
            try:
                readable.append((message, self._read(message)))
            except Permanent as problem:
                await self._put_aside(message, str(problem))
        if len(readable) > 1 and await self._do_together([delivery for _, delivery in readable]):
            return
        for message, delivery in readable:
            await self._do_alone(message, delivery)

    async def _do_together(self, deliveries: Sequence[Delivery]) -> bool:
        """Whether all went well in one transaction; if not, none is done."""
        try:
            await self._do(deliveries)
        except Exception as error:
            log.info("batch.split", queue=self.listener.queue, size=len(deliveries), error=repr(error))
            return False
        return True

    def _read(self, message: DeliveredMessage) -> Delivery:
        try:
            id_ = UUID(str(message.header.properties.message_id))
        except ValueError:
            raise Permanent("The message has no id.") from None
        return Delivery(id_, self.listener.read(message.body))

    async def _do(self, deliveries: Sequence[Delivery]) -> None:
        ids = [delivery.id for delivery in deliveries]
        async with self._sessions.begin() as session:
            first_time = await run_sql(session, _FIRST_DELIVERIES, self.listener.queue, ids)
            new = set(first_time.scalars())
            first = {delivery.id: delivery for delivery in deliveries if delivery.id in new}
            if first:
                contents = [delivery.content for delivery in first.values()]
                await self.listener.do(session, contents, self._clock.now())

    async def _do_alone(self, message: DeliveredMessage, delivery: Delivery) -> None:
        while True:
            try:
                return await self._do([delivery])
            except Permanent as problem:
                return await self._put_aside(message, str(problem))
            except Exception as error:
                if not is_lost_connection(error):
                    return await self._try_later(message, error)
                # The database is away. That is not this message's fault: it waits here and costs it no try.
                log.warning("consumer.database_unavailable", queue=self.listener.queue)
                await asyncio.sleep(1)

    async def _try_later(self, message: DeliveredMessage, error: Exception) -> None:
        tries = _tries(message)
        log.warning("event.failed", queue=self.listener.queue, event_id=message.header.properties.message_id,
                    tries=tries + 1, exc_info=error)  # fmt: skip
        if tries >= len(broker.RETRY_DELAYS):
            return await self._put_aside(message, repr(error))
        exchange = broker.retry_name(broker.RETRY_DELAYS[tries])
        await self._publish(message, exchange, self.listener.queue, {"x-portico-tries": tries + 1})

    async def _put_aside(self, message: DeliveredMessage, reason: str) -> None:
        log.error("event.put_aside", queue=self.listener.queue, reason=reason[:500])
        if self.listener.is_command:
            return  # it may hold a secret, and its time is short: it is not kept
        headers = {"x-portico-queue": self.listener.queue, "x-portico-reason": reason[:2000]}
        await self._publish(message, broker.DEAD_EXCHANGE, self.service, headers)

    async def _publish(self, message: DeliveredMessage, exchange: str, key: str, headers: dict[str, Any]) -> None:
        id_ = message.header.properties.message_id or "none"
        moved = Outgoing(id_, exchange, key, message.body, headers=headers)
        [failure] = await publish_batch(self.channel, [moved])
        if failure is not None:
            raise ConnectionLost(f"the broker did not take a message back: {failure!r}")


def _tries(message: DeliveredMessage) -> int:
    headers = message.header.properties.headers or {}
    return int(str(headers.get("x-portico-tries", 0)))


async def _fail_when_closed(connection: AbstractConnection) -> None:
    await connection.closed()
    raise ConnectionLost("the broker closed the connection")


async def _surely(work: Any) -> None:
    """A task group takes a cancelled task for a finished one: what the library cancels must be a failure to it."""
    try:
        await work
    except asyncio.CancelledError:
        if broker.is_really_cancelled():
            raise
        raise ConnectionLost("cancelled by the connection") from None
    raise ConnectionLost("a consumer ended")
