"""Auto-pay: due invoices that are charged through the simulator, which answers at once, beside prepared statements that
write the same rows and events, also in commits per charge."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import uuid4

import asyncpg

from bench.billing_run import NOW, PLAN, Measured
from bench.figures import BenchResult, Figure
from bench.installation import BenchInstallation
from deploy.environment import Login
from deploy.migrating.databases import address_of
from services.billing import payment_jobs
from services.billing.settings import Settings
from shared.clock import Clock
from shared.db import make_engine, make_sessions
from shared.jobs import JobContext

ROUNDS = 2
METHODS = """
INSERT INTO payment_methods (id, workspace_id, bill_group_id, gateway, kind, state, reference, label, brand,
    last_four, is_default, notices, return_url, requested_at, page_until, due_at, tries, version, correlation_id,
    begun_via)
SELECT bill_group_id, workspace_id, bill_group_id, 'simulator', 'card', 'active', 'sim_approved:' || bill_group_id, '',
    'Visa', '4242', true, 0, '', now(), now(), NULL, 0, 1, gen_random_uuid(), 'system'
FROM bill_groups WHERE bill_group_id = ANY ($1)
"""
GROUPS = "SELECT md5($1 || 'g' || n)::uuid AS id FROM generate_series(1, $2::integer) n"
OWED = "SELECT id, workspace_id, bill_group_id, total_minor FROM invoices WHERE bill_group_id = ANY ($1)"
PAID = "SELECT count(*) FROM invoices WHERE bill_group_id = ANY ($1) AND status = 'paid'"
SAMPLE = "SELECT body FROM outbox WHERE routing_key = 'billing.' || $1 ORDER BY id DESC LIMIT 1"
EVENTS = ("payment_succeeded", "invoice_paid", "bill_group_updated")

# What a charge writes in its three commits: before the gateway is asked, at the gateway, and after its answer.
BEFORE = """
WITH payment AS (
    INSERT INTO payments (id, workspace_id, bill_group_id, state, currency, amount_minor, refunded_minor,
        uncovered_minor, gateway, payment_method_id, created_at, expires_at, correlation_id, begun_via, version)
    VALUES ($1, $2, $3, 'created', 'EUR', $5, 0, 0, 'simulator', $3, now(), now(), $1, 'system', 1) RETURNING id),
allocation AS (
    INSERT INTO payment_allocations (payment_id, invoice_id, workspace_id, bill_group_id, position, asked_minor,
        paid_minor, live)
    SELECT id, $4::uuid, $2::uuid, $3::uuid, 1, $5::bigint, 0, true FROM payment)
INSERT INTO charges (id, workspace_id, bill_group_id, invoice_id, payment_id, state, failures, due_at, tries,
    correlation_id, begun_via)
SELECT id, $2::uuid, $3::uuid, $4::uuid, id, 'charging', 0, now(), 1, id, 'system' FROM payment
"""
AT_THE_GATEWAY = """
INSERT INTO simulated_payments (id, workspace_id, key, answer, events, due_at, tries, correlation_id, begun_via)
VALUES ($1::uuid, $2, $1::text, '{"kind": "approved"}', '[]', NULL, 0, $1::uuid, 'system')
"""
AFTER = (
    "UPDATE payments SET state = 'succeeded', version = 2, method = 'card', settled_at = now() WHERE id = $1",
    "UPDATE payment_allocations SET paid_minor = asked_minor WHERE payment_id = $1",
    """
    UPDATE invoices SET status = 'paid', paid_minor = total_minor, version = version + 1
    WHERE id = (SELECT invoice_id FROM payment_allocations WHERE payment_id = $1)
    """,
    """
    UPDATE bill_groups SET owes = false, version = version + 1
    WHERE bill_group_id = (SELECT bill_group_id FROM payments WHERE id = $1)
    """,
    "UPDATE charges SET state = 'done', due_at = NULL, tries = 0 WHERE payment_id = $1",
)
EVENT = """
INSERT INTO outbox (event_id, exchange, routing_key, body, workspace_id, correlation_id)
VALUES ($1, 'billing.events', 'billing.' || $2, $3, $4, $1)
"""
DOCUMENT = """
INSERT INTO invoice_documents (id, workspace_id, bill_group_id, invoice_id, number, tries, correlation_id, begun_via)
VALUES ($1, $2, $3, $4, 'BARE', 0, $1, 'system')
"""


class Later(Clock):
    """The invoices are due."""

    def now(self) -> datetime:
        return NOW + timedelta(days=20)


@dataclass
class Spent:
    seconds: float
    processor: float
    """Of the measuring process."""


async def run(installed: BenchInstallation) -> BenchResult:
    own = await installed.with_own_databases("charges")
    size = 10_000 if installed.sizes.explained else 40
    names = own.stack.environment
    with own.in_environment("billing"):
        settings = Settings(tax_percent=20, gateway="simulator", demo=True)
    engine = make_engine(names["BILLING_WORKER_DATABASE_URL"], settings.worker_connections)
    try:
        async with own.database("billing") as database:
            sessions = make_sessions(engine)
            measured = Measured(sessions, settings, database, uuid4())
            await database.execute(PLAN, measured.plan)
            address = address_of(own.servers.postgres_url, Login.of(names["BILLING_DATABASE_URL"]).database)
            charging = Charging(measured, JobContext(sessions, Later(), settings), address)
            await charging.by_jobs(20)  # imports and statements
            each, connections = size // ROUNDS, settings.worker_connections
            pairs = [(await charging.by_jobs(each), await charging.bare(each, connections)) for _ in range(ROUNDS)]
    finally:
        await engine.dispose()
    return BenchResult("charging", list(_figures(pairs, size // ROUNDS)))


@dataclass
class Charging:
    measured: Measured
    job: JobContext
    address: str
    """Of the database, for more connections as the superuser."""

    async def by_jobs(self, invoices: int) -> Spent:
        """Of planning and charging them, as a worker does."""
        groups = await self._due(invoices)
        await self.measured.database.execute(
            "UPDATE bill_groups SET auto_pay = true WHERE bill_group_id = ANY ($1)", groups
        )
        await self.measured.database.execute(METHODS, groups)
        spent = await _spent(self._work)
        assert await self.measured.database.fetchval(PAID, groups) == invoices
        return spent

    async def _work(self) -> None:
        while await payment_jobs.plan_charges(self.job):
            pass
        while await payment_jobs.charge_due_invoices(self.job):
            pass

    async def bare(self, invoices: int, connections: int) -> Spent:
        """Of the same rows in prepared statements, as many at once."""
        database = self.measured.database
        bodies = {name: await database.fetchval(SAMPLE, name) for name in EVENTS}
        groups = await self._due(invoices)
        await database.execute(METHODS, groups)
        owed = iter(await database.fetch(OWED, groups))
        pool = [await asyncpg.connect(self.address) for _ in range(connections)]
        try:
            spent = await _spent(lambda: asyncio.gather(*(_write(each, owed, bodies) for each in pool)))
        finally:
            for connection in pool:
                await connection.close()
        assert await database.fetchval(PAID, groups) == invoices
        return spent

    async def _due(self, invoices: int) -> list[object]:
        """Groups with an invoice each."""
        await self.measured.seconds(invoices)
        found = await self.measured.database.fetch(GROUPS, f"run{self.measured.runs}", invoices)
        return [row["id"] for row in found]


async def _write(
    connection: "asyncpg.Connection[asyncpg.Record]", owed: Iterator[asyncpg.Record], bodies: dict[str, str]
) -> None:
    for invoice in owed:
        payment, rows = uuid4(), (invoice["workspace_id"], invoice["bill_group_id"], invoice["id"])
        await connection.execute(BEFORE, payment, *rows, invoice["total_minor"])
        await connection.execute(AT_THE_GATEWAY, payment, invoice["workspace_id"])
        async with connection.transaction():
            for statement in AFTER:
                await connection.execute(statement, payment)
            for name, body in bodies.items():
                await connection.execute(EVENT, uuid4(), name, body, invoice["workspace_id"])
            await connection.execute(DOCUMENT, uuid4(), *rows)


async def _spent(work: Callable[[], Awaitable[object]]) -> Spent:
    began, used = time.perf_counter(), time.process_time()
    await work()
    return Spent(time.perf_counter() - began, time.process_time() - used)


def _figures(pairs: Sequence[tuple[Spent, Spent]], invoices: int) -> Iterator[Figure]:
    rates = [invoices / median(each.seconds for each in side) for side in zip(*pairs, strict=True)]
    used = [median(each.processor for each in side) / invoices * 1000 for side in zip(*pairs, strict=True)]
    yield Figure("charges / bare writes of the same rows", median(bare.seconds / own.seconds for own, bare in pairs),
                 at_least=0.05, behind=f"{rates[0]:,.0f} charges/s; bare {rates[1]:,.0f}/s")  # fmt: skip
    yield Figure("processor time of a charge", used[0], "ms", at_most=20, scales=True,
                 behind=f"bare {used[1]:.2f} ms")  # fmt: skip
