"""Periodic jobs. A job claims its rows with FOR UPDATE SKIP LOCKED, so that any number of replicas may run it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from shared.clock import Clock
from shared.db import Sessions
from shared.reads import AbsentReads
from shared.telemetry.metrics import JOBS

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


@dataclass
class Jobs:
    """The periodic jobs of one service."""

    service: str
    jobs: list[tuple[Job, float]] = field(default_factory=list)

    def every(self, *, seconds: float) -> Callable[[Job], Job]:
        """Run the function at this interval, and again immediately while its result is not 0."""

        def register(job: Job) -> Job:
            self.jobs.append((job, seconds))
            return job

        return register

    async def run(self, context: JobContext) -> None:
        async with asyncio.TaskGroup() as group:
            for job, seconds in self.jobs:
                group.create_task(repeat(job, seconds, context))


async def repeat(job: Job, seconds: float, context: JobContext) -> None:
    """Run one job until cancelled. Errors are logged, and the job runs again at the next interval."""
    name = getattr(job, "__name__", str(job))
    while True:
        done, outcome, began = 0, "done", time.perf_counter()
        try:
            done = await job(context)
        except Exception:
            outcome = "failed"
            log.exception("job.failed", job=name)
        JOBS.labels(name, outcome).observe(time.perf_counter() - began)
        await asyncio.sleep(0 if done else seconds)
