"""A service's handlers with FastStream's test broker in place of RabbitMQ; everything else as it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from faststream.exceptions import SubscriberNotFound
from faststream.rabbit import RabbitBroker, TestRabbitBroker
from faststream.rabbit.testing import build_message

from shared.clock import Clock
from shared.db import Sessions
from shared.events import Event
from shared.messaging.batches import subscribers_of
from shared.messaging.consumer import service_broker
from shared.messaging.router import ServiceRouter


class At(Clock):
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Hearing:
    """Delivers messages to the listeners that are bound to them, through the middlewares and in their transactions. To
    the inbox each one is new: an event that is delivered twice is handled twice."""

    def __init__(self, broker: RabbitBroker) -> None:
        self._broker = broker

    async def event(self, event: Event) -> int:
        """Deliver an event; returns how many listeners got it."""
        return await self._send(event.name, event.to_wire())

    async def command(self, queue: str, body: dict[str, Any]) -> int:
        return await self._send(queue, body)

    async def _send(self, key: str, body: dict[str, Any]) -> int:
        heard = [each for each in subscribers_of(self._broker) if key in each.listener.keys]
        for each in heard:
            message = await build_message(
                orjson.dumps(body), exchange=each.exchange, routing_key=key, message_id=str(uuid4()),
                content_type="application/json", correlation_id=str(body.get("correlation_id", "")),
            )  # fmt: skip
            try:
                await each.process_message(message)
            except SubscriberNotFound as moved:  # it went to a retry or dead-letter queue, which has no listener
                raise moved.__context__ or moved from None
        return len(heard)


@asynccontextmanager
async def hearing(
    router: ServiceRouter, sessions: Sessions, clock: Clock, settings: Any = None
) -> AsyncIterator[Hearing]:
    async with TestRabbitBroker(service_broker(router, sessions, clock, "amqp://nobody.example", settings)) as broker:
        yield Hearing(broker)
