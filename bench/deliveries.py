"""Mails: how fast two workers empty a queue of them into a mail server on the same machine, beside a plain client that
sends as many mails that are there already, and into one that takes its time; and whether a mail is lost or sent twice
when a worker is killed."""

import asyncio
import json
import signal
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID, uuid4

import aiosmtplib
import asyncpg

from bench.figures import BenchResult, Figure, wants_millions
from bench.installation import BenchInstallation
from bench.machine import cpu_seconds
from bench.smtp_sink import Sink, smtp_sink
from deploy.local.processes import ChildProcess
from services.notifications.mail_samples.events import CUSTOMER, sample_facts
from services.notifications.topics import Topic

TOPIC = Topic.new_browser
WORKERS = 2
AT_ONCE = 8
"""The default of NOTIFICATIONS_MAILS_AT_ONCE."""
ANSWERS_AFTER = 0.25
"""Seconds: of a mail server that reads each mail for viruses and spam before it takes it."""
MANY = 100_000
MANY_THAT_WAIT = 10_000
"""Mails for the server that takes its time: what it takes per second does not depend on how many wait."""
SETTINGS = {"NOTIFICATIONS_LEASE_SECONDS": "5", "NOTIFICATIONS_LOG_LEVEL": "WARNING"}
"""A killed worker's mails are free again after five seconds, so that the bench need not wait for two minutes."""
NOBODY = """
INSERT INTO workspace_copies (id, kind, slug, display_name, account_number, connected, version)
VALUES ($1, 'provider', 'mails', 'Larkspur Cloud', '1', true, 1)
"""
PEOPLE = """
INSERT INTO people (user_id, address, display_name, locale, version)
SELECT md5('mail p' || n)::uuid, 'p' || n || '@people.example', 'Person ' || n, 'en-US', 1
  FROM generate_series(1, $1::integer) AS n
"""
QUEUED = """
WITH told AS (
    INSERT INTO messages (workspace_id, topic, fact_id, recipient_kind, recipient_id, facts)
    SELECT $1, $2, $3, 'user', user_id, $4::jsonb FROM people
    RETURNING id, workspace_id
)
INSERT INTO deliveries (workspace_id, message_id, state, gathered, tries, correlation_id, begun_via)
SELECT workspace_id, id, 'queued', 1, 0, $3, 'system' FROM told
"""
OPEN = "SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL"
SENT = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
FORGET = "TRUNCATE messages CASCADE"


async def run(installed: BenchInstallation) -> BenchResult:
    count = MANY if wants_millions() else installed.sizes.messages
    measured = await installed.with_own_databases("deliveries")
    with smtp_sink() as sink, smtp_sink(ANSWERS_AFTER) as usual:
        async with measured.database("notifications") as connection:
            workspace_id = uuid4()
            await connection.execute(NOBODY, workspace_id)
            await connection.execute(PEOPLE, count)
            await connection.execute("ANALYZE")
            figures = await _drained(measured, connection, sink, workspace_id, count)
            figures += await _killed(measured, connection, sink, workspace_id, count)
            figures += await _at_the_ceiling(measured, connection, usual, workspace_id)
    return BenchResult("deliveries", figures)


async def _drained(
    measured: BenchInstallation, connection: "asyncpg.Connection[asyncpg.Record]", sink: Sink, workspace_id: UUID,
    count: int,
) -> list[Figure]:  # fmt: skip
    plain = await _plain(sink, count)
    sink.forget()
    drained = await _drain(measured, connection, sink, workspace_id, count)
    return [
        Figure("mails drained by two workers / a plain client", drained.per_second / plain, at_least=0.15,
               behind=f"{drained.per_second:,.0f} and {plain:,.0f} per second, {count:,} mails"),
        Figure("processor time per mail", drained.cpu_milliseconds, "ms"),
    ]  # fmt: skip


async def _at_the_ceiling(
    measured: BenchInstallation, connection: "asyncpg.Connection[asyncpg.Record]", usual: Sink, workspace_id: UUID
) -> list[Figure]:
    """A mail server that takes its time for each mail can take no more than its connections allow."""
    await connection.execute(
        "DELETE FROM people WHERE user_id NOT IN (SELECT user_id FROM people LIMIT $1)", MANY_THAT_WAIT
    )
    count = await connection.fetchval("SELECT count(*) FROM people")
    ceiling = WORKERS * AT_ONCE / ANSWERS_AFTER
    ours = (await _drain(measured, connection, usual, workspace_id, count)).per_second
    return [
        Figure(f"mails drained into a server that answers after {ANSWERS_AFTER * 1000:.0f} ms / its ceiling",
               ours / ceiling, at_least=0.8, behind=f"{ours:,.0f} and {ceiling:,.0f} per second"),
    ]  # fmt: skip


@dataclass(frozen=True)
class Drained:
    per_second: float
    cpu_milliseconds: float
    """Of the workers, per mail."""


async def _drain(
    measured: BenchInstallation, connection: "asyncpg.Connection[asyncpg.Record]", sink: Sink, workspace_id: UUID,
    count: int,
) -> Drained:  # fmt: skip
    """Queue a mail for each person, and wait until all are sent."""
    with _worker(measured, sink, 0) as (one, _), _worker(measured, sink, 1) as (other, _):
        used = -_cpu(one) - _cpu(other)
        await _queue(connection, workspace_id)
        began = time.perf_counter()
        await _until_empty(connection)
        seconds = time.perf_counter() - began
        used += _cpu(one) + _cpu(other)
    await _check_all_sent(connection, sink, count)
    return Drained(count / seconds, used / count * 1000)


async def _killed(
    measured: BenchInstallation, connection: "asyncpg.Connection[asyncpg.Record]", sink: Sink, workspace_id: UUID,
    count: int,
) -> list[Figure]:  # fmt: skip
    """One of two workers is killed, each time in the midst of the queue, and another takes its place."""
    kills = 3 if measured.sizes.explained else 1
    with _worker(measured, sink, 0):
        await _queue(connection, workspace_id)
        for quarter in range(1, kills + 1):
            with _worker(measured, sink, 1) as (child, _):
                while sink.taken().different < count * quarter // 4:
                    await asyncio.sleep(0.01)
                child.process.send_signal(signal.SIGKILL)
        await _until_empty(connection)
    taken = sink.taken()
    await _check_all_sent(connection, sink, count)
    return [
        Figure(f"lost over {kills} kills", count - taken.different, "mails", at_most=0),
        Figure("sent again under the same Message-ID", taken.twice, "mails", at_most=kills * AT_ONCE,
               behind="SMTP cannot tell whether a mail was taken when its sender died"),
    ]  # fmt: skip


def _worker(measured: BenchInstallation, sink: Sink, number: int) -> AbstractContextManager[tuple[ChildProcess, int]]:
    module = "deploy.cli", "serve", "notifications", "--worker"
    return measured.serving(f"mails-{number}", *module, settings=SETTINGS | {"NOTIFICATIONS_SMTP_URL": sink.url})


def _cpu(worker: ChildProcess) -> float:
    return cpu_seconds(worker.process.pid)


async def _plain(sink: Sink, count: int) -> float:
    """Mails per second of a client that keeps as many connections as the workers do: what the sink takes at most."""
    head = "From: a@larkspur.example\r\nTo: b@people.example\r\nMessage-ID: <{}@larkspur.example>\r\n\r\n"
    body = "x" * 70 + "\r\n"
    mails = iter([(head.format(number) + body * 150).encode() for number in range(count)])

    async def send() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, local_hostname="larkspur.example")
        async with client:
            for mail in mails:
                await client.sendmail("a@larkspur.example", ["b@people.example"], mail)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(WORKERS * AT_ONCE):
            group.create_task(send())
    return count / (time.perf_counter() - began)


async def _queue(connection: "asyncpg.Connection[asyncpg.Record]", workspace_id: UUID) -> None:
    await connection.execute(FORGET)
    facts = json.dumps(sample_facts(TOPIC, CUSTOMER), default=str)
    await connection.execute(QUEUED, workspace_id, TOPIC, uuid4(), facts)


async def _until_empty(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    while await connection.fetchval(OPEN):
        await asyncio.sleep(0.02)


async def _check_all_sent(connection: "asyncpg.Connection[asyncpg.Record]", sink: Sink, count: int) -> None:
    assert await connection.fetchval(SENT) == count
    sink.forget()
