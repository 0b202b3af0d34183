"""One moment for all services: a snapshot of each database, of which no copy is ahead of its owner.

Two things bring a change from one service to another. The relay publishes it: so no relay reads its outbox while the
snapshots are opened, and what was published before is in the snapshot of its publisher. And a person's grants are
fetched from identity, whose snapshot is therefore the last. What a service does not have yet is in the outbox of its
owner, and is published again after a restore.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from deploy.databases import connected
from deploy.environment import OperatorError
from deploy.migrating.databases import address_of, database_name

ORDER = ("audit", "notifications", "provisioning", "billing", "identity")
"""Identity is the last: the others fetch from it."""
HELD_AT_MOST = 5.0
"""For so many seconds events may wait. Opening the snapshots takes milliseconds."""

SETTINGS = {"idle_in_transaction_session_timeout": "0", "statement_timeout": "0", "row_security": "off"}
"""Of the connections with the snapshots: without its right to read all rows an error, not a backup without some."""

# `shared.messaging.relay` takes the same lock, shared, for each look at its outbox.
_HOLD = "SELECT pg_advisory_lock(hashtextextended('recovery point', 0))"
_RELEASE = "SELECT pg_advisory_unlock(hashtextextended('recovery point', 0))"
_TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1
"""


class NoMoment(OperatorError):
    """The relays could not be held back for long enough, or it took too long."""


@dataclass(frozen=True)
class Snapshot:
    """A database as it was at the moment, for as long as its transaction is open."""

    name: str
    """For `pg_dump --snapshot`."""
    url: str
    heads: tuple[str, ...]
    rows: Mapping[str, int]
    """How many each table has."""


@dataclass(frozen=True)
class Moment:
    at: datetime
    snapshots: Mapping[str, Snapshot]
    """By service."""


@asynccontextmanager
async def one_moment(admin_url: str) -> AsyncIterator[Moment]:
    """Snapshots of all databases, open until the block ends. Raises `NoMoment`."""
    async with AsyncExitStack() as stack:
        urls = {service: address_of(admin_url, database_name(service)) for service in ORDER}
        open_ = {
            service: await stack.enter_async_context(connected(url, server_settings=SETTINGS))
            for service, url in urls.items()
        }
        async with _relays_held(open_):
            for connection in open_.values():
                await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                await connection.fetchval("SELECT count(*) FROM relay_state")  # the first query takes the snapshot
            at: datetime = await open_["identity"].fetchval("SELECT clock_timestamp()")
        yield Moment(at, {service: await _snapshot(each, urls[service]) for service, each in open_.items()})


@asynccontextmanager
async def _relays_held(open_: Mapping[str, asyncpg.Connection]) -> AsyncIterator[None]:
    """No relay reads its outbox meanwhile. A connection that closes lets go, too."""
    try:
        async with asyncio.timeout(HELD_AT_MOST):
            for connection in open_.values():
                await connection.execute(_HOLD)
            yield
            for connection in open_.values():
                await connection.execute(_RELEASE)
    except TimeoutError:
        raise NoMoment(f"No moment for all services within {HELD_AT_MOST:.0f} s: another backup begins just now, or"
                       " PostgreSQL is too busy. Nothing was kept; try again.") from None  # fmt: skip


async def _snapshot(connection: asyncpg.Connection, url: str) -> Snapshot:
    name = await connection.fetchval("SELECT pg_export_snapshot()")
    heads = await connection.fetch("SELECT version_num FROM alembic_version ORDER BY 1")
    return Snapshot(name, url, tuple(row[0] for row in heads), await count_rows(connection))


async def count_rows(connection: asyncpg.Connection) -> dict[str, int]:
    """How many rows each table of a database has."""
    tables = [row[0] for row in await connection.fetch(_TABLES)]
    return {table: await connection.fetchval(f'SELECT count(*) FROM "{table}"') for table in tables}  # noqa: S608
