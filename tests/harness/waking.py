"""Jobs that look so seldom that only a wake-up makes them run in time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from deploy.waiting import eventually
from shared.jobs import JobContext, Jobs
from shared.waking import Waking
from tests.shared.sketch import background


@asynccontextmanager
async def only_woken(jobs: Jobs, name: str, context: JobContext, database_url: str) -> AsyncIterator[None]:
    """Run the job of this name, from when it hears and has looked for what was there before."""
    [timed] = [timed for timed in jobs.jobs if timed.job.__name__ == name]
    runs = 0

    async def counted(job: JobContext) -> int:
        nonlocal runs
        done = await timed.job(job)
        runs += 1
        return done

    assert timed.woken_by
    waking = Waking(database_url)
    seldom = Jobs(jobs.service, [replace(timed, job=counted, seconds=600)])
    async with background(seldom.run(context, waking)):
        await eventually(lambda: waking.connected and runs >= 1 and not waking.by(timed.woken_by).is_set())
        yield
