"""PostgreSQL: whether each login works, what is installed, whether the schemas are this version's, and what blocks."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
from alembic.script import ScriptDirectory

from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.environment import SERVICES, MissingSetting, OperatorError, ServiceName, api_url, worker_url
from deploy.migrating.databases import alembic_config
from shared.db import open_connection

OLDEST = 15
NAME = "portico doctor"
"""Of our own connections, which are not counted."""
SECONDS = 5.0
"""For one connection."""
EXTENSIONS = {"identity": ("pg_trgm", "btree_gin")}
LONG_MINUTES, IDLE_MINUTES, LOCKED_SECONDS = 15, 1, 5
RUNS, NEW, DOCTOR = See.what_runs, See.a_new_installation, See.portico_doctor
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OperatorError)

_ROLE = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
_SLOW = """
SELECT count(*) FILTER (WHERE xact_start < clock_timestamp() - make_interval(mins => $1)) AS long,
       count(*) FILTER (WHERE state = 'idle in transaction'
                        AND state_change < clock_timestamp() - make_interval(mins => $2)) AS idle,
       max(extract(epoch FROM clock_timestamp() - xact_start)) AS oldest
FROM pg_stat_activity WHERE usename = current_user AND application_name <> 'portico doctor'
"""
_LOCKED = """
SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0) AS seconds
FROM pg_locks WHERE NOT granted AND waitstart < clock_timestamp() - make_interval(secs => $1)
"""


def _revisions(name: str) -> tuple[set[str], set[str]]:
    """The newest ones, and all, of this version."""
    scripts = ScriptDirectory.from_config(alembic_config(name))
    return set(scripts.get_heads()), {each.revision for each in scripts.walk_revisions()}


REVISIONS = {name: _revisions(name) for name in SERVICES}
"""Read before any check runs: that takes a second, in which nothing else would be heard."""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[asyncpg.Connection]:
    named = {"application_name": NAME}
    connection = await open_connection(url, timeout=SECONDS, command_timeout=SECONDS, server_settings=named)
    try:
        yield connection
    finally:
        connection.terminate()


async def one_row(database: asyncpg.Connection, query: str, *values: object) -> asyncpg.Record:
    """Of a query that always has one."""
    row = await database.fetchrow(query, *values)
    assert row is not None
    return row


async def reachable() -> Sequence[Finding]:
    """Each service's two logins, the server's version and the extensions."""
    logins = [(name, role) for name in SERVICES for role in ("api", "worker")]
    found = await asyncio.gather(*(_login(name, role) for name, role in logins))
    wrong = [each for each in found if isinstance(each, Finding)]
    versions = [each for each in found if isinstance(each, str)]
    if not versions:
        return wrong
    major = int(versions[0].partition(".")[0])
    told = f"version {versions[0]}, {len(versions)} of {len(logins)} logins work"
    server = ok("server", told) if major >= OLDEST else bad("server", told, f"Use PostgreSQL {OLDEST} or newer.", RUNS)
    return [server, *wrong]


async def _login(name: str, role: str) -> Finding | str:
    """The server's version, or what is wrong."""
    about = f"{name} ({role})"
    try:
        async with opened(api_url(name) if role == "api" else worker_url(name)) as database:
            if await database.fetchval(_ROLE):
                return bad(about, "the role may do more than it needs", "Run `portico migrate`.", NEW)
            present = {row[0] for row in await database.fetch("SELECT extname FROM pg_extension")}
            if missing := [each for each in EXTENSIONS.get(name, ()) if each not in present]:
                return bad(about, f"without {', '.join(missing)}", "Run `portico migrate`.", NEW)
            return str(await database.fetchval("SHOW server_version")).partition(" ")[0]
    except AWAY as error:
        return _refused(about, error)


def _refused(about: str, error: Exception) -> Finding:
    match error:
        case MissingSetting():
            return unknown(about, why(error), "Set it.", See.settings)
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            do = "Set the password that `portico migrate` was run with, or run it again with the new one."
            return bad(about, "the server refuses this login", do, DOCTOR)
        case asyncpg.InvalidCatalogNameError():
            return bad(about, "there is no such database", "Run `portico migrate`.", NEW)
    return bad(about, f"not reached: {why(error)}", "Start PostgreSQL, or mend the way there.", DOCTOR)


async def migrations() -> Sequence[Finding]:
    found = await asyncio.gather(*(_migration(name) for name in SERVICES))
    wrong = [each for each in found if each is not None]
    return wrong or [ok("all databases", "each is at this version's newest revision")]


async def _migration(name: ServiceName) -> Finding | None:
    newest, known = REVISIONS[name]
    try:
        async with opened(worker_url(name)) as database:
            rows = await database.fetch("SELECT version_num FROM alembic_version")
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError, asyncpg.InvalidCatalogNameError):
        return bad(name, "not migrated", "Run `portico migrate`.", NEW)
    except AWAY as error:
        return unknown(name, f"not reached: {why(error)}")
    revisions = {row["version_num"] for row in rows}
    if revisions == newest:
        return None
    if ahead := revisions - known:
        return warn(name, f"newer than this version: {', '.join(sorted(ahead))}", "Finish the upgrade of this process.")
    behind = ", ".join(sorted(newest - revisions))
    return bad(name, f"behind: {behind} is missing", "Run `portico migrate`, then restart.", NEW)


async def transactions() -> Sequence[Finding]:
    """Of Portico's own roles: PostgreSQL shows a role nothing of the statements of others."""
    urls = [url(name) for name in SERVICES for url in (api_url, worker_url)]
    found = await asyncio.gather(*(_slow(url) for url in urls), return_exceptions=True)
    slow = [each for each in found if isinstance(each, asyncpg.Record)]
    if not slow:
        return [unknown("statements", "no database was reached")]
    long, idle = sum(each["long"] for each in slow), sum(each["idle"] for each in slow)
    oldest = max(float(each["oldest"] or 0) for each in slow)
    locked = max(slow, key=lambda each: float(each["seconds"]))
    findings = []
    if long or idle:
        seen = f"{long} open for more than {LONG_MINUTES} min, {idle} idle; the oldest since {oldest:.0f} s"
        findings.append(
            warn("transactions", seen, "Find it in pg_stat_activity, and end it.", See.databasepoolexhausted)
        )
    if locked["count"]:
        seen = f"{locked['count']} statements wait, the longest {float(locked['seconds']):.0f} s"
        findings.append(warn("locks", seen, "Find who holds them with pg_blocking_pids().", See.databasepoolexhausted))
    return findings or [ok("transactions and locks", f"the oldest transaction is {oldest:.0f} s old, nothing waits")]


async def _slow(url: str) -> asyncpg.Record:
    async with opened(url) as database:
        query = f"SELECT * FROM ({_SLOW}) a, ({_LOCKED.replace('$1', '$3')}) b"  # noqa: S608 - constants
        return await one_row(database, query, LONG_MINUTES, IDLE_MINUTES, LOCKED_SECONDS)


CHECKS = (Check("PostgreSQL", reachable), Check("migrations", migrations), Check("transactions", transactions))
