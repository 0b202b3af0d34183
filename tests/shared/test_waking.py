"""Jobs that are woken by a commit, on a real PostgreSQL. Their interval is so long that a test fails without."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import text

from deploy.waiting import eventually
from shared.clock import Clock
from shared.jobs import JobContext, Jobs
from shared.waking import Waking, wake
from tests.harness.databases import Database
from tests.shared.sketch import background, writing

NEVER = 600
"""Seconds."""

_LISTENERS = """SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %work%'"""


class Working:
    """A job that is woken by chores. ``waits`` makes each run wait for ``may_end``."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waking = Waking(database.worker_url)
        self.runs = self.ended = 0
        self.waits = False
        self.may_end = asyncio.Event()

    async def work(self, job: JobContext) -> int:
        self.runs += 1
        if self.waits:
            await self.may_end.wait()
        self.ended += 1
        return 0

    @asynccontextmanager
    async def going_on(self, seconds: float = NEVER, at_once: int = 1) -> AsyncIterator[None]:
        """From when it hears what is said, and has looked."""
        jobs = Jobs("sketch")
        jobs.every(seconds=seconds, woken_by="chores", at_once=at_once)(self.work)
        async with background(jobs.run(JobContext(self.database.worker, Clock(), None), self.waking)):
            await eventually(lambda: self.waking.connected and self.ended >= 1)
            await self.idle()
            yield

    async def idle(self) -> None:
        """Until it sleeps, after what woke it."""
        await eventually(lambda: not self.waking.by("chores").is_set())
        await self.runs_to_be(lambda runs: self.ended == runs)

    async def runs_to_be(self, wanted: Callable[[int], bool]) -> None:
        await eventually(lambda: wanted(self.runs))

    async def say(self, work: str = "chores", *, fails: bool = False) -> None:
        async with writing(self.database) as session:
            await wake(session, work)
            if fails:
                await session.rollback()


async def test_a_job_runs_as_soon_as_its_work_is_committed(sketch: Database) -> None:
    working = Working(sketch)
    async with working.going_on():
        for _ in range(3):
            before = working.runs
            await working.say()
            await working.runs_to_be(lambda runs, before=before: runs > before)  # type: ignore[misc]


async def test_work_that_is_not_committed_or_of_other_jobs_wakes_nobody(sketch: Database) -> None:
    working = Working(sketch)
    async with working.going_on():
        before = working.runs
        await working.say(fails=True)
        await working.say("errands")
        await working.say()
        await working.runs_to_be(lambda runs: runs > before)
        await working.idle()

        assert working.runs == before + 1


async def test_what_nobody_says_is_found_by_looking(sketch: Database) -> None:
    working = Working(sketch)
    async with working.going_on(seconds=0.01):
        before = working.runs
        await working.runs_to_be(lambda runs: runs > before + 2)


async def test_what_is_said_during_a_run_makes_it_run_again(sketch: Database) -> None:
    working = Working(sketch)
    async with working.going_on():
        working.waits = True
        before = working.runs
        await working.say()
        await working.runs_to_be(lambda runs: runs == before + 1)
        await working.say()
        await eventually(lambda: working.waking.by("chores").is_set())

        working.may_end.set()

        await working.runs_to_be(lambda runs: runs == before + 2)


async def test_a_slow_run_does_not_hold_up_others_and_no_more_than_allowed_run_at_once(sketch: Database) -> None:
    working = Working(sketch)
    async with working.going_on(seconds=0.01, at_once=3):
        working.waits = True
        await working.runs_to_be(lambda runs: runs == working.ended + 3)
        await asyncio.sleep(0.1)  # ten times its interval

        assert working.runs == working.ended + 3


async def test_a_worker_whose_connection_dies_hears_again_and_looks_for_what_was_said_meanwhile(
    sketch: Database,
) -> None:
    working = Working(sketch)
    async with working.going_on():
        async with sketch.owner.begin() as session:
            [pid] = (await session.scalars(text(_LISTENERS))).all()
            await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        await eventually(lambda: not working.waking.connected)
        before = working.runs
        await working.say()  # which nobody hears

        await working.runs_to_be(lambda runs: runs > before)
        await working.idle()
        before = working.runs
        await working.say()
        await working.runs_to_be(lambda runs: runs > before)
