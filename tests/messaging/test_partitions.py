"""Several workers of one service on a partitioned queue: they share the work, and each workspace's events stay in
order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from uuid import UUID, uuid4

import pytest
from aio_pika.abc import AbstractChannel
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from deploy.waiting import eventually
from shared.clock import Clock
from shared.messaging.consumer import Consumer
from shared.messaging.workers import Sharing
from tests.harness.databases import Database
from tests.harness.processes import python_process
from tests.messaging.worker_process import noting
from tests.shared.sketch import SERVICE, background, counts, is_reading, make_queues, publish

PARTITIONS = 6


@pytest.fixture
async def sketch(sketch: Database) -> AsyncIterator[Database]:
    async with sketch.owner.begin() as session:
        await session.execute(text(
            "CREATE TABLE handled (position bigserial, workspace_id uuid, number integer, worker text)"))  # fmt: skip
        await session.execute(text(f"GRANT ALL ON handled, handled_position_seq TO portico_{SERVICE}_worker"))
    yield sketch
    async with sketch.owner.begin() as session:
        await session.execute(text("DROP TABLE handled"))


@pytest.fixture
async def channel(channel: AbstractChannel, amqp_url: str) -> AsyncIterator[AbstractChannel]:
    queues = await make_queues(amqp_url, noting(""), PARTITIONS)
    yield channel
    for queue in queues:
        await channel.queue_delete(queue)
    await channel.exchange_delete(noting("").listeners[0].queue)


def worker(name: str, database: Database, amqp_url: str) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
    module = "tests.messaging.worker_process"
    return python_process("-m", module, name, database.worker_url, amqp_url, str(PARTITIONS))


async def handled(database: Database) -> list[tuple[UUID, int, str]]:
    """Workspace, number and worker, in the order in which they were handled."""
    async with database.owner() as session:
        rows = await session.execute(text("SELECT workspace_id, number, worker FROM handled ORDER BY position"))
        return [(row[0], row[1], row[2]) for row in rows]


async def works(database: Database, name: str) -> bool:
    async with database.owner() as session:
        return bool(await session.scalar(text("SELECT true FROM handled WHERE worker = :name LIMIT 1"), {"name": name}))


async def test_each_workspaces_order_is_kept_while_workers_join_and_die(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    workspaces, published, enough = [uuid4() for _ in range(24)], 0, asyncio.Event()

    async def go_on() -> None:
        nonlocal published
        while not enough.is_set():
            await publish(channel, counts(published, workspaces[published % len(workspaces)]))
            published += 1
            await asyncio.sleep(0.002)  # the workers keep up

    async with background(go_on()) as publishing:
        async with (
            worker("first", sketch, amqp_url) as first,
            worker("second", sketch, amqp_url) as second,
            worker("third", sketch, amqp_url),
        ):
            for name in ("first", "second", "third"):
                await eventually(lambda name=name: works(sketch, name), f"{name} has its part", seconds=60)  # type: ignore[misc]
            first.send_signal(signal.SIGKILL)
            await first.wait()
            async with worker("fourth", sketch, amqp_url):
                await eventually(lambda: works(sketch, "fourth"), "a new one has its part", seconds=60)
                second.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(second.wait(), 20) == 0
                until = published
                await eventually(lambda: has(sketch, until), "the others took over", seconds=60)
        enough.set()
        await publishing

    async with worker("last", sketch, amqp_url):
        await eventually(lambda: has(sketch, published), "all is handled", seconds=60)
    order: dict[UUID, list[int]] = {}
    for workspace, number, _ in await handled(sketch):
        order.setdefault(workspace, []).append(number)
    assert sorted(number for mine in order.values() for number in mine) == list(range(published)), "each once"
    assert [mine for mine in order.values() if mine != sorted(mine)] == []


async def has(database: Database, count: int) -> bool:
    async with database.owner() as session:
        return bool(await session.scalar(text("SELECT count(*) >= :count FROM handled"), {"count": count}))


async def test_a_single_worker_reads_every_partition_and_a_second_one_gets_half(
    sketch: Database, channel: AbstractChannel, amqp_url: str
) -> None:
    routers = [noting(name) for name in ("one", "other")]
    partitions = {routers[0].listeners[0].queue: PARTITIONS}
    one, other = (Consumer(each, sketch.worker, Clock(), amqp_url, partitions=partitions) for each in routers)

    async with background(one.run()):
        await eventually(lambda: is_reading(one) and len(assigned(one)) == PARTITIONS)
        everything = sorted(reader.name for reader in one.readers)
        async with background(other.run()):
            await eventually(lambda: len(assigned(one)) == len(assigned(other)) == PARTITIONS // 2)
            assert sorted(assigned(one) + assigned(other)) == everything
            await eventually(lambda: is_reading(one) and is_reading(other))
        await eventually(lambda: is_reading(one) and len(assigned(one)) == PARTITIONS, "it takes over at once")


def assigned(consumer: Consumer) -> list[str]:
    return [reader.name for reader in consumer.readers if reader.assigned.is_set()]


@given(st.lists(st.uuids(), min_size=1, max_size=9, unique=True), st.lists(st.integers(2, 12), min_size=1, max_size=4))
def test_every_partition_has_exactly_one_live_worker_and_the_work_is_evenly_shared(
    living: Sequence[UUID], sizes: Sequence[int]
) -> None:
    given_to: dict[tuple[int, int], list[UUID]] = {}
    for mine in living:
        subscribers = [FakeSubscriber(size) for size in sizes]
        sharing = Sharing(None, subscribers)  # type: ignore[arg-type]
        sharing.id = mine
        sharing.assign(sorted(living))
        for turn, subscriber in enumerate(subscribers):
            for number, reader in enumerate(subscriber.readers):
                given_to.setdefault((turn, number), []).extend([mine] if reader.here else [])

    assert all(len(owners) == 1 for owners in given_to.values())
    for turn, size in enumerate(sizes):
        shares = [sum(given_to[turn, number] == [one] for number in range(size)) for one in living]
        assert max(shares) - min(shares) <= 1


class FakeReader:
    here = True

    def assign(self, here: bool) -> None:
        self.here = here


class FakeSubscriber:
    def __init__(self, size: int) -> None:
        self.readers = [FakeReader() for _ in range(size)]
