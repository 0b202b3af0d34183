"""A cluster of three brokers, and a PostgreSQL with a standby: nodes die, are cut off, and restart in turn, while
business goes on."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from deploy.local.servers import Servers
from tests.faults.matrix import world as worlds
from tests.faults.matrix.cells import check_mails, check_order, do_all
from tests.faults.matrix.mixed import Mixed
from tests.faults.matrix.results import Cells
from tests.faults.matrix.world import World
from tests.faults.on_clusters import BROKER, Failing, fail_over, whole
from tests.harness.cluster import NODES, Cluster
from tests.harness.installation import real_now
from tests.harness.replicated import ReplicatedPostgres

LED = "billing.on.provisioning.service_provisioned"


def servers() -> Servers:
    temporary = tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True)
    folder = Path(temporary.name)
    return Servers(ReplicatedPostgres(folder / "postgres"), Cluster(folder / "cluster"), temporary)


@pytest.fixture(scope="module")
async def clustered() -> AsyncIterator[World]:
    async with worlds.world(servers) as found:
        await failing(found).postgres.confirm_with_standby()
        yield found


def failing(world: World) -> Failing:
    servers_ = world.installed.stack.servers
    postgres, cluster = cast(ReplicatedPostgres, servers_.postgres), cast(Cluster, servers_.rabbitmq)
    return Failing(postgres, cluster, world.installed.stack.vhost, LED)


@contextmanager
def counted(cells: Cells, name: str) -> Iterator[list[float]]:
    """The cell, whose seconds are those from the moment that the block notes."""
    with cells.cell("cluster", name) as cell:
        noted: list[float] = []
        yield noted
        cell.seconds = noted[1] - noted[0]


async def play(world: World, cells: Cells, name: str, deed: Callable[[Failing], Awaitable[None]]) -> None:
    with counted(cells, name) as noted:
        flow = Mixed()
        items, since = await flow.prepare(world), real_now()
        await world.rest()
        async with asyncio.TaskGroup() as group:
            group.create_task(do_all(world, flow, items))
            await asyncio.sleep(0.5)
            await deed(failing(world))
            noted.append(time.monotonic())
        await world.settle()
        noted.append(time.monotonic())
        await flow.check(world, items)
        await check_order(world, since)
        await check_mails(world, since, repeated=False)


@pytest.mark.faults
@pytest.mark.rule("D23")
@pytest.mark.parametrize("name", BROKER, ids=lambda name: name.replace(" ", "_"))
async def test_brokers_fail_and_nothing_is_lost_or_doubled(clustered: World, cells: Cells, name: str) -> None:
    cluster = failing(clustered).cluster
    await whole(cluster)
    replicas = await asyncio.to_thread(cluster.members_of, clustered.installed.stack.vhost)
    assert {count for queue, count in replicas.items() if count} == {NODES}, "each queue is on all nodes"
    await play(clustered, cells, name, BROKER[name])


@pytest.mark.faults
@pytest.mark.rule("D23")
async def test_postgresql_fails_over_and_what_was_confirmed_is_there(clustered: World, cells: Cells) -> None:
    await play(clustered, cells, "PostgreSQL fails over to its standby", fail_over)
