"""The relay and a consumer on three brokers and a PostgreSQL with a standby: nodes die, are cut off and restart in turn
while events are emitted. Each is handled once, those of a workspace in order; and how long nothing was handled."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.servers import Servers
from deploy.migrating.queues import declare
from deploy.migrating.topology import SHARED, plumbing_of
from deploy.waiting import eventually
from shared import logs
from shared.clock import Clock
from shared.db import Sessions, make_engine, make_sessions
from shared.events import Actor
from shared.events.provisioning import ServiceCountsChanged
from shared.messaging.connection import connect
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.outbox import Cause, emit, transaction
from tests.faults import on_clusters
from tests.faults.matrix.results import Cells
from tests.faults.on_clusters import BROKER, Failing
from tests.harness import servers as of_tests
from tests.harness.cluster import NODES, Cluster
from tests.harness.databases import PASSWORD, Database
from tests.harness.installation import real_now
from tests.harness.replicated import ReplicatedPostgres
from tests.shared.sketch import SERVICE, background, counts, make_queues

VHOST, WORKSPACES, PAUSE_SECONDS = "clustered", 8, 0.05


@dataclass
class Plumbing:
    """A service with nothing but an outbox, an inbox and a table of what was handled."""

    failing: Failing
    sessions: Sessions
    url: str
    """Of the worker's role, and of whichever node is the primary."""

    async def emitting(self, workspaces: list[UUID], emitted: dict[UUID, int], enough: asyncio.Event) -> None:
        """Emit numbered events for the workspaces in turn. One that was not confirmed is emitted again, as its request
        would be."""
        number = 0
        while not enough.is_set():
            workspace = workspaces[number % len(workspaces)]
            try:
                async with asyncio.timeout(5):
                    await self._emit(workspace, emitted[workspace] + 1)
            except Exception:
                await self._look(workspace, emitted)
                continue
            emitted[workspace] += 1
            number += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def _emit(self, workspace: UUID, ports: int) -> None:
        cause = Cause(Actor(), real_now())
        async with transaction(self.sessions, cause, workspace_id=workspace) as session:
            await emit(session, counts(ports, workspace))

    async def _look(self, workspace: UUID, emitted: dict[UUID, int]) -> None:
        """Whether a commit without an answer was made."""
        query = "SELECT max((body::jsonb->>'ports')::int) FROM outbox WHERE workspace_id = $1"
        try:
            [row] = await self.rows(query, workspace)
            emitted[workspace] = row[0] or 0
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.2)

    async def rows(self, query: str, *values: Any) -> list[Any]:
        connection = await asyncpg.connect(self.url, timeout=5)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    async def handled(self) -> list[tuple[UUID, int, float]]:
        """In the order in which it was handled: of whom, the number, and when."""
        query = "SELECT workspace_id, number, extract(epoch FROM at)::float8 FROM handled ORDER BY position"
        return [tuple(row) for row in await self.rows(query)]


def noting() -> ServiceRouter:
    router = ServiceRouter(SERVICE)

    @router.on(ServiceCountsChanged)
    async def note(session: AsyncSession, event: ServiceCountsChanged) -> None:
        values = {"workspace_id": event.workspace_id, "number": event.ports}
        statement = "INSERT INTO handled (workspace_id, number) VALUES (:workspace_id, :number)"
        await session.execute(text(statement), values)

    return router


@pytest.fixture(scope="module")
async def plumbing() -> AsyncIterator[Plumbing]:
    logs.configure(SERVICE, "ERROR")
    temporary = tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True)
    folder = Path(temporary.name)
    postgres, cluster = ReplicatedPostgres(folder / "postgres"), Cluster(folder / "cluster")
    with Servers(postgres, cluster, temporary), pytest.MonkeyPatch.context() as environment:
        environment.setenv(of_tests.POSTGRES, postgres.url)
        database = Database(SERVICE)
        await database.create()
        async with database.owner.begin() as session:
            await session.execute(text(
                "CREATE TABLE handled (position bigserial, workspace_id uuid, number int, at timestamptz DEFAULT"
                " clock_timestamp())"))  # fmt: skip
            await session.execute(text(f"GRANT ALL ON handled, handled_position_seq TO portico_{SERVICE}_worker"))
        await database.close()
        await asyncio.to_thread(cluster.add_vhost, VHOST)
        failing = Failing(postgres, cluster, VHOST, noting().listeners[0].queue)
        await on_clusters.whole(cluster)
        async with connect(cluster.url(VHOST), "test") as connection:
            for topology in (SHARED, plumbing_of(SERVICE), plumbing_of("provisioning")):
                await declare(connection, topology)
        await make_queues(cluster.url(VHOST), noting())
        await postgres.confirm_with_standby()
        url = postgres.url_of(f"portico_{SERVICE}_worker:{PASSWORD}", database.name)
        engine = make_engine(url, 5)
        yield Plumbing(failing, make_sessions(engine), url)
        await engine.dispose()


async def play(plumbing: Plumbing, deed: Callable[[Failing], Awaitable[None]]) -> float:
    """Returns how long nothing was handled at most, in seconds."""
    workspaces, enough = [uuid4() for _ in range(WORKSPACES)], asyncio.Event()
    emitted, amqp = dict.fromkeys(workspaces, 0), plumbing.failing.cluster.url(VHOST)

    async def all_handle() -> bool:
        return {workspace for workspace, _, _ in await plumbing.handled()} >= emitted.keys()

    async def all_handled() -> bool:
        mine = [number for workspace, number, _ in await plumbing.handled() if workspace in emitted]
        return len(mine) >= sum(emitted.values()) > 0

    consumer = Consumer(noting(), plumbing.sessions, Clock(), amqp)
    async with background(Relay(SERVICE, plumbing.url, amqp).run()), background(consumer.run()):
        emitting = asyncio.create_task(plumbing.emitting(workspaces, emitted, enough))
        await eventually(lambda: min(emitted.values()) > 1, "events are emitted", seconds=60)
        await eventually(all_handle, "events are handled", seconds=60)
        began = time.time()
        await deed(plumbing.failing)
        until = sum(emitted.values()) + 2 * WORKSPACES
        await eventually(lambda: sum(emitted.values()) >= until, "events are emitted again", seconds=120)
        enough.set()
        await emitting
        await eventually(all_handled, "all is handled", seconds=120, pause=0.2)
    found = [(workspace, number, at) for workspace, number, at in await plumbing.handled() if workspace in emitted]
    for workspace in workspaces:
        mine = [number for owner, number, _ in found if owner == workspace]
        assert mine == list(range(1, emitted[workspace] + 1)), "each once, and in order"
    times = [began, *(at for _, _, at in found if at >= began)]
    return max(after - before for before, after in pairwise(times))


@pytest.mark.faults
@pytest.mark.rule("D23")
@pytest.mark.parametrize("name", BROKER)
async def test_events_survive_the_faults_of_a_cluster(plumbing: Plumbing, cells: Cells, name: str) -> None:
    cluster = plumbing.failing.cluster
    await on_clusters.whole(cluster)
    replicas = await asyncio.to_thread(cluster.members_of, VHOST)
    assert {count for count in replicas.values() if count} == {NODES}, "each queue is on all nodes"
    with cells.cell("plumbing", name) as cell:
        cell.seconds = await play(plumbing, BROKER[name])


@pytest.mark.faults
@pytest.mark.rule("D23")
async def test_events_survive_a_failover(plumbing: Plumbing, cells: Cells) -> None:
    with cells.cell("plumbing", "PostgreSQL fails over to its standby") as cell:
        cell.seconds = await play(plumbing, on_clusters.fail_over)
