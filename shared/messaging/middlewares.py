"""The FastStream middlewares of every handler, outermost first."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from faststream import BaseMiddleware
from faststream.rabbit import RabbitBroker, RabbitExchange

from shared.clock import Clock
from shared.db import Sessions
from shared.errors import NotYetKnown, Permanent, is_lost_connection
from shared.logs import correlated
from shared.messaging import inbox, topology
from shared.messaging.batches import Batch, BatchSubscriber, Delivery
from shared.messaging.listeners import Listener, Work
from shared.outbox import KEPT_HEADERS
from shared.telemetry import metrics

log = structlog.get_logger()

Next = Callable[[Batch], Awaitable[Any]]

TRIES = "x-portico-tries"


class AroundBatches(BaseMiddleware[Any, Any]):
    """The base of the middlewares here, with the listener of the batch."""

    @property
    def listener(self) -> Listener:
        subscriber: BatchSubscriber = self.context.get_local("handler_")
        return subscriber.listener


class LogContext(AroundBatches):
    """Binds the queue's name to all logged lines."""

    async def consume_scope(self, call_next: Next, msg: Any) -> Any:
        with structlog.contextvars.bound_contextvars(queue=self.listener.queue):
            return await call_next(msg)


class Settle(AroundBatches):
    """Retries the messages of a failed batch one by one. A message that fails alone is published for a delayed retry or
    dead-lettered with the reason. Then the batch is acknowledged. If that fails, the queue is read again."""

    async def consume_scope(self, call_next: Next, msg: Any) -> None:
        readable = [each for each in msg.deliveries if each.problem is None]
        for each in msg.deliveries:
            if each.problem is not None:
                await self._put_aside(each, each.problem)
        if len(readable) < 2 or not await self._together(call_next, readable):
            for each in readable:
                with correlated(each.correlation_id or ""):
                    await self._alone(call_next, each)
        await msg.ack()

    async def _together(self, call_next: Next, deliveries: Sequence[Delivery]) -> bool:
        """Process all in one transaction. Returns False if it failed and was rolled back."""
        try:
            await call_next(Batch(deliveries))
        except Exception as error:
            log.info("batch.split", size=len(deliveries), error=repr(error))
            metrics.BATCHES.labels(self.listener.queue, "split").inc()
            return False
        self._count("done", len(deliveries))
        return True

    async def _alone(self, call_next: Next, delivery: Delivery) -> None:
        while True:
            try:
                await call_next(Batch([delivery]))
                return self._count("done")
            except Permanent as problem:
                return await self._put_aside(delivery, str(problem))
            except Exception as error:
                if not is_lost_connection(error):
                    return await self._try_later(delivery, error)
                # The database is unavailable, which is not this message's fault: wait without counting an attempt.
                log.warning("consumer.database_unavailable")
                await asyncio.sleep(1)

    async def _try_later(self, delivery: Delivery, error: Exception) -> None:
        tries = delivery.headers.get(TRIES)
        tries = tries if isinstance(tries, int) and tries > 0 else 0  # a publisher may have written anything there
        say = log.info if (early := isinstance(error, NotYetKnown)) else log.warning  # that is no fault of anybody's
        say("event.failed", event_id=str(delivery.id), tries=tries + 1, error=str(error), exc_info=not early and error)
        if tries >= len(topology.RETRY_DELAYS):
            return await self._put_aside(delivery, repr(error))
        key = topology.retry_key(topology.RETRY_DELAYS[tries], self.listener.queue)
        await self._publish(delivery, topology.retry_exchange(self.listener.service), key, {TRIES: tries + 1})
        self._count("retried")

    async def _put_aside(self, delivery: Delivery, reason: str) -> None:
        self._count("put_aside")
        with correlated(delivery.correlation_id or ""):
            log.error("event.put_aside", event_id=str(delivery.id), reason=reason[:500])
        if self.listener.is_command:
            return  # it may contain a secret and expires soon, so it is not dead-lettered
        headers = {"x-portico-queue": self.listener.queue, "x-portico-reason": reason[:2000]}
        await self._publish(delivery, topology.dead_letters(self.listener.service), "", headers)

    def _count(self, outcome: str, messages: int = 1) -> None:
        queue = self.listener.queue
        metrics.MESSAGES.labels(queue, outcome).inc(messages)
        if outcome == "done":
            metrics.BATCHES.labels(queue, outcome).inc()

    async def _publish(self, delivery: Delivery, exchange: str, key: str, headers: dict[str, Any]) -> None:
        broker: RabbitBroker = self.context.get_local("broker")
        kept = {name: delivery.headers[name] for name in KEPT_HEADERS if name in delivery.headers}
        async with asyncio.timeout(10):  # aio-pika's own timeout does not work while the broker hangs
            await broker.publish(
                delivery.raw.body, exchange=RabbitExchange(exchange, declare=False), routing_key=key, persist=True,
                headers=kept | headers, message_id=str(delivery.id), correlation_id=delivery.correlation_id,
                content_type="application/json")  # fmt: skip


class OneTransaction(AroundBatches):
    """One transaction per batch, which also records its messages in the inbox. Messages recorded before are skipped."""

    def __init__(self, msg: Any, /, *, context: Any, sessions: Sessions, clock: Clock, settings: Any) -> None:
        super().__init__(msg, context=context)
        self._sessions, self._clock, self._settings = sessions, clock, settings

    async def consume_scope(self, call_next: Next, msg: Any) -> None:
        deliveries = {each.id: each for each in msg.deliveries}
        async with self._sessions.begin() as session:
            new = await inbox.note(session, self.listener.queue, list(deliveries))
            if first := [each for id_, each in deliveries.items() if id_ in new]:
                traces = [str(each.headers.get("traceparent")) for each in first]
                with self.context.scope("work", Work(session, self._clock.now(), self._settings, traces)):
                    await call_next(Batch(first))
