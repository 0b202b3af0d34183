"""A service's handlers with FastStream's test broker in place of RabbitMQ; everything else as it runs."""

from collections.abc import AsyncIterator, Callable
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
from tests.harness.kept import here


class At(Clock):
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Surroundings:
    """What a service's broker reads when it handles a message: the sessions, the clock and the settings of the test
    that sends it."""

    sessions: Sessions
    clock: Clock
    settings: Any

    def begin(self) -> Any:
        return self.sessions.begin()

    def now(self) -> datetime:
        return self.clock.now()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.settings, name)


async def _broker(router: ServiceRouter) -> tuple[RabbitBroker, Surroundings]:
    """Started once: FastStream then reads the signatures of all handlers, which takes longer than most tests."""
    kept = here()
    if router not in kept:
        around: Any = Surroundings()
        broker = service_broker(router, around, around, "amqp://nobody.example", around)
        kept[router, TestRabbitBroker] = TestRabbitBroker(broker)
        await kept[router, TestRabbitBroker].__aenter__()
        kept[router] = broker, around
    found: tuple[RabbitBroker, Surroundings] = kept[router]
    return found


class Hearing:
    """Delivers messages to the listeners that are bound to them, through the middlewares and in their transactions. To
    the inbox each one is new: an event that is delivered twice is handled twice."""

    def __init__(self, broker: RabbitBroker, enter: Callable[[], None]) -> None:
        self._broker, self._enter = broker, enter

    async def event(self, event: Event) -> int:
        """Deliver an event; returns how many listeners got it."""
        return await self._send(event.name, event.to_wire())

    async def command(self, queue: str, body: dict[str, Any]) -> int:
        return await self._send(queue, body)

    async def _send(self, key: str, body: dict[str, Any]) -> int:
        self._enter()
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
    broker, around = await _broker(router)

    def enter() -> None:
        around.sessions, around.clock, around.settings = sessions, clock, settings

    yield Hearing(broker, enter)
