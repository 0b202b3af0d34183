"""Periodic jobs. A job claims its rows with FOR UPDATE SKIP LOCKED, so that any number of replicas may run it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from shared.clock import Clock
from shared.db import Sessions
from shared.reads import AbsentReads
from shared.telemetry.metrics import JOBS
from shared.waking import Waking

log = structlog.get_logger()


@dataclass(frozen=True)
class JobContext:
    """The argument of a job. `sessions` are of the worker role: set the scope before writing
    (`shared.outbox.transaction`)."""

    sessions: Sessions
    clock: Clock
    settings: Any
    absent: AbsentReads | None = None
    """Not in jobs that are tested alone."""

    @property
    def now(self) -> datetime:
        """Business time."""
        return self.clock.now()

    @property
    def real_now(self) -> datetime:
        """Real time, for leases and retries."""
        return self.clock.real_now()


Job = Callable[[JobContext], Awaitable[int]]


@dataclass(frozen=True)
class Timed:
    """A job and when it runs."""

    job: Job
    seconds: float
    woken_by: str | None = None
    at_once: int = 1


@dataclass
class Jobs:
    """The periodic jobs of one service."""

    service: str
    jobs: list[Timed] = field(default_factory=list)

    def every(self, *, seconds: float, woken_by: str | None = None, at_once: int = 1) -> Callable[[Job], Job]:
        """Run the function at this interval, and again immediately while its result is not 0.

        ``woken_by`` names work: the function also runs as soon as a transaction commits that has called
        `shared.waking.wake` with it. With ``at_once``, a run that takes longer than the interval does not hold up the
        next one, up to so many side by side.
        """

        def register(job: Job) -> Job:
            self.jobs.append(Timed(job, seconds, woken_by, at_once))
            return job

        return register

    async def run(self, context: JobContext, waking: Waking) -> None:
        async with asyncio.TaskGroup() as group:
            for timed in self.jobs:
                group.create_task(repeat(timed, context, waking))
            if any(timed.woken_by for timed in self.jobs):
                group.create_task(waking.run())


async def repeat(timed: Timed, context: JobContext, waking: Waking | None = None) -> None:
    """Run one job until cancelled. Errors are logged, and the job runs again at the next interval."""
    woken = waking.by(timed.woken_by) if waking and timed.woken_by else asyncio.Event()
    runs: set[asyncio.Task[int | None]] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            woken.clear()
            newest = group.create_task(_run(timed.job, context))
            wait_seconds = timed.seconds if len(runs) + 1 < timed.at_once else None
            ended, runs = await asyncio.wait(runs | {newest}, timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)
            if newest in ended and newest.result() is None:
                await asyncio.sleep(timed.seconds)
            elif newest in ended and not newest.result():
                with suppress(TimeoutError):
                    async with asyncio.timeout(timed.seconds):
                        await woken.wait()


async def _run(job: Job, context: JobContext) -> int | None:
    """One run's result. None if it failed."""
    name, outcome, began, done = getattr(job, "__name__", str(job)), "done", time.perf_counter(), None
    try:
        done = await job(context)
    except Exception:
        outcome = "failed"
        log.exception("job.failed", job=name)
    JOBS.labels(name, outcome).observe(time.perf_counter() - began)
    return done
