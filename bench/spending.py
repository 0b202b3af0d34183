"""What deeds cost an installation: processor time of each process, rows on disk, and what passes through."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.figures import Figure
from bench.installation import BenchInstallation
from bench.machine import memory_mib, memory_now_mib, tree_cpu_seconds
from deploy.environment import SERVICES
from deploy.local.processes import ChildProcess
from deploy.serving.housekeeping import KEPT

_TABLES = """
SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_PUBLISHED = "SELECT count(*), coalesce(max(id), 0) AS last FROM outbox"
_WAITING = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
_CONNECTIONS = """
SELECT usename, count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE 'portico%' GROUP BY 1
"""
QUIET = 1.5
"""Everything is done once the processes use at most this many times what they use at rest."""
SLACK = 0.05
"""Of a processor, since short looks are not exact."""
LOOK_SECONDS = 3


@dataclass(frozen=True)
class Spent:
    """By one deed; by process, and by database."""

    milliseconds: dict[str, float]
    kibibytes: dict[str, float]
    """That stay, with indexes; files besides."""
    passing: dict[str, float]
    """Of rows that are deleted after some days: the outbox, the inbox, idempotency keys."""
    events: dict[str, float]


@dataclass
class _State:
    seconds: dict[str, float]
    at: float
    kept: dict[str, int] = field(default_factory=dict)
    passing: dict[str, int] = field(default_factory=dict)
    published: dict[str, int] = field(default_factory=dict)


class Meter:
    def __init__(self, installed: BenchInstallation, children: dict[str, ChildProcess], files: Path) -> None:
        self.installed, self.children, self.files = installed, children, files
        servers = (installed.servers.postgres.child, installed.servers.rabbitmq.child)
        named = dict(zip(("postgres", "rabbitmq"), servers, strict=True))
        self.pids = {name: each.process.pid for name, each in {**children, **named}.items() if each}
        self.idle: dict[str, float] = {}
        """Processor seconds per second, by process, while nobody does anything."""

    async def rest(self, seconds: float) -> None:
        """Learn what the processes use at rest."""
        await asyncio.sleep(seconds)
        before = self._now()
        await asyncio.sleep(max(seconds, 1))
        self.idle = _rates(before, self._now())

    async def spent(self, deed: Callable[[], Awaitable[None]], times: int) -> Spent:
        """One of ``times`` deeds, with all that follows from it, and without what the processes use at rest."""
        before = await self._state()
        await deed()
        await self._until_quiet()
        after = await self._state()
        elapsed = after.at - before.at
        used = {
            name: max(0.0, after.seconds[name] - before.seconds[name] - elapsed * self.idle[name]) for name in self.pids
        }
        return Spent(
            {name: seconds / times * 1000 for name, seconds in used.items()},
            _grown(before.kept, after.kept, times * 1024),
            _grown(before.passing, after.passing, times * 1024),
            _grown(before.published, after.published, times),
        )

    def resting(self) -> list[Figure]:
        rates = ", ".join(f"{name} {rate * 1000:.1f}" for name, rate in self.idle.items())
        total = sum(self.idle.values()) * 1000
        return [Figure("at rest, processor time per second", total, "ms", behind=rates)]

    async def standing(self) -> list[Figure]:
        """Connections and memory of the processes after all that."""
        found: dict[str, int] = {}
        for service in SERVICES:
            async with self.installed.database(service) as database:
                found |= {row["usename"]: row["count"] for row in await database.fetch(_CONNECTIONS)}
        held = {name: memory_mib(child.process.pid) for name, child in self.children.items()}
        resident = {name: memory_now_mib(child.process.pid) for name, child in self.children.items()}
        return [
            Figure("connections to PostgreSQL", sum(found.values()), "connections", behind=_listed(found)),
            Figure("memory of the processes (PSS)", sum(held.values()), "MiB", behind=_listed(held)),
            Figure("memory of the processes (RSS)", sum(resident.values()), "MiB", behind=_listed(resident)),
        ]

    async def _until_quiet(self) -> None:
        """Until every event is handled, every mail sent and every invoice printed: nobody has anything to do. Where the
        numbers mean nothing, until every event is published."""
        smoke = not self.installed.sizes.explained
        while True:
            before = self._now()
            await asyncio.sleep(LOOK_SECONDS / 10 if smoke else LOOK_SECONDS)
            rates, rest = _rates(before, self._now()), sum(self.idle.values())
            if (smoke or sum(rates.values()) <= rest * QUIET + SLACK) and not await self._waiting():
                return

    async def _waiting(self) -> int:
        total = 0
        for service in SERVICES:
            async with self.installed.database(service) as database:
                total += await database.fetchval(_WAITING)
        return total

    def _now(self) -> _State:
        return _State(
            {name: tree_cpu_seconds(pid) for name, pid in self.pids.items()}, asyncio.get_running_loop().time()
        )

    async def _state(self) -> _State:
        state = self._now()
        for service in SERVICES:
            async with self.installed.database(service) as database:
                sizes = {row["name"]: row["bytes"] for row in await database.fetch(_TABLES)}
                state.passing[service] = sum(size for name, size in sizes.items() if name in KEPT)
                state.kept[service] = sum(sizes.values()) - state.passing[service]
                state.published[service] = (await database.fetchrow(_PUBLISHED))["last"]
        state.kept["files"] = sum(each.stat().st_size for each in self.files.rglob("*") if each.is_file())
        return state


def _rates(before: _State, after: _State) -> dict[str, float]:
    elapsed = after.at - before.at
    return {name: (after.seconds[name] - before.seconds[name]) / elapsed for name in before.seconds}


def _grown(before: dict[str, int], after: dict[str, int], divisor: int) -> dict[str, float]:
    return {name: (after[name] - before[name]) / divisor for name in before}


def _listed(parts: dict[str, int] | dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in parts.items())
