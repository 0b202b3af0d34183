"""Creates databases and roles, and migrates every schema to its newest revision. Safe to run again and in parallel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deploy.environment import ROOT, SERVICES, Login, OperatorError, api_url, worker_url
from deploy.migrating.rights import apply_rights

LOCK = 0x706F727469636F  # "portico"
_one_upgrade = asyncio.Lock()
"""Alembic keeps its context in a module, so a process runs one upgrade at a time."""


class UnexpectedRole(OperatorError):
    """Policies and privileges are granted to roles by name, so the URLs must use those names."""


async def migrate_databases(admin_url: str) -> None:
    """All services, with databases and roles from ``<SERVICE>_DATABASE_URL`` and ``<SERVICE>_WORKER_DATABASE_URL``."""
    for service in SERVICES:
        api, worker = Login.of(api_url(service)), Login.of(worker_url(service))
        for login, role in ((api, f"portico_{service}_api"), (worker, f"portico_{service}_worker")):
            if login.role != role:
                raise UnexpectedRole(f"The address of {service} signs in as {login.role}; it has to be {role}.")
        passwords = {api.role: api.password, worker.role: worker.password}
        await migrate_database(admin_url, service, api.database, passwords)


async def migrate_database(
    admin_url: str, service: str, database: str, passwords: dict[str, str], like: str | None = None
) -> None:
    """One service's database, created if it is missing: empty, or as a copy of the database ``like``, which nobody may
    be connected to. ``passwords`` are those of its two runtime roles."""
    config = alembic_config(service)
    async with _alone(admin_url) as admin:
        await _create_roles(admin, service, passwords)
        await create_database(admin, service, database, like)
        url = address_of(admin_url, database)
        behind = await _revisions(url) != set(ScriptDirectory.from_config(config).get_heads())
        await _upgrade(url, config, behind=behind)


def alembic_config(service: str) -> Config:
    """Two branches of migrations in one database: the tables that all services share, and the service's own."""
    config = Config()
    folders = [ROOT / "shared/migrations/versions", ROOT / f"services/{service}/migrations/versions"]
    config.set_main_option("script_location", str(ROOT / "shared/migrations"))
    config.set_main_option("version_locations", "\n".join(map(str, folders)))
    config.set_main_option("path_separator", "newline")
    config.attributes |= {"service": service, "owner": f"portico_{service}_owner"}
    return config


def address_of(admin_url: str, database: str) -> str:
    """The same URL with another database."""
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{database}"))


@asynccontextmanager
async def _alone(admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection with a lock, so that only one migration per server runs at a time."""
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield admin
    finally:
        await admin.close()


async def _create_roles(admin: asyncpg.Connection, service: str, passwords: dict[str, str]) -> None:
    """The owner role has no login: only migrations use it, so that no running service can change its schema."""
    owner = f"portico_{service}_owner"
    existing = {row["rolname"] for row in await admin.fetch("SELECT rolname FROM pg_roles")}
    if owner not in existing:
        await admin.execute(f"CREATE ROLE {owner} NOLOGIN")
        await admin.execute(f"GRANT {owner} TO CURRENT_USER")  # for an admin that is not a superuser
    for role, password in passwords.items():
        verb = "ALTER" if role in existing else "CREATE"
        options = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD"
        statement = await admin.fetchval("SELECT format('%s ROLE %I %s %L', $1::text, $2::text, $3::text, $4::text)",
                                         verb, role, options, password)  # fmt: skip
        await admin.execute(statement)


async def create_database(admin: asyncpg.Connection, service: str, database: str, like: str | None = None) -> None:
    """If it is missing, for roles that are there: empty, or as a copy of ``like``."""
    if await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
        return
    api, worker = f"portico_{service}_api", f"portico_{service}_worker"
    name, template = [await admin.fetchval("SELECT quote_ident($1)", each) for each in (database, like or "template1")]
    await admin.execute(f"CREATE DATABASE {name} OWNER portico_{service}_owner TEMPLATE {template}")
    await admin.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")  # no service opens another's database
    await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {api}, {worker}")


async def _revisions(url: str) -> set[str]:
    """The database's current revisions. A cheap query, since most runs have nothing to do."""
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("SELECT to_regclass('public.alembic_version')"):
            return set()
        return {row["version_num"] for row in await connection.fetch("SELECT version_num FROM alembic_version")}
    finally:
        await connection.close()


async def _upgrade(url: str, config: Config, *, behind: bool) -> None:
    """Migrate the schema, if it is ``behind``, and apply the rights that its tables declare, in one transaction."""

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        if behind:
            command.upgrade(config, "heads")
        connection.exec_driver_sql(f"SET LOCAL ROLE {config.attributes['owner']}")
        apply_rights(connection, config.attributes["service"], anew=behind)

    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
    async with _one_upgrade, engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
