"""The log at size: how fast events become entries, are sealed and verified, and what a page costs by every filter and
every two of them. FULL=1 in the environment reads a workspace with 1,000,000 entries instead of 100,000."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import SecretStr

from bench.events import workspace_updated
from bench.figures import BenchResult, Figure, interleaved, ratio, wants_millions
from bench.installation import BenchInstallation
from services.audit.entries.listing import Wanted
from services.audit.entries.reading import page_of_entries
from services.audit.entries.service import append_entries
from services.audit.seals.service import seal_entries
from services.audit.seals.verifying import verify_chains
from shared.auth import Access
from shared.db import Sessions, make_engine, make_pool, make_sessions
from shared.events import Envelope, Via
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE

MILLION = 1_000_000
BATCH = 200
"""Events that a worker appends in a transaction."""
WORKSPACES = 100
TURNS = 16
FILL = """
INSERT INTO entries (id, workspace_id, at, action, via, actor_id, subject_type, subject_id, correlation_id, details)
SELECT gen_random_uuid(), $1, now() - n * interval '20 seconds',
       CASE WHEN n % 50000 = 7 THEN 'identity.contact_removed' ELSE 'billing.invoice_issued' END,
       CASE WHEN n % 7 = 0 THEN 'system' WHEN n % 1000 = 3 THEN 'on_behalf' ELSE 'self' END,
       CASE WHEN n % 10000 = 3 THEN $2 ELSE md5((n % 500)::text)::uuid END, 'invoice',
       CASE WHEN n % 20000 = 5 THEN $3 ELSE gen_random_uuid() END,
       CASE WHEN n % 100000 = 9 THEN $4 ELSE gen_random_uuid() END,
       '{"number": "LC-1", "total_minor": 111925, "currency": "EUR"}'
FROM generate_series(1, $5::integer) n
"""
"""A log in which few entries are of one person, one object, one request, one action, or done on behalf."""

Event = tuple[Envelope, dict[str, Any]]


@dataclass(frozen=True)
class Rare:
    """Whose and what few entries are, in a workspace with many."""

    workspace_id: UUID
    actor_id: UUID
    subject_id: UUID
    correlation_id: UUID


async def run(installed: BenchInstallation) -> BenchResult:
    own = await installed.with_own_databases("log")
    environment, sizes = own.stack.environment, installed.sizes
    count = MILLION if sizes.explained and wants_millions() else sizes.grants
    secret = SecretStr(environment["AUDIT_SEAL_KEY"])
    engine = make_engine(environment["AUDIT_WORKER_DATABASE_URL"], 2)
    pool = await make_pool(environment["AUDIT_DATABASE_URL"], 2)
    try:
        async with own.database("audit") as database:
            writing = Writing(make_sessions(engine), database, secret, sizes.messages)
            figures = await writing.figures(sizes.rounds, "an empty log")
            figures += await writing.kept()
            rare = await _fill(database, count)
            figures += await writing.figures(sizes.rounds, f"{count:,} entries")
            figures += await _reading(pool, secret, rare, count)
    finally:
        pool.terminate()
        await engine.dispose()
    return BenchResult("audit-log", figures)


@dataclass
class Writing:
    """Events that become entries, and what PostgreSQL takes for the same rows."""

    sessions: Sessions
    database: "asyncpg.Connection[asyncpg.Record]"
    secret: SecretStr
    count: int

    async def figures(self, rounds: int, among: str) -> list[Figure]:
        found = await interleaved(rounds, {"append": self.append, "copy": self.copy})
        rates = {name: median(each) for name, each in found.items()}
        share, behind = ratio(found["append"], found["copy"]), f"{rates['append']:,.0f}/s; COPY {rates['copy']:,.0f}/s"
        name = f"events appended to {among} / COPY of the same rows"
        return [Figure(name, share, at_least=0.5, behind=f"{behind}; {BATCH} per transaction")]

    async def append(self) -> float:
        """Events per second, as the listener appends them."""
        batches = list(_batches(self._events()))
        began = time.perf_counter()
        for batch in batches:
            async with self.sessions.begin() as session:
                await append_entries(session, batch, self.secret)
        return self.count / (time.perf_counter() - began)

    async def copy(self) -> float:
        """Rows per second of COPY, of those that were appended last, into the same table and with the same indexes."""
        rows = await self.database.fetch("SELECT * FROM entries ORDER BY position DESC LIMIT $1", self.count)
        names = [name for name in rows[0].keys() if name not in ("position", "recorded_at")]  # noqa: SIM118
        records = [tuple(uuid4() if name == "id" else row[name] for name in names) for row in rows]
        began = time.perf_counter()
        for batch in _batches(records):
            await self.database.copy_records_to_table("entries", records=batch, columns=names)
        seconds = time.perf_counter() - began
        await self.database.execute(
            "INSERT INTO waiting_entries SELECT position FROM entries ORDER BY position DESC LIMIT $1", self.count
        )
        return self.count / seconds

    def _events(self) -> list[Event]:
        workspaces = [uuid4() for _ in range(WORKSPACES)]
        events = [workspace_updated(workspaces[n % WORKSPACES], n + 1) for n in range(self.count)]
        wires = [event.to_wire() for event in events]
        return [(Envelope.model_validate(wire), wire) for wire in wires]

    async def kept(self) -> list[Figure]:
        """Sealing all that was written, and verifying it: processor time of this process, beside which PostgreSQL
        works."""
        began, busy, sealed = time.perf_counter(), time.process_time(), 0
        while True:
            async with self.sessions.begin() as session:
                if not (found := await seal_entries(session)):
                    break
            sealed += found
        figures = [_per_entry("sealing", began, busy, sealed)]
        async with self.sessions() as session:
            began, busy = time.perf_counter(), time.process_time()
            report = await verify_chains(session, self.secret)
            figures.append(_per_entry("verifying", began, busy, report.entries, at_most=1e6 / 60_000))
        assert report.problems == [], report.problems[:3]
        return figures


def _per_entry(what: str, began: float, busy: float, count: int, at_most: float | None = None) -> Figure:
    seconds, processor = time.perf_counter() - began, time.process_time() - busy
    return Figure(f"{what} an entry, processor time", processor / count * 1e6, "µs", at_most=at_most, scales=True,
                  behind=f"{count / seconds:,.0f}/s of {count:,}")  # fmt: skip


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


async def _fill(database: "asyncpg.Connection[asyncpg.Record]", count: int) -> Rare:
    rare = Rare(uuid4(), uuid4(), uuid4(), uuid4())
    ids = (rare.workspace_id, rare.actor_id, rare.subject_id, rare.correlation_id)
    await database.execute("SET synchronous_commit = off")
    await database.execute(FILL, *ids, count, timeout=1800)
    await database.execute("RESET synchronous_commit")
    await database.execute("VACUUM ANALYZE", timeout=600)
    return rare


async def _reading(pool: asyncpg.Pool, secret: SecretStr, rare: Rare, count: int) -> list[Figure]:
    """What a page of 50 costs, with names, keys and money, in the service and PostgreSQL together."""
    access = Access(uuid4(), "ana@northwind.example", uuid4(), rare.workspace_id, "customer", None, Via.own, (), False,
                    level="all", scope=EVERYWHERE)  # fmt: skip
    reads = ScopedReads(pool, access)
    costs = dict[str, float]()
    for name, wanted in questions(rare):
        taken = []
        for _ in range(TURNS):
            began = time.perf_counter()
            await page_of_entries(reads, secret, wanted, None, 50)
            taken.append((time.perf_counter() - began) * 1000)
        costs[name] = min(taken[TURNS // 2 :])  # PostgreSQL plans the first ones; other work only adds
    slowest = max(costs, key=lambda name: costs[name])
    behind = f"{slowest}; " + "; ".join(f"{name} {cost:.2f}" for name, cost in sorted(costs.items()))
    return [Figure(f"a page of {count:,} entries, by the slowest of {len(costs)} filters", costs[slowest], "ms",
                   at_most=3, scales=True, behind=behind)]  # fmt: skip


def questions(rare: Rare) -> Iterator[tuple[str, Wanted]]:
    """Every filter, every two that go together, and people who see only their own deeds."""
    now = datetime.now(UTC)
    hours = {"since": now - timedelta(days=9, hours=2), "until": now - timedelta(days=9)}
    alone: dict[str, dict[str, Any]] = {
        "action": {"action": "billing.invoice_issued"},
        "rare action": {"action": "identity.contact_removed"},
        "no such action": {"action": "nobody.did_this"},
        "rare actor": {"actor_id": rare.actor_id},
        "no such actor": {"actor_id": uuid4()},
        "unknown address": {"actor": "nobody@larkspur.example"},
        "on behalf": {"on_behalf": True},
        "object": {"subject_id": rare.subject_id},
        "no such object": {"subject_id": uuid4()},
        "request": {"correlation_id": rare.correlation_id},
        "two hours": hours,
    }
    yield "all", Wanted()
    for name, asked in alone.items():
        yield name, Wanted(**asked)
    for (first, one), (second, other) in combinations(alone.items(), 2):
        together = Wanted(**{**one, **other})
        if not (one.keys() & other.keys() or together.excludes_each_other):
            yield f"{first} + {second}", together
    for name in ("action", "rare action", "object", "request", "two hours"):
        yield f"own, {name}", replace(Wanted(**alone[name]), own_id=rare.actor_id)
