"""The billing run: three subscriptions per invoice, beside one transaction of plain SQL that writes the same rows. With
FULL=1 in the environment also for 100,000 subscriptions."""

import asyncio
import gc
import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from uuid import UUID, uuid4

import asyncpg

from bench.figures import BenchResult, Figure, wants_millions
from bench.installation import BenchInstallation
from bench.machine import peak_mib, reset_peak
from services.billing.billing_runs.service import BillingRun
from services.billing.settings import Settings
from shared.db import Sessions, make_engine, make_sessions

PER_INVOICE = 3
NOW = datetime(2027, 1, 10, 9, 30, tzinfo=UTC)
ROUNDS = {1_000: 9, 10_000: 3, 100_000: 1}
"""Per size: what takes a third of a second varies most. A trial run has one."""
FILL = (
    """
    INSERT INTO workspace_copies (id, kind, slug, display_name, account_number, connected, version)
    SELECT md5($1 || 'w' || n)::uuid, 'customer', $1 || '-' || n, 'Customer ' || n, 'C-' || n, true, 1
    FROM generate_series(1, $2::integer) n
    """,
    """
    INSERT INTO bill_groups (bill_group_id, workspace_id, display_name, currency, is_default, frequency, terms_days,
        auto_pay, po_number, vat_number, registration_number, anchor_on, next_billing_on, version)
    SELECT md5($1 || 'g' || n)::uuid, md5($1 || 'w' || n)::uuid, 'Default', 'EUR', true, 'monthly', 14, false,
        'PO-' || n, 'DE' || n, '', date '2026-11-10', date '2027-01-10', 1
    FROM generate_series(1, $2::integer) n
    """,
    """
    INSERT INTO bill_group_contacts (bill_group_id, kind, workspace_id, address, display_name, company, street,
        postal_code, city, country)
    SELECT md5($1 || 'g' || n)::uuid, 'billing', md5($1 || 'w' || n)::uuid, 'billing@' || n || '.example',
        'Accounts', 'Customer ' || n, 'Harbour Street ' || n, '12345', 'Port', 'DE'
    FROM generate_series(1, $2::integer) n
    """,
    """
    INSERT INTO subscriptions (id, workspace_id, bill_group_id, service_id, service_version, service_kind, description,
        product_name, plan_version_id, quantity, currency, recurring_minor, one_off_minor, interval_months, ordered_at,
        correlation_id, begun_via, clock, billing_started_at, started_on, unbilled_from, version)
    SELECT md5($1 || 's' || n)::uuid, md5($1 || 'w' || (n - 1) / 3 + 1)::uuid,
        md5($1 || 'g' || (n - 1) / 3 + 1)::uuid, gen_random_uuid(), 1, 'port', 'Uplink ' || n,
        'Port 10 Gbps', $3, 1 + n % 4, 'EUR', 10000 + n % 50 * 100, 0, 1, now(), gen_random_uuid(), 'system', 'started',
        '2026-11-10', date '2026-11-10', date '2027-01-10', 2
    FROM generate_series(1, $2::integer * 3) n
    """,
)
PLAN = """
WITH plan AS (INSERT INTO plans (id, product_id, display_name) VALUES ($1, $1, 'Monthly'))
INSERT INTO plan_versions (id, plan_id, version, currency, recurring_minor, one_off_minor, interval_months,
    published_at)
VALUES ($1, $1, 1, 'EUR', 10000, 0, 1, now())
"""
# Every statement writes what the run writes for the same groups; documents and events are as long as the run's.
PLAIN = (
    """
    CREATE TEMP TABLE due ON COMMIT DROP AS
    SELECT g.*, gen_random_uuid() AS invoice_id, row_number() OVER () AS n, gen_random_uuid() AS event_id
    FROM bill_groups g WHERE g.next_billing_on <= date '2027-01-10'
    """,
    """
    INSERT INTO invoices (id, workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor,
                          paid_minor, seller, buyer, version)
    SELECT d.invoice_id, d.workspace_id, d.bill_group_id, 'draft', d.currency, s.net, s.net / 5, s.net + s.net / 5, 0,
           $1::jsonb, $2::jsonb, 0
    FROM due d JOIN (SELECT bill_group_id, sum(recurring_minor * quantity) AS net FROM subscriptions
                     WHERE clock = 'started' GROUP BY 1) s USING (bill_group_id)
    """,
    """
    INSERT INTO invoice_lines (id, workspace_id, bill_group_id, invoice_id, position, kind, subscription_id, service_id,
        service_kind, description, product_name, period_from, period_to, quantity, currency, interval_months, days,
        whole_days, unit_minor, net_minor, tax_percent, tax_minor)
    SELECT gen_random_uuid(), d.workspace_id, d.bill_group_id, d.invoice_id,
        row_number() OVER (PARTITION BY d.bill_group_id ORDER BY s.ordered_at, s.id), 'recurring', s.id, s.service_id,
        s.service_kind, s.description, s.product_name, s.unbilled_from, date '2027-02-09', s.quantity, s.currency, 1,
        31, 31, s.recurring_minor, s.recurring_minor * s.quantity, 20, s.recurring_minor * s.quantity / 5
    FROM due d JOIN subscriptions s USING (bill_group_id)
    WHERE s.clock = 'started' AND s.unbilled_from <= d.next_billing_on
    """,
    """
    UPDATE subscriptions s SET unbilled_from = date '2027-02-10' FROM due d
    WHERE s.bill_group_id = d.bill_group_id AND s.clock = 'started' AND s.unbilled_from <= d.next_billing_on
    """,
    """
    UPDATE bill_groups g SET billed_on = d.next_billing_on, next_billing_on = date '2027-02-10'
    FROM due d WHERE d.bill_group_id = g.bill_group_id
    """,
    """
    UPDATE invoices i SET status = 'open', version = 1, series = 'PLAIN', series_year = $2::integer,
        issued_on = current_date,
        issued_at = now(), number = 'PLAIN-' || $2::integer || '-' || d.n, sequence = d.n, due_on = current_date + 14,
        document = $1::jsonb
    FROM due d WHERE d.invoice_id = i.id
    """,
    """
    INSERT INTO outbox (event_id, exchange, routing_key, body, workspace_id, correlation_id)
    SELECT event_id, 'billing.events', 'billing.invoice_issued', $1, workspace_id, gen_random_uuid() FROM due ORDER BY n
    """,
    """
    INSERT INTO invoice_files (id, invoice_id, workspace_id, bill_group_id, number, issued_at, tries, correlation_id,
        begun_via)
    SELECT gen_random_uuid(), invoice_id, workspace_id, bill_group_id, 'PLAIN-' || n, now(), 0, gen_random_uuid(),
        'system' FROM due
    """,
    """
    INSERT INTO invoice_documents (id, workspace_id, bill_group_id, invoice_id, number, tries, correlation_id,
        begun_via)
    SELECT event_id, workspace_id, bill_group_id, invoice_id, 'PLAIN-' || n, 0, gen_random_uuid(), 'system' FROM due
    """,
    """
    UPDATE bill_groups g SET owes = true, version = g.version + 1, told = true
    FROM due d WHERE d.bill_group_id = g.bill_group_id AND NOT g.owes
    """,
    """
    INSERT INTO outbox (event_id, exchange, routing_key, body, workspace_id, correlation_id)
    SELECT gen_random_uuid(), 'billing.events', 'billing.bill_group_updated', $1, workspace_id, gen_random_uuid()
    FROM due ORDER BY n
    """,
)
WRITTEN = ("invoices", "invoice_lines", "invoice_files", "invoice_documents", "outbox", "open_amounts", "spend")
SAMPLE = """
SELECT i.seller::text, i.buyer::text, i.document::text, o.body, (SELECT u.body FROM outbox u
    WHERE u.workspace_id = i.workspace_id AND u.routing_key = 'billing.bill_group_updated' LIMIT 1) AS group_body
FROM invoices i JOIN outbox o ON o.event_id = (SELECT id FROM invoice_documents d WHERE d.invoice_id = i.id)
WHERE i.series <> 'PLAIN' LIMIT 1
"""


async def run(installed: BenchInstallation) -> BenchResult:
    own = await installed.with_own_databases("runs")
    sizes = [1_000, 10_000] if installed.sizes.explained else [60, 120]
    if installed.sizes.explained and wants_millions():
        sizes.append(100_000)
    engine = make_engine(own.stack.environment["BILLING_WORKER_DATABASE_URL"], 2)
    try:
        with own.in_environment("billing"):
            settings = Settings(tax_percent=20)
        async with own.database("billing") as database:
            measured = Measured(make_sessions(engine), settings, database, uuid4())
            await database.execute(PLAN, measured.plan)
            await measured.seconds(20)  # imports, translations, statements
            gc.freeze()  # as every process of a service does when it has imported everything
            figures = await _figures(measured, sizes)
    finally:
        await engine.dispose()
    return BenchResult("billing-run", figures)


@dataclass
class Measured:
    sessions: Sessions
    settings: Settings
    database: "asyncpg.Connection[asyncpg.Record]"
    plan: UUID
    runs: int = 0

    async def seconds(self, invoices: int) -> float:
        """Of the run, for so many invoices."""
        await self._fill(invoices)
        began, done = time.perf_counter(), 0
        while found := await BillingRun(self.sessions, self.settings, NOW).bill_all():
            done += found
        assert done == invoices, done
        return time.perf_counter() - began

    async def plain(self, invoices: int) -> float:
        """Of the same rows in plain SQL."""
        seller, buyer, document, body, group_body = await self.database.fetchrow(SAMPLE)
        await self._fill(invoices)
        given = {1: (seller, buyer), 5: (document, 2100 + self.runs), 6: (body,), 10: (group_body,)}
        began = time.perf_counter()
        async with self.database.transaction():
            for n, statement in enumerate(PLAIN):
                await self.database.execute(statement, *given.get(n, ()), timeout=600)
        return time.perf_counter() - began

    async def written(self) -> Counter[str]:
        """Rows per table."""
        return Counter({table: await self.database.fetchval(f"SELECT count(*) FROM {table}") for table in WRITTEN})  # noqa: S608 - constants

    async def pair(self, invoices: int) -> tuple[float, float]:
        """The seconds of the run, and those of plain SQL, which must have written as many rows into each table."""
        before = await self.written()
        run = await self.seconds(invoices)
        between = await self.written()
        plain = await self.plain(invoices)
        after = await self.written()
        assert between - before == after - between, (between - before, after - between)
        return run, plain

    async def _fill(self, invoices: int) -> None:
        self.runs += 1
        for statement in FILL:
            values = (self.plan,) if "$3" in statement else ()
            await self.database.execute(statement, f"run{self.runs}", invoices, *values, timeout=600)
        await self.database.execute("VACUUM ANALYZE", timeout=600)


async def _figures(measured: Measured, sizes: list[int]) -> list[Figure]:
    figures, each = [], dict[int, float]()
    for size in sizes:
        invoices, pairs = size // PER_INVOICE, []
        reset_peak(os.getpid())
        for _ in range(ROUNDS.get(size, 1)):
            pairs.append(await measured.pair(invoices))
            await asyncio.sleep(0)
        run, plain_sql = (median(times) for times in zip(*pairs, strict=True))
        each[size], rate, plain = run / invoices, invoices / run, invoices / plain_sql
        figures.append(Figure(f"{size:,} subscriptions / plain SQL", median(sql / own for own, sql in pairs),
                              at_least=0.4, behind=f"{rate:,.0f} invoices/s; plain SQL {plain:,.0f}/s"))  # fmt: skip
    name = f"an invoice of {sizes[-1]:,} subscriptions / of {sizes[0]:,}"
    figures.append(Figure(name, each[sizes[-1]] / each[sizes[0]], at_most=1.2))
    figures.append(Figure("memory, at most", peak_mib(os.getpid()), "MiB", at_most=200))
    return figures
