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
from deploy.waiting import eventually
from tests.faults.matrix import world as worlds
from tests.faults.matrix.cells import check_mails, check_order, do_all
from tests.faults.matrix.mixed import Mixed
from tests.faults.matrix.results import Cells
from tests.faults.matrix.world import World
from tests.harness.cluster import NODES, Cluster, ClusterNode
from tests.harness.installation import real_now
from tests.harness.replicated import ReplicatedPostgres

LED = "billing.on.provisioning.service_provisioned"
CUT_SECONDS = 20
"""Longer than it takes the nodes to notice, and the cut ones to pause."""
UP_SECONDS = 180


def servers() -> Servers:
    temporary = tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True)
    folder = Path(temporary.name)
    return Servers(ReplicatedPostgres(folder / "postgres"), Cluster(folder / "cluster"), temporary)


@pytest.fixture(scope="module")
async def clustered() -> AsyncIterator[World]:
    async with worlds.world(servers) as found:
        await postgres_of(found).confirm_with_standby()
        yield found


def broker_of(world: World) -> Cluster:
    return cast(Cluster, world.installed.stack.servers.rabbitmq)


def postgres_of(world: World) -> ReplicatedPostgres:
    return cast(ReplicatedPostgres, world.installed.stack.servers.postgres)


async def whole(cluster: Cluster) -> None:
    """Wait until all nodes run, as one cluster."""

    async def all_run() -> bool:
        return cluster.answers() and await asyncio.to_thread(cluster.running) == NODES

    await eventually(all_run, "a whole cluster", seconds=UP_SECONDS, pause=0.5)


async def kill(world: World, leader: bool) -> None:
    """Kill a node, and start it again after what it led or followed has gone on without it."""
    cluster = broker_of(world)
    leads = await asyncio.to_thread(cluster.leader_of, world.installed.stack.vhost, LED)
    node = next(node for node in cluster.nodes if (node is leads) is leader)
    node.kill()
    await asyncio.sleep(CUT_SECONDS / 2)
    node.begin()
    await asyncio.to_thread(node.wait)


async def cut_off(world: World, minority: bool) -> None:
    """Cut one node off from the other two. Or cut each off from all others, so that no majority is left."""
    cluster = broker_of(world)
    alone = cluster.nodes[1:2] if minority else cluster.nodes
    for node in alone:
        await asyncio.to_thread(node.cut, others(cluster, node))
    await asyncio.sleep(CUT_SECONDS)
    for node in alone:
        await asyncio.to_thread(node.join, others(cluster, node))


def others(cluster: Cluster, node: ClusterNode) -> list[ClusterNode]:
    return [each for each in cluster.nodes if each is not node]


async def restart_in_turn(world: World) -> None:
    cluster = broker_of(world)
    for node in cluster.nodes:
        await asyncio.to_thread(node.stop)
        node.begin()
        await asyncio.to_thread(node.wait)
        await whole(cluster)


BROKER: dict[str, Callable[[World], Awaitable[None]]] = {
    "broker: a follower is killed": lambda world: kill(world, leader=False),
    "broker: a leader is killed": lambda world: kill(world, leader=True),
    "broker: a minority is cut off": lambda world: cut_off(world, minority=True),
    "broker: no majority is left": lambda world: cut_off(world, minority=False),
    "broker: rolling restart": restart_in_turn,
}


async def fail_over(world: World) -> None:
    """The primary dies, and somebody makes the standby the primary."""
    postgres_of(world).kill_primary()
    await asyncio.sleep(1)
    await postgres_of(world).promote()


@contextmanager
def counted(cells: Cells, name: str) -> Iterator[list[float]]:
    """The cell, whose seconds are those from the moment that the block notes."""
    with cells.cell("cluster", name) as cell:
        noted: list[float] = []
        yield noted
        cell.seconds = noted[1] - noted[0]


async def play(world: World, cells: Cells, name: str, deed: Callable[[World], Awaitable[None]]) -> None:
    with counted(cells, name) as noted:
        flow = Mixed()
        items, since = await flow.prepare(world), real_now()
        await world.rest()
        async with asyncio.TaskGroup() as group:
            group.create_task(do_all(world, flow, items))
            await asyncio.sleep(0.5)
            await deed(world)
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
    cluster = broker_of(clustered)
    await whole(cluster)
    replicas = await asyncio.to_thread(cluster.members_of, clustered.installed.stack.vhost)
    assert {count for queue, count in replicas.items() if count} == {NODES}, "each queue is on all nodes"
    await play(clustered, cells, name, BROKER[name])


@pytest.mark.faults
@pytest.mark.rule("D23")
async def test_postgresql_fails_over_and_what_was_confirmed_is_there(clustered: World, cells: Cells) -> None:
    await play(clustered, cells, "PostgreSQL fails over to its standby", fail_over)
