"""News for many people: how fast a worker makes their messages, page by page, beside one statement of plain SQL that
writes the same rows, and how much memory that takes."""

import os
import time
from uuid import UUID, uuid4

import asyncpg

from bench.figures import BenchResult, Figure, ratio
from bench.installation import BenchInstallation
from bench.machine import memory_now_mib, peak_mib, reset_peak
from services.notifications import jobs
from services.notifications.settings import Settings
from shared.clock import Clock
from shared.db import make_engine, make_sessions
from shared.jobs import JobContext

WORKSPACES = 1_000
TREE = """
INSERT INTO workspace_copies (id, parent_workspace_id, kind, slug, display_name, account_number, connected, version)
SELECT md5('news w' || n)::uuid, CASE WHEN n > 0 THEN md5('news w0')::uuid END,
       CASE WHEN n > 0 THEN 'customer' ELSE 'provider' END, 'news-' || n, 'Company ' || n, n::text, true, 1
  FROM generate_series(0, $1::integer) AS n ON CONFLICT DO NOTHING
"""
PEOPLE = """
INSERT INTO people (user_id, address, display_name, locale, version)
SELECT md5('news p' || n)::uuid, 'p' || n || '@people.example', 'Person ' || n, 'en-US', 1
  FROM generate_series(1, $1::integer) AS n
"""
GRANTS = """
INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source)
SELECT gen_random_uuid(), md5('news p' || n)::uuid, md5('news w' || (n % $2 + 1))::uuid, 'admin', 'membership'
  FROM generate_series(1, $1::integer) AS n
"""
CAMPAIGN = """
INSERT INTO campaigns (id, workspace_id, topic, texts, segment, state, version, scheduled_for, tries, correlation_id,
                       begun_via)
VALUES ($1, md5('news w0')::uuid, 'news_release', '{"en": {"title": "3.0", "body": "It is out.", "button_label": ""}}',
        '{"kinds": ["customer"], "sellers": "all"}', 'scheduled', 1, now(), 0, gen_random_uuid(), 'self')
"""
# The same rows of another campaign, in one statement.
PLAIN = """
WITH told AS (
    INSERT INTO messages (workspace_id, topic, fact_id, recipient_kind, recipient_id, facts)
    SELECT DISTINCT ON (g.user_id) g.workspace_id, 'news_release', $1, 'user', g.user_id, $2::jsonb
      FROM access_grants g JOIN people p USING (user_id) ORDER BY g.user_id, g.workspace_id
    RETURNING id, workspace_id, recipient_id
), kept AS (
    INSERT INTO own_mails (id, user_id, workspace_id, topic, about, state)
    SELECT id, recipient_id, workspace_id, 'news_release', '3.0', 'waiting' FROM told
)
INSERT INTO deliveries (workspace_id, message_id, state, gathered, tries, correlation_id, begun_via)
SELECT workspace_id, id, 'queued', 1, 0, $1, 'system' FROM told
"""
FACTS = "SELECT facts::text FROM messages WHERE fact_id = $1 LIMIT 1"
MADE = "SELECT count(*) FROM messages WHERE fact_id = $1"
FORGET = "TRUNCATE messages CASCADE"


async def run(installed: BenchInstallation) -> BenchResult:
    count = installed.sizes.grants
    measured = await installed.with_own_databases("campaigns")
    with measured.in_environment("notifications"):
        settings = Settings()
    engine = make_engine(measured.stack.environment["NOTIFICATIONS_WORKER_DATABASE_URL"], 2)
    try:
        async with measured.database("notifications") as connection:
            await _fill(connection, count)
            job = JobContext(make_sessions(engine), Clock(), settings)
            return BenchResult("campaigns", await _figures(connection, job, count, installed.sizes.rounds))
    finally:
        await engine.dispose()


async def _fill(connection: "asyncpg.Connection[asyncpg.Record]", count: int) -> None:
    await connection.execute(TREE, WORKSPACES)
    await connection.execute(PEOPLE, count)
    await connection.execute(GRANTS, count, WORKSPACES)
    await connection.execute("ANALYZE")


async def _figures(
    connection: "asyncpg.Connection[asyncpg.Record]", job: JobContext, count: int, rounds: int
) -> list[Figure]:
    ours, plain, memory = [], [], []
    for _ in range(rounds):
        id_ = uuid4()
        await connection.execute(CAMPAIGN, id_)
        before = memory_now_mib(os.getpid())
        reset_peak(os.getpid())
        ours.append(await _prepared(job, connection, id_, count))
        memory.append(max(peak_mib(os.getpid()) - before, 0))
        facts = await connection.fetchval(FACTS, id_)
        await connection.execute(FORGET)
        began = time.perf_counter()
        await connection.execute(PLAIN, uuid4(), facts, timeout=300)
        plain.append(time.perf_counter() - began)
        await connection.execute(FORGET)
    behind = f"{min(ours):.1f} s and {min(plain):.1f} s for {count:,} people"
    return [
        Figure("messages of news / one statement of SQL, in time", ratio(ours, to=plain), at_most=3, behind=behind),
        Figure("people per second", count / min(ours), "per s"),
        Figure("memory meanwhile", max(memory), "MiB", at_most=32),
    ]


async def _prepared(job: JobContext, connection: "asyncpg.Connection[asyncpg.Record]", id_: UUID, count: int) -> float:
    began = time.perf_counter()
    while await jobs.advance_campaigns(job):
        pass
    seconds = time.perf_counter() - began
    assert await connection.fetchval(MADE, id_) == count
    return seconds
