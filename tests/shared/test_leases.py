"""Leased work on a real PostgreSQL, with workers that die, are slow, or are many."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from sqlalchemy import event, null, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Actor, Via
from shared.jobs import JobContext
from shared.leases import GivenUp, work_on, work_through
from shared.origin import Origin
from shared.outbox import Cause, cause_of
from tests.harness.databases import Database
from tests.shared.chores import LEASE, PAUSE, RETRY, Chore, Workers, workers_of


@pytest.fixture
async def workers(sketch: Database) -> AsyncIterator[Workers]:
    async with workers_of(sketch) as found:
        yield found


async def test_a_row_is_done_once_and_leaves_nothing_due(workers: Workers) -> None:
    [id_] = await workers.add()

    assert [await workers.work(), await workers.work()] == [1, 0]

    chore = (await workers.chores())[id_]
    assert (chore.recorded, chore.tries, chore.due_at, chore.lease_id) == (1, 1, None, None)


async def test_many_workers_at_once_claim_each_row_once(workers: Workers) -> None:
    ids = await workers.add(100)
    workers.limit = 7

    async def claim_all() -> list[UUID]:
        mine: list[UUID] = []
        for _ in range(20):
            mine += [each.row.id for each in await workers.claim()]
        return mine

    claimed = [id_ for mine in await asyncio.gather(*(claim_all() for _ in range(4))) for id_ in mine]

    assert sorted(claimed) == sorted(ids)


async def test_a_row_that_another_worker_is_claiming_is_skipped_without_waiting(workers: Workers) -> None:
    await workers.add(5)
    workers.limit = 3

    async with workers.sessions.begin() as session:
        first = await workers.find(workers.job, session)
        async with asyncio.timeout(5):
            second = await workers.claim()

    assert (len(first), len(second)) == (3, 2)


async def test_the_row_that_has_been_due_longest_comes_first(workers: Workers) -> None:
    await workers.add(5)
    [oldest] = await workers.add(due_at=workers.clock.at - timedelta(hours=1))
    workers.limit = 1

    [claimed] = await workers.claim()

    assert claimed.row.id == oldest


async def test_a_worker_slower_than_its_lease_learns_that_it_was_lost(workers: Workers) -> None:
    [id_] = await workers.add()
    [slow] = await workers.claim()
    workers.clock.at += LEASE
    [quick] = await workers.claim()

    await workers.finish(slow)
    meanwhile = (await workers.chores())[id_]
    await workers.finish(quick)

    assert (meanwhile.recorded, meanwhile.lease_id) == (0, quick.row.lease_id)
    assert (await workers.chores())[id_].recorded == 1


async def test_a_late_outcome_counts_while_no_other_worker_has_claimed_the_row(workers: Workers) -> None:
    [id_] = await workers.add()
    [slow] = await workers.claim()
    workers.clock.at += 2 * LEASE

    await workers.finish(slow)

    assert (await workers.chores())[id_].recorded == 1


async def test_an_outcome_is_recorded_although_the_database_goes_away_meanwhile(workers: Workers) -> None:
    [id_] = await workers.add()
    [held] = await workers.claim()
    record, tried = workers.record, 0

    async def cut_off(job: JobContext, session: AsyncSession, chore: Chore, outcome: str | GivenUp) -> None:
        nonlocal tried
        tried += 1
        await record(job, session, chore, outcome)
        if tried < 3:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    await work_on(workers.job, held, workers.do, cut_off)

    assert (tried, workers.calls[id_], (await workers.chores())[id_].recorded) == (3, 1, 1)


async def test_failed_tries_wait_longer_each_time_and_end(workers: Workers) -> None:
    [id_] = await workers.add()
    workers.answer, waits = "in vain", []

    while (due_at := (await workers.chores())[id_].due_at) is not None:
        waits.append((due_at - workers.clock.at).total_seconds())
        workers.clock.at = due_at
        await workers.work()

    assert waits == [0, 5, 10]
    assert (workers.calls[id_], (await workers.chores())[id_].given_up) == (3, True)


async def test_no_try_is_scheduled_after_a_rows_deadline(workers: Workers) -> None:
    now, chore = workers.clock.at, Chore(tries=1)

    assert RETRY.next_try(chore, now, until=now + PAUSE) is None
    assert RETRY.next_try(chore, now, until=now + 2 * PAUSE) == now + PAUSE


async def test_a_row_whose_holders_all_die_is_given_up_without_another_call(workers: Workers) -> None:
    [id_] = await workers.add()
    for _ in range(RETRY.tries):
        assert [each.spent for each in await workers.claim()] == [False]
        workers.clock.at += LEASE

    assert [each.spent for each in await workers.claim()] == [True], "whoever was to give it up may die, too"
    workers.clock.at += LEASE
    await workers.work()

    chore = (await workers.chores())[id_]
    assert (chore.given_up, chore.tries, workers.calls[id_]) == (True, RETRY.tries, 0)


async def test_an_error_of_one_row_leaves_it_to_the_next_run_and_blocks_no_other(workers: Workers) -> None:
    first, second = await workers.add(2)

    async def record(job: JobContext, session: AsyncSession, chore: Chore, outcome: str | GivenUp) -> None:
        await workers.record(job, session, chore, outcome)
        if chore.id == first:
            raise RuntimeError("a bug")

    assert await work_through(workers.job, workers.find, workers.do, record) == 2
    chores = await workers.chores()
    assert (chores[first].recorded, chores[second].recorded) == (0, 1)

    workers.clock.at += LEASE
    await workers.work()

    assert (await workers.chores())[first].recorded == 1


async def test_a_finished_row_has_no_lease(workers: Workers) -> None:
    with pytest.raises(IntegrityError, match="ck_chores_lease"):
        await workers.add(due_at=null(), lease_id=uuid4())


@pytest.mark.rule("D11")
async def test_leased_work_names_its_first_actor_and_is_logged_with_their_correlation_id(workers: Workers) -> None:
    tom = Actor(kind="user", user_id=uuid4(), address="tom@meridian.example", via=Via.on_behalf)
    began = Cause(tom, workers.clock.now(), causation_id=uuid4(), parent_workspace_id=uuid4())
    await workers.add(origin=Origin.of(began))
    seen: list[Any] = []

    async def do(job: JobContext, chore: Chore) -> str:
        seen.append(structlog.contextvars.get_contextvars().get("correlation_id"))
        return "done"

    async def record(job: JobContext, session: AsyncSession, chore: Chore, outcome: str | GivenUp) -> None:
        seen.append(structlog.contextvars.get_contextvars().get("correlation_id"))
        seen.append(cause_of(session))
        await workers.record(job, session, chore, outcome)

    await work_through(workers.job, workers.find, do, record)

    *logged, cause = seen
    assert logged == [str(began.correlation_id)] * 2
    assert "correlation_id" not in structlog.contextvars.get_contextvars()
    assert cause.actor == tom.model_copy(update={"kind": "system"})
    assert (cause.correlation_id, cause.causation_id) == (began.correlation_id, began.causation_id)
    assert cause.parent_workspace_id == began.parent_workspace_id


FILL = """
INSERT INTO chores (id, workspace_id, correlation_id, begun_via, tries, recorded, ends, given_up, due_at)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'system', 1, 0, 0, false,
       CASE WHEN n <= :open THEN now() - n * interval '1 second' END
  FROM generate_series(1, 100000) n
"""


@pytest.mark.parametrize("open_rows", [1_000, 100_000])
async def test_due_rows_among_100000_are_found_with_an_index(
    sketch: Database, workers: Workers, open_rows: int
) -> None:
    async with sketch.owner.begin() as session:
        await session.execute(text(FILL), {"open": open_rows})
        await session.execute(text("ANALYZE chores"))
    statements: list[tuple[str, Any]] = []

    def keep(*arguments: Any) -> None:
        statements.append(arguments[2:4])

    async with workers.sessions() as session:
        connection = await session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", keep)
        await workers.find(workers.job, session)
        [(statement, values)] = statements
        plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {statement}", values)).scalars())

    assert "Index Scan using ix_chores_due_at" in plan
    assert "Seq Scan" not in plan
