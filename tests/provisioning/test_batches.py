"""Leased work whose outcomes are recorded together, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.waiting import eventually
from services.provisioning.operations.batches import Recording, Result, work_through_in_batches
from shared.jobs import JobContext
from tests.harness.databases import Database
from tests.shared.chores import LEASE, Chore, Workers, workers_of


class Batches:
    """Workers who record together. ``recorded`` are the ids of each transaction."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.recorded: list[set[UUID]] = []
        self.fails: set[UUID] = set()
        self.cut_off = 0
        self.slow: dict[UUID, asyncio.Event] = {}

    async def do(self, job: JobContext, chore: Chore) -> str:
        if event := self.slow.get(chore.id):
            await event.wait()
        return await self.workers.do(job, chore)

    async def record(self, job: JobContext, session: AsyncSession, results: Sequence[Result[Chore, str]]) -> None:
        for result in results:
            await self.workers.record(job, session, result.row, result.outcome)
        await session.flush()
        if self.fails & {result.row.id for result in results}:
            raise RuntimeError("a bug")
        if self.cut_off:
            self.cut_off -= 1
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert len({result.row.workspace_id for result in results}) == 1
        self.recorded.append({result.row.id for result in results})

    async def work(self) -> int:
        return await work_through_in_batches(self.workers.job, self.workers.find, self.do, self.record)

    async def counts(self) -> dict[UUID, int]:
        return {id_: chore.recorded for id_, chore in (await self.workers.chores()).items()}


@pytest.fixture
async def batches(sketch: Database) -> AsyncIterator[Batches]:
    async with workers_of(sketch) as workers:
        workers.limit = 100
        yield Batches(workers)


async def test_what_ends_together_in_a_workspace_is_recorded_in_one_transaction(batches: Batches) -> None:
    here, there = uuid4(), uuid4()
    mine = set(await batches.workers.add(20, workspace_id=here))
    theirs = set(await batches.workers.add(20, workspace_id=there))

    assert await batches.work() == 40

    assert set(await batches.counts()) == mine | theirs
    assert set((await batches.counts()).values()) == {1}
    assert all(each <= mine or each <= theirs for each in batches.recorded)
    assert len(batches.recorded) < 10


async def test_a_row_that_cannot_be_recorded_is_alone_with_it(batches: Batches) -> None:
    bad, *good = await batches.workers.add(6, workspace_id=uuid4())
    batches.fails = {bad}

    await batches.work()
    left = (await batches.workers.chores())[bad]
    batches.fails, batches.workers.clock.at = set(), batches.workers.clock.at + LEASE
    await batches.work()

    assert (left.recorded, left.lease_id is not None) == (0, True)
    assert await batches.counts() == dict.fromkeys([bad, *good], 1)


async def test_outcomes_are_recorded_together_although_the_database_goes_away_meanwhile(batches: Batches) -> None:
    ids = await batches.workers.add(6, workspace_id=uuid4())
    batches.cut_off = 2

    await batches.work()

    assert await batches.counts() == dict.fromkeys(ids, 1)
    assert batches.workers.calls == dict.fromkeys(ids, 1)
    assert len(batches.recorded) < len(ids)


async def test_a_row_whose_work_fails_is_left_to_its_lease(batches: Batches) -> None:
    [id_] = await batches.workers.add()
    batches.workers.answer = "raises"

    assert await batches.work() == 1

    chore = (await batches.workers.chores())[id_]
    assert (chore.recorded, chore.lease_id is not None) == (0, True)


async def test_a_lost_lease_is_not_recorded_with_those_that_are_held(batches: Batches) -> None:
    lost, held = await batches.workers.add(2, workspace_id=uuid4())
    batches.slow = {lost: asyncio.Event(), held: asyncio.Event()}
    slow = asyncio.create_task(batches.work())
    await eventually(lambda: _are_leased(batches, 2))
    batches.workers.clock.at += LEASE
    batches.workers.limit = 1
    [other] = await batches.workers.claim()

    for event in batches.slow.values():
        event.set()
    await slow

    counts = await batches.counts()
    assert [counts.pop(other.row.id), *counts.values()] == [0, 1]


async def _are_leased(batches: Batches, count: int) -> bool:
    return sum(chore.lease_id is not None for chore in (await batches.workers.chores()).values()) == count


async def test_a_slow_row_does_not_hold_up_those_beside_it(batches: Batches) -> None:
    slow, *others = await batches.workers.add(5, workspace_id=uuid4())
    batches.slow[slow] = asyncio.Event()
    run = asyncio.create_task(batches.work())

    async def others_are_done() -> bool:
        return await batches.counts() == {slow: 0} | dict.fromkeys(others, 1)

    await eventually(others_are_done)
    batches.slow[slow].set()
    await run

    assert (await batches.counts())[slow] == 1


async def test_many_workers_at_once_do_each_row_once(batches: Batches) -> None:
    here, there = uuid4(), uuid4()
    ids = [*await batches.workers.add(100, workspace_id=here), *await batches.workers.add(100, workspace_id=there)]
    batches.workers.limit = 7

    async def work() -> None:
        while await batches.work():
            pass

    await asyncio.gather(*(work() for _ in range(4)))

    assert await batches.counts() == dict.fromkeys(ids, 1)
    assert set(batches.workers.calls.values()) == {1}


async def test_a_row_without_tries_left_is_given_up_without_another_call(batches: Batches) -> None:
    [id_] = await batches.workers.add(tries=3)

    await batches.work()

    assert (await batches.workers.chores())[id_].given_up
    assert not batches.workers.calls


async def test_a_worker_that_dies_before_it_records_loses_its_lease_and_nothing_else(batches: Batches) -> None:
    ids = await batches.workers.add(3, workspace_id=uuid4())
    died = Recording(batches.workers.job, batches.record)
    batches.slow = {id_: asyncio.Event() for id_ in ids}
    calls = [asyncio.create_task(died.work_on(claim, batches.do)) for claim in await batches.workers.claim()]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    batches.slow = {}

    assert await batches.work() == 0, "the leases have not ended"
    batches.workers.clock.at += LEASE
    assert await batches.work() == 3
    assert await batches.counts() == dict.fromkeys(ids, 1)
