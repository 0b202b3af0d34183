"""One worker against three on a partitioned queue, with a handler that waits for I/O; and how soon a consumer works
again after all its connections were cut. Each worker is a process, as in production."""

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from statistics import median
from uuid import UUID, uuid4

import asyncpg
import uvloop
from aio_pika.abc import AbstractChannel
from aiormq.channel import Channel
from sqlalchemy.ext.asyncio import AsyncSession

from bench.events import EVENT, as_relayed, background, fresh_queues, publishing, workspace_updated
from bench.figures import BenchResult, Figure, interleaved, percentile, ratio
from bench.installation import BenchInstallation
from deploy.environment import worker_url
from deploy.waiting import eventually
from shared import logs
from shared.clock import Clock
from shared.db import make_engine, make_sessions
from shared.events.identity import WorkspaceUpdated
from shared.messaging.consumer import Consumer
from shared.messaging.publishing import publish_batch
from shared.messaging.router import ServiceRouter
from tests.harness.proxy import proxied

QUEUE, PARTITIONS, WORKERS = f"billing.on.{EVENT.name}", 6, 3
WAITS_SECONDS = 0.005
WORKSPACES = 200


async def run(installed: BenchInstallation) -> BenchResult:
    url = await asyncio.to_thread(installed.broker, "partitions")
    count = installed.sizes.messages // 16
    async with installed.database("billing") as database, publishing(url) as channel:
        turns = {str(n): partial(_drain, url, database, channel, n, count) for n in (1, WORKERS)}
        found = await interleaved(installed.sizes.rounds, turns)
        pauses = await _cuts(url, channel, installed.sizes.cuts)
    return BenchResult("partitions", [*_figures(found), _recovery(pauses)])


async def _drain(
    url: str, database: "asyncpg.Connection[asyncpg.Record]", channel: AbstractChannel, workers: int, count: int
) -> tuple[float, float]:
    """Events per second, and milliseconds of processor time per event."""
    await database.execute("SET session_replication_role = replica; TRUNCATE inbox, workers")
    await fresh_queues(channel, "billing", QUEUE, PARTITIONS)
    context, goes_on = multiprocessing.get_context("spawn"), multiprocessing.get_context("spawn").Event()
    reports: multiprocessing.Queue[float] = context.Queue()
    processes = [context.Process(target=work, args=(url, goes_on, reports), daemon=True) for _ in range(workers)]
    for process in processes:
        process.start()
    try:
        await eventually(lambda: _all_read(channel), seconds=60, pause=0.05)
        await eventually(lambda: _known(database, workers), seconds=60, pause=0.05)
        await asyncio.sleep(2)  # for each worker to have its partitions
        spaces = [uuid4() for _ in range(WORKSPACES)]
        await _publish(channel, [spaces[number % WORKSPACES] for number in range(count)])
        began = time.perf_counter()
        await eventually(lambda: _done(database, count), seconds=120, pause=0.01)
        rate = count / (time.perf_counter() - began)
    finally:
        goes_on.set()
        spent = [await asyncio.to_thread(reports.get, True, 20) for _ in processes]
        for process in processes:
            await asyncio.to_thread(process.join, 10)
    return rate, sum(spent) / count * 1000


async def _publish(channel: AbstractChannel, workspaces: Sequence[UUID]) -> None:
    underlay = await channel.get_underlay_channel()
    assert isinstance(underlay, Channel)
    messages = [as_relayed(workspace_updated(id_, version)) for version, id_ in enumerate(workspaces)]
    for start in range(0, len(messages), 1000):
        assert not any(await publish_batch(underlay, messages[start : start + 1000]))


async def _all_read(channel: AbstractChannel) -> bool:
    queues = [await channel.declare_queue(f"{QUEUE}.{n}", passive=True) for n in range(PARTITIONS)]
    return all(queue.declaration_result.consumer_count for queue in queues)


async def _known(database: "asyncpg.Connection[asyncpg.Record]", workers: int) -> bool:
    return bool(await database.fetchval("SELECT count(*) = $1 FROM workers", workers))


async def _done(database: "asyncpg.Connection[asyncpg.Record]", count: int) -> bool:
    return bool(await database.fetchval("SELECT count(*) = $1 FROM inbox", count))


def work(url: str, goes_on: "multiprocessing.synchronize.Event", reports: "multiprocessing.Queue[float]") -> None:
    """A worker process, until it is told to stop. It then reports its processor time."""
    logs.configure("bench", "ERROR")
    uvloop.run(_work(url, goes_on, reports))


async def _work(
    url: str, goes_on: "multiprocessing.synchronize.Event", reports: "multiprocessing.Queue[float]"
) -> None:
    engine = make_engine(worker_url("billing"), 5)
    router = ServiceRouter("billing")

    @router.on(EVENT)
    async def wait_for_io(session: AsyncSession, event: WorkspaceUpdated) -> None:
        await asyncio.sleep(WAITS_SECONDS)

    consumer = Consumer(router, make_sessions(engine), Clock(), url, partitions={QUEUE: PARTITIONS})
    async with background(consumer.run()):
        await eventually(lambda: bool(consumer.connected), seconds=60)
        began = time.process_time()
        await asyncio.to_thread(goes_on.wait)
        reports.put(time.process_time() - began)
    await engine.dispose()


async def _cuts(url: str, channel: AbstractChannel, cuts: int) -> list[float]:
    """Seconds from each cut of all connections until an event that was published after it is handled."""
    await fresh_queues(channel, "billing", QUEUE)
    engine, router, handled = make_engine(worker_url("billing"), 5), ServiceRouter("billing"), set[UUID]()

    @router.on(EVENT)
    async def note(session: AsyncSession, event: WorkspaceUpdated) -> None:
        handled.add(event.workspace_id)

    pauses: list[float] = []
    async with AsyncExitStack() as stack:
        proxy, through = await stack.enter_async_context(proxied(url))
        consumer = Consumer(router, make_sessions(engine), Clock(), through)
        await stack.enter_async_context(background(consumer.run()))
        await eventually(lambda: not consumer.not_consumed, seconds=30)
        for _ in range(cuts):
            workspace_id = uuid4()
            proxy.cut()
            began = time.perf_counter()
            await _publish(channel, [workspace_id])
            await eventually(lambda id_=workspace_id: id_ in handled, seconds=30, pause=0.002)  # type: ignore[misc]
            pauses.append(time.perf_counter() - began)
    await engine.dispose()
    return pauses


def _figures(found: dict[str, list[tuple[float, float]]]) -> list[Figure]:
    rates = {name: [rate for rate, _ in turns] for name, turns in found.items()}
    middle = {name: median(found) for name, found in rates.items()}
    spent = {name: median(cpu for _, cpu in turns) for name, turns in found.items()}
    many = str(WORKERS)
    behind = (
        f"{middle[many]:,.0f} per second beside {middle['1']:,.0f}; {spent[many]:.2f} and {spent['1']:.2f} ms of"
        f" processor time per event, each waits {WAITS_SECONDS * 1000:.0f} ms"
    )
    return [Figure("three workers / one", ratio(rates[many], to=rates["1"]), at_least=2.5, behind=behind)]


def _recovery(pauses: list[float]) -> Figure:
    behind = f"{len(pauses)} cuts, median {median(pauses):.2f} s, slowest {max(pauses):.2f} s"
    return Figure("consuming again after a cut, p95", percentile(pauses, 95), "s", at_most=1.0, behind=behind)
