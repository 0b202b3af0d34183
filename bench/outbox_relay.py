"""The rate at which the relay drains the outbox, against a bare socket and against aio-pika's own publishing; and the
time from an event's commit to a handler in another service."""

import asyncio
import time
from statistics import median
from uuid import uuid4

import aio_pika
import asyncpg
from aio_pika.abc import AbstractChannel

from bench.delays import EVENTS_PER_SECOND, measure_delays
from bench.events import EVENT, background, fresh_queues, on_the_wire, publishing, workspace_updated
from bench.figures import BenchResult, Figure, interleaved, percentile, ratio
from bench.installation import BenchInstallation
from bench.raw_amqp import RawPublisher, encoded
from deploy.environment import worker_url
from deploy.waiting import eventually
from shared.messaging.relay import BATCH, Relay
from shared.outbox import events_exchange

QUEUE, EXCHANGE = "identity.on.drained", events_exchange(EVENT.publisher)


async def run(installed: BenchInstallation) -> BenchResult:
    url = await asyncio.to_thread(installed.broker, "relay")
    async with installed.database("identity") as database, publishing(url) as channel:
        draining = Draining(url, database, channel, installed.sizes.messages)
        subjects = {"relay": draining.relay, "raw": draining.raw, "concurrent": draining.concurrent}
        rates = await interleaved(installed.sizes.rounds, subjects)
    delays = await measure_delays(url, installed.sizes.rounds, installed.sizes.event_seconds)
    return BenchResult("outbox-relay", [*_drained(rates), *_delayed(delays)])


class Draining:
    """Each turn publishes the same messages to an empty quorum queue and returns messages per second."""

    def __init__(
        self, url: str, database: "asyncpg.Connection[asyncpg.Record]", channel: AbstractChannel, count: int
    ) -> None:
        self._url, self._database, self._channel = url, database, channel
        self._events = [workspace_updated(uuid4()) for _ in range(count)]
        self._messages = [(event.event_id, on_the_wire(event)) for event in self._events]
        self._frames = [encoded(EXCHANGE, EVENT.name, str(id_), body) for id_, body in self._messages]

    async def relay(self) -> float:
        """The relay as it runs in a service, from a full outbox until it marks itself asleep."""
        await self._fill_outbox()
        await self._empty_queue()
        relay = Relay("identity", worker_url("identity"), self._url)

        async def is_connected() -> bool:
            return relay.connected

        async def is_asleep() -> bool:
            return bool(await self._database.fetchval("SELECT asleep FROM relay_state"))

        async with background(relay.run()):
            await eventually(is_connected, seconds=60, pause=0.002)
            began = time.perf_counter()
            await eventually(is_asleep, seconds=60, pause=0.02)
            return self._rate(began)

    async def raw(self) -> float:
        await self._empty_queue()
        publisher = await asyncio.to_thread(RawPublisher, self._url)
        try:
            return len(self._frames) / await asyncio.to_thread(publisher.publish, self._frames)
        finally:
            publisher.close()

    async def concurrent(self) -> float:
        """aio-pika's public API, with as many concurrent publishes as the relay has in a batch."""
        await self._empty_queue()
        exchange = await self._channel.get_exchange(EXCHANGE, ensure=False)
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
        await fresh_queues(self._channel, "identity", QUEUE)

    async def _fill_outbox(self) -> None:
        await self._database.execute("TRUNCATE outbox; UPDATE relay_state SET asleep = false")
        rows = [
            (event.event_id, EXCHANGE, EVENT.name, body.decode(), event.workspace_id, event.correlation_id)
            for event, (_, body) in zip(self._events, self._messages, strict=True)
        ]
        columns = ["event_id", "exchange", "routing_key", "body", "workspace_id", "correlation_id"]
        await self._database.copy_records_to_table("outbox", records=rows, columns=columns)


def _drained(rates: dict[str, list[float]]) -> list[Figure]:
    middle = {name: f"{median(found):,.0f}/s" for name, found in rates.items()}
    return [
        Figure("drain / raw socket", ratio(rates["relay"], to=rates["raw"]), at_least=0.4,
               behind=f"{middle['relay']}; raw socket {middle['raw']}"),
        Figure("drain / aio-pika's concurrent publishes", ratio(rates["relay"], to=rates["concurrent"]),
               behind=f"aio-pika {middle['concurrent']}"),
    ]  # fmt: skip


def _delayed(delays: list[list[float]]) -> list[Figure]:
    count = sum(map(len, delays))
    behind = f"{EVENTS_PER_SECOND} per second, {count:,} events, slowest {max(map(max, delays)):.1f} ms"
    return [
        Figure(
            "commit to handler, p50",
            median(percentile(d, 50) for d in delays),
            "ms",
            at_most=3,
            behind=behind,
            scales=True,
        ),
        Figure("commit to handler, p99", median(percentile(d, 99) for d in delays), "ms", at_most=10, scales=True),
    ]
