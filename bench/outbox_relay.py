"""How quickly the outbox drains, beside what the broker takes from a bare socket and what aio-pika publishes by itself;
and how long an event takes from its commit to a handler in another service."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import asyncpg
from aio_pika.abc import AbstractChannel
from sqlalchemy.ext.asyncio import AsyncSession

from bench.events import EVENT, background, fresh_queue, on_the_wire, publishing, until, workspace_updated
from bench.figures import Chapter, Figure, interleaved, percentile, ratio
from bench.place import Place
from bench.raw_amqp import RawPublisher, encoded
from deploy.environment import worker_url
from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Sessions, make_engine, make_sessions
from shared.events.identity import WorkspaceUpdated
from shared.handlers import Handlers
from shared.outbox import EVENTS_EXCHANGE, Cause, emit, transaction
from shared.relay import BATCH, Relay

QUEUE = "bench.drained"
EVENTS_A_SECOND = 100


async def run(place: Place) -> Chapter:
    url = await asyncio.to_thread(place.broker, "relay")
    async with place.database("identity") as database, publishing(url) as channel:
        draining = Draining(url, database, channel, place.sizes.messages)
        subjects = {"relay": draining.relay, "raw": draining.raw, "gathered": draining.gathered}
        rates = await interleaved(place.sizes.rounds, subjects)
    delays = [await Delays().measure(url, place.sizes.event_seconds) for _ in range(place.sizes.rounds)]
    return Chapter("outbox-relay", [*_drained(rates), *_delayed(delays)])


class Draining:
    """Each turn publishes the same messages to an empty quorum queue and returns messages a second."""

    def __init__(
        self, url: str, database: "asyncpg.Connection[asyncpg.Record]", channel: AbstractChannel, count: int
    ) -> None:
        self._url, self._database, self._channel = url, database, channel
        events = [workspace_updated(uuid4()) for _ in range(count)]
        self._messages = [(event.event_id, on_the_wire(event)) for event in events]
        self._frames = [encoded(EVENTS_EXCHANGE, EVENT.name, str(id_), body) for id_, body in self._messages]

    async def relay(self) -> float:
        """The relay as it runs in a service, from a full outbox until it says that it sleeps."""
        await self._fill_outbox()
        await self._empty_queue()
        relay = Relay("identity", worker_url("identity"), self._url)

        async def is_connected() -> bool:
            return relay.connected

        async def is_asleep() -> bool:
            return bool(await self._database.fetchval("SELECT asleep FROM relay_state"))

        async with background(relay.run()):
            await until(is_connected, pause=0.0005)
            began = time.perf_counter()
            await until(is_asleep)
            return self._rate(began)

    async def raw(self) -> float:
        await self._empty_queue()
        publisher = await asyncio.to_thread(RawPublisher, self._url)
        try:
            return len(self._frames) / await asyncio.to_thread(publisher.publish, self._frames)
        finally:
            publisher.close()

    async def gathered(self) -> float:
        """aio-pika's public way: as many publishes at once as the relay takes in a batch."""
        await self._empty_queue()
        exchange = await self._channel.get_exchange(EVENTS_EXCHANGE, ensure=False)
        began = time.perf_counter()
        for start in range(0, len(self._messages), BATCH):
            await asyncio.gather(*(
                exchange.publish(aio_pika.Message(body, message_id=str(id_), delivery_mode=2,
                                                  content_type="application/json"), EVENT.name)
                for id_, body in self._messages[start : start + BATCH]
            ))  # fmt: skip
        return self._rate(began)

    def _rate(self, began: float) -> float:
        return len(self._messages) / (time.perf_counter() - began)

    async def _empty_queue(self) -> None:
        await fresh_queue(self._channel, "bench", QUEUE, EVENT.name)

    async def _fill_outbox(self) -> None:
        await self._database.execute("TRUNCATE outbox; UPDATE relay_state SET asleep = false")
        rows = [(id_, EVENTS_EXCHANGE, EVENT.name, body.decode()) for id_, body in self._messages]
        await self._database.copy_records_to_table(
            "outbox", records=rows, columns=["event_id", "exchange", "routing_key", "body"]
        )


class Delays:
    """Events committed in identity at a steady pace, and when billing's handler has each."""

    def __init__(self) -> None:
        self.committed: dict[UUID, float] = {}
        self.arrived: dict[UUID, float] = {}

    async def measure(self, url: str, seconds: float) -> list[float]:
        """Milliseconds from each commit to the handler."""
        writer, listener = make_engine(worker_url("identity"), 5), make_engine(worker_url("billing"), 5)
        relay = Relay("identity", worker_url("identity"), url)
        consumer = Consumer(self._handlers(), make_sessions(listener), Clock(), url)

        async def are_connected() -> bool:
            return consumer.connected and relay.connected

        async def all_arrived() -> bool:
            return self.arrived.keys() >= self.committed.keys()

        async with background(consumer.run()), background(relay.run()):
            await until(are_connected)
            await asyncio.sleep(0.3)  # the consumers' tasks listen by now
            await _at_a_steady_pace(lambda: self._commit(make_sessions(writer)), seconds)
            await until(all_arrived)
        await writer.dispose()
        await listener.dispose()
        return [max(0.0, self.arrived[id_] - at) * 1000 for id_, at in self.committed.items()]

    def _handlers(self) -> Handlers:
        handlers = Handlers("billing")

        @handlers.on(EVENT)
        async def note(session: AsyncSession, event: WorkspaceUpdated) -> None:
            self.arrived[event.event_id] = time.perf_counter()

        return handlers

    async def _commit(self, sessions: Sessions) -> None:
        event = workspace_updated(uuid4())
        cause = Cause(event.actor, Clock().now())
        async with transaction(sessions, cause, workspace_id=event.workspace_id) as session:
            await emit(session, event)
        self.committed[event.event_id] = time.perf_counter()


async def _at_a_steady_pace(commit: Callable[[], Coroutine[Any, Any, None]], seconds: float) -> None:
    """A commit that takes long delays no other one: each begins when its time has come."""
    began = time.perf_counter()
    async with asyncio.TaskGroup() as commits:
        for number in range(int(EVENTS_A_SECOND * seconds)):
            await asyncio.sleep(began + number / EVENTS_A_SECOND - time.perf_counter())
            commits.create_task(commit())


def _drained(rates: dict[str, list[float]]) -> list[Figure]:
    middle = {name: f"{median(found):,.0f}/s" for name, found in rates.items()}
    return [
        Figure("drain / raw socket", ratio(rates["relay"], to=rates["raw"]), at_least=0.4,
               behind=f"{middle['relay']}; raw socket {middle['raw']}"),
        Figure("drain / aio-pika's gathered publishes", ratio(rates["relay"], to=rates["gathered"]),
               behind=f"gathered {middle['gathered']}"),
    ]  # fmt: skip


def _delayed(delays: list[list[float]]) -> list[Figure]:
    count = sum(map(len, delays))
    behind = f"{EVENTS_A_SECOND} a second, {count:,} events, slowest {max(map(max, delays)):.1f} ms"
    return [
        Figure("commit to handler, p50", median(percentile(d, 50) for d in delays), "ms", at_most=3, behind=behind),
        Figure("commit to handler, p99", median(percentile(d, 99) for d in delays), "ms", at_most=10),
    ]
