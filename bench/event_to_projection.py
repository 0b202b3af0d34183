"""Events that change a table once each: the consumer's micro-batches beside a plain handler, which does one message in
one transaction. One message in five comes twice."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aiormq.channel import Channel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.events import EVENT, background, fresh_queue, on_the_wire, publishing, workspace_updated
from bench.figures import Chapter, Figure, interleaved, ratio
from bench.place import Place
from deploy.environment import worker_url
from deploy.waiting import eventually
from services.audit.handlers import handlers as log
from services.audit.settings import Settings
from shared.clock import Clock
from shared.consumer import Consumer
from shared.copies import follow_workspaces
from shared.db import Sessions, make_engine, make_sessions
from shared.handlers import Handlers, Listener
from shared.outbox import EVENTS_EXCHANGE
from shared.publishing import Outgoing, publish_batch
from shared.relay import BATCH

WORKSPACES = 300
PLAIN_SHARE = 5
"""The plain handler gets a fifth of the messages: its turns take about as long as the others'."""

_FIRST = text("INSERT INTO inbox (queue, event_id) VALUES (:queue, :id) ON CONFLICT DO NOTHING RETURNING event_id")
_EMPTY = """
SET session_replication_role = replica;
TRUNCATE inbox, workspace_copies, entries, waiting_entries, seals
"""

projection = Handlers("audit")
projection.gathered("workspaces", EVENT)(follow_workspaces)


@dataclass(frozen=True)
class Turn:
    rate: float
    """Messages a second, those included that came again."""
    doubled: int
    """How often the handler got an event that it had."""


async def run(place: Place) -> Chapter:
    url = await asyncio.to_thread(place.broker, "projection")
    engine = make_engine(worker_url("audit"), 5)
    sessions, count = make_sessions(engine, Settings()), place.sizes.messages // 2
    figures: list[Figure] = []
    async with place.database("audit") as database, publishing(url) as channel:
        for name, handlers in (("audit's log", log), ("a projection", projection)):
            turns = Turns(url, sessions, database, channel, handlers.listeners[0])
            ways = {"batches": partial(turns.batches, count), "plain": partial(turns.plain, count // PLAIN_SHARE)}
            figures += _figures(name, await interleaved(place.sizes.rounds, ways))
    await engine.dispose()
    return Chapter("event-to-projection", figures)


class Turns:
    """One listener's messages, settled in two ways."""

    def __init__(
        self, url: str, sessions: Sessions, database: "asyncpg.Connection[asyncpg.Record]", channel: AbstractChannel,
        listener: Listener,
    ) -> None:  # fmt: skip
        self._url, self._sessions, self._database, self._channel = url, sessions, database, channel
        self._do, self._listener = listener.do, replace(listener, do=self._count_and_do)
        self._handled = self._acknowledged = 0

    async def batches(self, count: int) -> Turn:
        """The consumer as it runs in a service."""
        events = await self._prepare(count)
        consumer = Consumer(Handlers("audit", [self._listener]), self._sessions, Clock(), self._url)

        async def is_connected() -> bool:
            return consumer.connected

        async def all_committed() -> bool:
            return bool(await self._database.fetchval("SELECT count(*) = $1 FROM inbox", events))

        async with background(consumer.run()):
            await eventually(is_connected, seconds=60, pause=0.0005)
            return await self._watch(all_committed, count, events)

    async def plain(self, count: int) -> Turn:
        """As it is usually written: a transaction and an acknowledgement for each message, fifty at work at once."""
        events = await self._prepare(count)

        async def all_acknowledged() -> bool:
            return self._acknowledged == count

        await self._channel.set_qos(prefetch_count=50)
        queue = await self._channel.get_queue(self._listener.queue)
        tag = await queue.consume(self._handle)
        try:
            return await self._watch(all_acknowledged, count, events)
        finally:
            await queue.cancel(tag)

    async def _handle(self, message: AbstractIncomingMessage) -> None:
        note = {"queue": self._listener.queue, "id": UUID(message.message_id)}
        async with self._sessions.begin() as session:
            if (await session.execute(_FIRST, note)).first():
                await self._listener.do(session, [self._listener.read(message.body)], Clock().now())
        await message.ack()
        self._acknowledged += 1

    async def _count_and_do(self, session: AsyncSession, contents: Sequence[Any], now: datetime) -> None:
        self._handled += len(contents)
        await self._do(session, contents, now)

    async def _watch(self, is_done: Callable[[], Awaitable[bool]], count: int, events: int) -> Turn:
        began = time.perf_counter()
        await eventually(is_done, seconds=60, pause=0.01)
        return Turn(count / (time.perf_counter() - began), self._handled - events)

    async def _prepare(self, count: int) -> int:
        """Empty tables, and a full queue. Returns how many of its messages are different."""
        self._handled = self._acknowledged = 0
        await self._database.execute(_EMPTY)
        await fresh_queue(self._channel, "audit", self._listener.queue, *self._listener.keys)
        messages = _one_in_five_again(count)
        channel = await self._channel.get_underlay_channel()
        assert isinstance(channel, Channel)
        for start in range(0, count, BATCH):
            assert not any(await publish_batch(channel, messages[start : start + BATCH]))
        return len({message.message_id for message in messages})


def _one_in_five_again(count: int) -> list[Outgoing]:
    """Messages about some hundred workspaces; every fifth one came before, just now or long ago."""
    workspaces, some = [uuid4() for _ in range(WORKSPACES)], random.Random(count)
    messages: list[Outgoing] = []
    for number in range(count):
        if number % 5 == 3:
            messages.append(some.choice(messages))
            continue
        event = workspace_updated(some.choice(workspaces), version=number)
        messages.append(Outgoing(str(event.event_id), EVENTS_EXCHANGE, EVENT.name, on_the_wire(event)))
    return messages


def _figures(name: str, found: dict[str, list[Turn]]) -> list[Figure]:
    rates = {way: [turn.rate for turn in turns] for way, turns in found.items()}
    behind = f"{median(rates['batches']):,.0f}/s; one message a transaction {median(rates['plain']):,.0f}/s"
    doubled = sum(turn.doubled for turns in found.values() for turn in turns)
    return [
        Figure(f"{name}: micro-batches / plain handler", ratio(rates["batches"], to=rates["plain"]), at_least=4.0,
               behind=behind),
        Figure(f"{name}: effects doubled", doubled, "of 20 % redelivered", at_most=0),
    ]  # fmt: skip
