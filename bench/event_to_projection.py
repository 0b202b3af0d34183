"""Events that change a table once each: the consumer's batches against a plain FastStream handler with one transaction
per message. One message in five is delivered twice."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from aio_pika.abc import AbstractChannel
from aiormq.channel import Channel
from faststream.middlewares import AckPolicy
from faststream.rabbit import Channel as FiftyAtOnce
from faststream.rabbit import RabbitQueue
from faststream.rabbit.annotations import RabbitMessage
from sqlalchemy import text

from bench.events import EVENT, as_relayed, background, fresh_queues, publishing, workspace_updated
from bench.figures import BenchResult, Figure, interleaved, ratio
from bench.installation import BenchInstallation
from deploy.environment import worker_url
from deploy.waiting import eventually
from services.audit.handlers import record_everything
from services.audit.settings import Settings
from shared.clock import Clock
from shared.copies import follow_workspaces
from shared.db import Sessions, make_engine, make_sessions
from shared.messaging.consumer import Consumer, make_broker
from shared.messaging.listeners import Work
from shared.messaging.publishing import Outgoing, publish_batch
from shared.messaging.relay import BATCH
from shared.messaging.router import ServiceRouter

WORKSPACES = 300
PLAIN_SHARE = 5
"""The plain handler gets a fifth of the messages, so that its turns take about as long as the others'."""

_FIRST = text("INSERT INTO inbox (queue, event_id) VALUES (:queue, :id) ON CONFLICT DO NOTHING RETURNING event_id")
_EMPTY = """
SET session_replication_role = replica;
TRUNCATE inbox, workspace_copies, entries, waiting_entries, seals
"""

log, projection = ServiceRouter("audit"), ServiceRouter("audit")
log.everything(record_everything)
projection.project(EVENT, queue="workspaces")(follow_workspaces)


@dataclass(frozen=True)
class Turn:
    rate: float
    """Messages per second, duplicates included."""
    doubled: int
    """How often the handler got an event that it had handled before."""


async def run(installed: BenchInstallation) -> BenchResult:
    url = await asyncio.to_thread(installed.broker, "projection")
    engine = make_engine(worker_url("audit"), 5)
    sessions, count = make_sessions(engine), installed.sizes.messages // 2
    figures: list[Figure] = []
    async with installed.database("audit") as database, publishing(url) as channel:
        for name, router in (("audit's log", log), ("a projection", projection)):
            turns = Turns(url, sessions, database, channel, router)
            ways = {"batches": partial(turns.batches, count), "plain": partial(turns.plain, count // PLAIN_SHARE)}
            figures += _figures(name, await interleaved(installed.sizes.rounds, ways))
    await engine.dispose()
    return BenchResult("event-to-projection", figures)


class Turns:
    """One listener's messages, consumed in two ways."""

    def __init__(
        self, url: str, sessions: Sessions, database: "asyncpg.Connection[asyncpg.Record]", channel: AbstractChannel,
        router: ServiceRouter,
    ) -> None:  # fmt: skip
        self._url, self._sessions, self._database, self._channel = url, sessions, database, channel
        self._router, [listener] = router, router.listeners
        self._do, self._listener = listener.do, replace(listener, do=self._count_and_do)
        self._handled = self._acknowledged = 0

    async def batches(self, count: int) -> Turn:
        """The consumer as it runs in a service."""
        events = await self._prepare(count)
        consumer = Consumer(self._router, self._sessions, Clock(), self._url, settings=Settings())
        consumer.subscribers[0].listener = self._listener

        async def all_committed() -> bool:
            return bool(await self._database.fetchval("SELECT count(*) = $1 FROM inbox", events))

        async with background(consumer.run()):
            await eventually(lambda: consumer.connected, seconds=60, pause=0.0005)
            return await self._watch(all_committed, count, events)

    async def plain(self, count: int) -> Turn:
        """FastStream's own subscriber: a transaction and an acknowledgement per message, fifty messages at a time."""
        events = await self._prepare(count)
        broker = make_broker(self._url, "plain")
        queue = RabbitQueue(self._listener.queue, declare=False)
        settings = {"channel": FiftyAtOnce(prefetch_count=50), "ack_policy": AckPolicy.MANUAL, "no_reply": True}
        broker.subscriber(queue, **settings)(self._handle)  # type: ignore[call-overload]
        await broker.start()
        try:
            return await self._watch(lambda: self._acknowledged == count, count, events)
        finally:
            await broker.stop()

    async def _handle(self, body: dict[str, Any], message: RabbitMessage) -> None:
        note = {"queue": self._listener.queue, "id": UUID(message.message_id)}
        async with self._sessions.begin() as session:
            if (await session.execute(_FIRST, note)).first():
                await self._listener.do(
                    Work(session, Clock().now(), Settings(), ["None"]), [self._listener.read(message.body)]
                )
        await message.ack()
        self._acknowledged += 1

    async def _count_and_do(self, work: Work, contents: Sequence[Any]) -> None:
        self._handled += len(contents)
        await self._do(work, contents)

    async def _watch(self, is_done: Callable[[], Awaitable[bool] | bool], count: int, events: int) -> Turn:
        began = time.perf_counter()
        await eventually(is_done, seconds=60, pause=0.01)
        return Turn(count / (time.perf_counter() - began), self._handled - events)

    async def _prepare(self, count: int) -> int:
        """Empty tables, and a full queue. Returns how many of its messages are different."""
        self._handled = self._acknowledged = 0
        await self._database.execute(_EMPTY)
        await fresh_queues(self._channel, "audit", self._listener.queue)
        messages = _one_in_five_again(count)
        channel = await self._channel.get_underlay_channel()
        assert isinstance(channel, Channel)
        for start in range(0, count, BATCH):
            assert not any(await publish_batch(channel, messages[start : start + BATCH]))
        return len({message.message_id for message in messages})


def _one_in_five_again(count: int) -> list[Outgoing]:
    """Messages about some hundred workspaces; every fifth one repeats an earlier one, recent or old."""
    workspaces, some = [uuid4() for _ in range(WORKSPACES)], random.Random(count)
    messages: list[Outgoing] = []
    for number in range(count):
        if number % 5 == 3:
            messages.append(some.choice(messages))
            continue
        event = workspace_updated(some.choice(workspaces), version=number)
        messages.append(as_relayed(event))
    return messages


def _figures(name: str, found: dict[str, list[Turn]]) -> list[Figure]:
    rates = {way: [turn.rate for turn in turns] for way, turns in found.items()}
    behind = f"{median(rates['batches']):,.0f}/s; one message a transaction {median(rates['plain']):,.0f}/s"
    doubled = sum(turn.doubled for turns in found.values() for turn in turns)
    return [
        Figure(f"{name}: batches / plain FastStream handler", ratio(rates["batches"], to=rates["plain"]), at_least=8.0,
               behind=behind),
        Figure(f"{name}: effects doubled", doubled, "of 20 % redelivered", at_most=0),
    ]  # fmt: skip
