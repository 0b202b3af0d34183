"""The time from a commit in one service to the handler in another, at a steady rate. Each is a process, as in
production: this one saves and relays events, another one consumes them. Both read the same machine clock."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

from bench.events import EVENT, background, fresh_queues, publishing, workspace_updated
from deploy.environment import worker_url
from deploy.waiting import eventually
from shared import logs
from shared.clock import Clock
from shared.db import Sessions, make_engine, make_sessions
from shared.events.identity import WorkspaceUpdated
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.outbox import Cause, emit, transaction

EVENTS_PER_SECOND = 100
WARM_UP = 50
"""The first events, which open connections and prepare statements, are not counted."""
QUEUE = f"billing.on.{EVENT.name}"


async def measure_delays(url: str, rounds: int, seconds: float) -> list[list[float]]:
    """Milliseconds from each commit to the handler, for each round."""
    engine = make_engine(worker_url("identity"), 5)
    relay = Relay("identity", worker_url("identity"), url)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        async with background(relay.run()):
            found = [await _round(url, other, make_sessions(engine), seconds) for _ in range(rounds)]
    await engine.dispose()
    return found


async def _round(url: str, other: ProcessPoolExecutor, sessions: Sessions, seconds: float) -> list[float]:
    committed: dict[UUID, float] = {}
    count = WARM_UP + int(EVENTS_PER_SECOND * seconds)

    async def commit() -> None:
        event = workspace_updated(uuid4())
        cause = Cause(event.actor, Clock().now())
        async with transaction(sessions, cause, workspace_id=event.workspace_id) as session:
            await emit(session, event)
        committed[event.event_id] = time.perf_counter()

    async with publishing(url) as channel:
        await fresh_queues(channel, "billing", QUEUE)

        async def is_heard() -> bool:
            queue = await channel.declare_queue(QUEUE, passive=True)
            return bool(queue.declaration_result.consumer_count)

        hearing = asyncio.get_running_loop().run_in_executor(other, listen, url, count)
        await eventually(is_heard, seconds=60, pause=0.05)
        await _at_a_steady_pace(commit, count)
        arrived = await asyncio.wait_for(hearing, 60)
    return [max(0.0, arrived[id_] - at) * 1000 for id_, at in list(committed.items())[WARM_UP:]]


async def _at_a_steady_pace(commit: Callable[[], Coroutine[Any, Any, None]], count: int) -> None:
    """Each commit begins at its time, even if the one before still runs."""
    began = time.perf_counter()
    async with asyncio.TaskGroup() as commits:
        for number in range(count):
            await asyncio.sleep(began + number / EVENTS_PER_SECOND - time.perf_counter())
            commits.create_task(commit())


def listen(url: str, count: int) -> dict[UUID, float]:
    """Runs in the other process; the time at which each event reached billing's handler."""
    logs.configure("bench", "ERROR")
    return uvloop.run(_listen(url, count))


async def _listen(url: str, count: int) -> dict[UUID, float]:
    arrived: dict[UUID, float] = {}
    router = ServiceRouter("billing")

    @router.on(EVENT)
    async def note(session: AsyncSession, event: WorkspaceUpdated) -> None:
        arrived[event.event_id] = time.perf_counter()

    async def all_arrived() -> bool:
        return len(arrived) == count

    engine = make_engine(worker_url("billing"), 5)
    async with background(Consumer(router, make_sessions(engine), Clock(), url).run()):
        await eventually(all_arrived, seconds=120, pause=0.05)
    await engine.dispose()
    return arrived
