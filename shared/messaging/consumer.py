"""The consumer of a service: FastStream's broker with the service's router, supervised."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from faststream.rabbit import Channel, RabbitBroker

from shared.clock import Clock
from shared.db import Sessions
from shared.logins import each_login
from shared.messaging import connection
from shared.messaging.batches import BatchSubscriber, abandon, subscribers_of
from shared.messaging.connection import ConnectionLost, count_waiting, in_time, keep_running
from shared.messaging.middlewares import LogContext, OneTransaction, Settle
from shared.messaging.router import ServiceRouter
from shared.messaging.topology import dead_letters
from shared.messaging.workers import Sharing
from shared.telemetry import metrics

log = structlog.get_logger()

LOOK_SECONDS = 5.0
"""The interval at which the lengths of the queues are read."""
SILENT_AFTER_SECONDS = 60.0


def make_broker(url: str, name: str, **options: Any) -> RabbitBroker:
    """FastStream's broker. It reconnects automatically, to any of the nodes, and raises for unroutable messages."""
    # FastStream turns them into URL options, where aiormq calls the connection's name "name".
    properties: Any = {"name": f"portico {name}", "heartbeat": connection.HEARTBEAT_SECONDS}
    urls = each_login(url)
    broker = RabbitBroker(
        str(connection.nodes_of(urls[0])[0]), client_properties=properties, reconnect_interval=0.5,
        timeout=connection.CONNECT_SECONDS, fail_fast=False, logger=None, graceful_timeout=2,
        default_channel=Channel(on_return_raises=True), **options)  # fmt: skip
    broker._connection_kwargs["connection_class"] = partial(connection.RestoredConnection, urls=urls)
    return broker


async def stop(broker: RabbitBroker) -> None:
    """Finish the current batches and disconnect, with a timeout for a hanging broker."""
    if not await in_time(broker.stop(), 4):
        await abandon(broker)


def service_broker(
    router: ServiceRouter, sessions: Sessions, clock: Clock, url: str, settings: Any = None,
    observers: Sequence[Any] = ()) -> RabbitBroker:  # fmt: skip
    """The broker of one process with the listeners of ``router``, for handlers with these settings. ``observers`` are
    the outermost middlewares."""
    around = (LogContext, Settle, partial(OneTransaction, sessions=sessions, clock=clock, settings=settings))
    broker = make_broker(url, f"{router.service} consumer", middlewares=observers, apply_types=False)
    broker.include_router(router, middlewares=around)
    return broker


class Consumer:
    """Runs a service's broker until cancelled. FastStream restores lost connections; if RabbitMQ does not answer in
    time, the broker is restarted."""

    def __init__(
        self, router: ServiceRouter, sessions: Sessions, clock: Clock, rabbitmq_url: str, *,
        settings: Any = None, partitions: Mapping[str, int] | None = None, observers: Sequence[Any] = ()
    ) -> None:  # fmt: skip
        self.broker = service_broker(router, sessions, clock, rabbitmq_url, settings, observers)
        self.subscribers: list[BatchSubscriber] = subscribers_of(self.broker)
        for subscriber in self.subscribers:
            subscriber.divide((partitions or {}).get(subscriber.listener.queue, 1))
        self.readers = [reader for each in self.subscribers for reader in each.readers]
        self._queues = [dead_letters(router.service), *(reader.name for reader in self.readers)]
        self._sharing = Sharing(sessions, self.subscribers)
        self._answered_at = time.monotonic()

    @property
    def connected(self) -> bool:
        found = self.broker._connection
        return found is not None and found.connected.is_set()

    @property
    def alive(self) -> bool:
        """False when the broker is connected but has not answered for a minute."""
        return not self.connected or time.monotonic() - self._answered_at < SILENT_AFTER_SECONDS

    @property
    def not_consumed(self) -> dict[str, float]:
        """Queues that should be but are not consumed, with the duration in seconds."""
        return {reader.name: reader.not_consumed_for for reader in self.readers if reader.not_consumed_for}

    async def run(self) -> None:
        sharing = asyncio.create_task(self._sharing.run())
        try:
            await keep_running(self._listen, "consumer", lambda: 0.5 + random.random())
        finally:
            sharing.cancel()
            await asyncio.wait([sharing], timeout=3)

    async def _listen(self) -> None:
        await self.broker.connect()
        try:
            await self.broker.start()
            await self._watch()
        finally:
            await stop(self.broker)

    async def _watch(self) -> None:
        self._answered_at = time.monotonic()
        while True:
            if self.connected:
                await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        """Read the length of each queue, which is also a liveness check of the broker."""
        found = await self.broker.connect()
        try:
            async with asyncio.timeout(2 * connection.HEARTBEAT_SECONDS):
                async for queue, waiting in count_waiting(found, self._queues):
                    gauge = metrics.DEAD_LETTERS if queue == self._queues[0] else metrics.QUEUE_WAITING.labels(queue)
                    gauge.set(waiting)
        except TimeoutError:
            raise ConnectionLost("the broker does not answer") from None
        except connection.BROKEN as error:  # FastStream is reconnecting
            log.info("consumer.did_not_count", error=repr(error))
        else:
            self._answered_at = time.monotonic()
