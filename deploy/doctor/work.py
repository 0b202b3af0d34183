"""What waits in the databases: events to be published, work outside of transactions, mails."""

import asyncio
from collections.abc import Iterator, Sequence

import asyncpg
from sqlalchemy import Table

from deploy.doctor.databases import AWAY, one_row, opened
from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.environment import SERVICES, worker_url
from deploy.migrating.rights import tables_of

SLOW_SECONDS, STUCK_SECONDS = 10, 60
"""Since when the oldest event waits."""
LATE_SECONDS = 120
"""For how long work may be due that nobody takes."""

_OUTBOX = """
SELECT count(*) AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) AS oldest
FROM outbox WHERE published_at IS NULL
"""
_LEASED = """
SELECT count(*) FILTER (WHERE lease_id IS NULL) AS late, count(*) FILTER (WHERE lease_id IS NOT NULL) AS expired
FROM {table} WHERE due_at < clock_timestamp() - make_interval(secs => $1)
"""
# What was given up in each table, and where people see it.
GIVEN_UP = {
    "notifications": (
        ("mails", "SELECT count(*) FROM undelivered_mails WHERE state = 'given_up'", "Undelivered mails"),
        ("mails that are tried again", "SELECT count(*) FROM undelivered_mails WHERE state = 'retrying'",
         "Undelivered mails"),
    ),
    "provisioning": (("orders", "SELECT count(*) FROM failed_orders", "Failed orders"),),
    "billing": (
        ("invoices not printed", "SELECT count(*) FROM invoice_files WHERE due_at IS NULL AND failed_at IS NOT NULL",
         "Unprinted invoices"),
    ),
}  # fmt: skip


async def outboxes() -> Sequence[Finding]:
    return await asyncio.gather(*(_outbox(name) for name in SERVICES))


async def _outbox(name: str) -> Finding:
    try:
        async with opened(worker_url(name)) as database:
            waiting, oldest = await one_row(database, _OUTBOX)
    except AWAY as error:
        return unknown(name, f"not reached: {why(error)}")
    seen = f"{waiting} events wait, the oldest since {float(oldest):.0f} s"
    if oldest > STUCK_SECONDS:
        return bad(name, seen, "See whether RabbitMQ and the worker run.", See.outboxnotemptied)
    if oldest > SLOW_SECONDS:
        return warn(name, seen, "See whether it falls.", See.outboxnotemptied)
    return ok(name, seen)


async def leases() -> Sequence[Finding]:
    found = await asyncio.gather(*(_leases(name) for name in SERVICES))
    wrong = [each for findings in found for each in findings]
    return wrong or [ok("work", "nothing is late, no lease has expired")]


async def _leases(name: str) -> Sequence[Finding]:
    tables = [table.name for table in tables_of(name) if is_leased(table)]
    try:
        async with opened(worker_url(name)) as database:
            rows = [await one_row(database, _LEASED.format(table=table), LATE_SECONDS) for table in tables]
    except AWAY as error:
        return [unknown(name, f"not reached: {why(error)}")]
    return [each for table, row in zip(tables, rows, strict=True) for each in _late(name, table, row)]


def is_leased(table: Table) -> bool:
    """A table of `shared.leases.Leased`."""
    return {"lease_id", "due_at", "tries"} <= set(table.columns.keys())


def _late(name: str, table: str, row: asyncpg.Record) -> Iterator[Finding]:
    about, minutes = f"{name}: {table}", LATE_SECONDS // 60
    if row["late"]:
        yield bad(about, f"{row['late']} are due for more than {minutes} min, and nobody takes them",
                  f"Start a worker of {name}; `job.failed` in its log says what fails.", See.jobfailing)  # fmt: skip
    if row["expired"]:
        yield bad(about, f"{row['expired']} leases ended more than {minutes} min ago without a result",
                  f"Start a worker of {name}: it takes them again.", See.leaseslost)  # fmt: skip


async def given_up() -> Sequence[Finding]:
    found = await asyncio.gather(*(_given_up(name) for name in GIVEN_UP))
    wrong = [each for findings in found for each in findings]
    return wrong or [ok("given up", "nothing")]


async def _given_up(name: str) -> Sequence[Finding]:
    try:
        async with opened(worker_url(name)) as database:
            counts = [(what, page, await database.fetchval(query)) for what, query, page in GIVEN_UP[name]]
    except AWAY as error:
        return [unknown(name, f"not reached: {why(error)}")]
    return [
        warn(name, f"{count} {what}", f"The provider's page “{page}” says why, and tries again.", See.workgivenup)
        for what, page, count in counts
        if count
    ]


CHECKS = (Check("outboxes", outboxes), Check("leases", leases), Check("given up", given_up))
