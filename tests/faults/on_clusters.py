"""What fails in a cluster of three brokers, and in a PostgreSQL with a standby."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from deploy.waiting import eventually
from tests.harness.cluster import NODES, Cluster, ClusterNode
from tests.harness.replicated import ReplicatedPostgres

CUT_SECONDS = 20
"""Longer than it takes the nodes to notice, and the cut ones to pause."""
UP_SECONDS = 180


@dataclass(frozen=True)
class Failing:
    """The servers, and a queue whose leader is one of the brokers."""

    postgres: ReplicatedPostgres
    cluster: Cluster
    vhost: str
    queue: str


async def whole(cluster: Cluster) -> None:
    """Wait until all nodes run, as one cluster."""

    async def all_run() -> bool:
        return cluster.answers() and await asyncio.to_thread(cluster.running) == NODES

    await eventually(all_run, "a whole cluster", seconds=UP_SECONDS, pause=0.5)


async def kill(failing: Failing, leader: bool) -> None:
    """Kill a node, and start it again after the others have gone on without it for a while."""
    leads = await asyncio.to_thread(failing.cluster.leader_of, failing.vhost, failing.queue)
    node = next(node for node in failing.cluster.nodes if (node is leads) is leader)
    node.kill()
    await asyncio.sleep(CUT_SECONDS / 2)
    node.begin()
    await asyncio.to_thread(node.wait)


async def cut_off(failing: Failing, minority: bool) -> None:
    """Cut one node off from the other two. Or cut each off from all others, so that no majority is left."""
    cluster = failing.cluster
    alone = cluster.nodes[1:2] if minority else cluster.nodes
    for node in alone:
        await asyncio.to_thread(node.cut, others(cluster, node))
    await asyncio.sleep(CUT_SECONDS)
    for node in alone:
        await asyncio.to_thread(node.join, others(cluster, node))


def others(cluster: Cluster, node: ClusterNode) -> list[ClusterNode]:
    return [each for each in cluster.nodes if each is not node]


async def restart_in_turn(failing: Failing) -> None:
    for node in failing.cluster.nodes:
        await asyncio.to_thread(node.stop)
        node.begin()
        await asyncio.to_thread(node.wait)
        await whole(failing.cluster)


async def fail_over(failing: Failing) -> None:
    """The primary dies, and somebody makes the standby the primary."""
    failing.postgres.kill_primary()
    await asyncio.sleep(1)
    await failing.postgres.promote()


BROKER: dict[str, Callable[[Failing], Awaitable[None]]] = {
    "broker: a follower is killed": lambda failing: kill(failing, leader=False),
    "broker: a leader is killed": lambda failing: kill(failing, leader=True),
    "broker: a minority is cut off": lambda failing: cut_off(failing, minority=True),
    "broker: no majority is left": lambda failing: cut_off(failing, minority=False),
    "broker: rolling restart": restart_in_turn,
}
