"""Creates databases and roles, and migrates every schema to its newest revision. Safe to run again and in parallel."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deploy.databases import connected
from deploy.environment import ROOT, SERVICES, Login, OperatorError, api_url, worker_url
from deploy.migrating.rights import apply_rights
from shared.db import open_connection
from shared.logins import each_login

LOCK = 0x706F727469636F  # "portico"
_one_upgrade = asyncio.Lock()
"""Alembic keeps its context in a module, so a process runs one upgrade at a time."""


class UnexpectedRole(OperatorError):
    """Policies and privileges are granted to roles by name, so the URLs must use those names."""


async def migrate_databases(admin_url: str) -> None:
    """All services, with databases and roles from ``<SERVICE>_DATABASE_URL`` and ``<SERVICE>_WORKER_DATABASE_URL``."""
    for service in SERVICES:
        await migrate_database(admin_url, service, database_name(service), role_passwords(service))


def database_name(service: str) -> str:
    return Login.of(api_url(service)).database


def role_passwords(service: str) -> dict[str, tuple[str, ...]]:
    """Of the two runtime roles, from the addresses, the newest first. Raises `UnexpectedRole`."""
    api, worker = Login.of(api_url(service)), Login.of(worker_url(service))
    for login, role in ((api, f"portico_{service}_api"), (worker, f"portico_{service}_worker")):
        if login.role != role:
            raise UnexpectedRole(f"The address of {service} signs in as {login.role}; it has to be {role}.")
    return {api.role: api.passwords, worker.role: worker.passwords}


async def migrate_database(
    admin_url: str, service: str, database: str, passwords: Mapping[str, tuple[str, ...]], like: str | None = None
) -> None:
    """One service's database, created if it is missing: empty, or as a copy of the database ``like``, which nobody may
    be connected to. ``passwords`` are those of its two runtime roles, the newest first."""
    config = alembic_config(service)
    async with _alone(admin_url) as admin:
        await _create_roles(admin, admin_url, service, passwords)
        await create_database(admin, service, database, like)
        url = address_of(admin_url, database)
        behind = await _revisions(url) != set(ScriptDirectory.from_config(config).get_heads())
        await _upgrade(url, config, behind=behind)


async def make_database(admin_url: str, service: str, database: str, passwords: Mapping[str, tuple[str, ...]]) -> None:
    """An empty database for a service, with its roles, unless they are there."""
    async with _alone(admin_url) as admin:
        await _create_roles(admin, admin_url, service, passwords)
        await create_database(admin, service, database)


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
    async with connected(admin_url) as admin:
        await admin.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield admin


_HUMBLE = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
_ROLES = "SELECT rolname, rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls AS mighty FROM pg_roles"


async def _create_roles(
    admin: asyncpg.Connection, admin_url: str, service: str, passwords: Mapping[str, tuple[str, ...]]
) -> None:
    """The owner role has no login: only migrations use it, so that no running service can change its schema. A role
    that one of its passwords lets in keeps that one: running processes may know no other yet, and `portico rotate` is
    what gives it the newest."""
    owner = f"portico_{service}_owner"
    existing = {row["rolname"]: row["mighty"] for row in await admin.fetch(_ROLES)}
    if owner not in existing:
        await admin.execute(f"CREATE ROLE {owner} NOLOGIN")
        await admin.execute(f"GRANT {owner} TO CURRENT_USER")  # for an admin that is not a superuser
    for role, own in passwords.items():
        verb = "ALTER" if role in existing else "CREATE"
        # Who is no superuser may not even say NOSUPERUSER of a role that is there.
        await admin.execute(f"{verb} ROLE {role} LOGIN {'' if existing.get(role) is False else _HUMBLE}")
        if role not in existing or not await _is_let_in(admin_url, role, own):
            await set_password(admin, role, own[0])


async def _is_let_in(admin_url: str, role: str, passwords: Sequence[str]) -> bool:
    server = each_login(admin_url)[0]
    for password in passwords:
        try:
            connection = await asyncpg.connect(server, user=role, password=password, timeout=10)
        except asyncpg.InvalidAuthorizationSpecificationError:
            continue
        except asyncpg.PostgresError:  # it may not enter this database, which is asked for after the password
            return True
        await connection.close()
        return True
    return False


async def set_password(connection: asyncpg.Connection, role: str, password: str) -> None:
    """Connections that stand, stand on."""
    statement = await connection.fetchval("SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)",
                                          role, password)  # fmt: skip
    await connection.execute(statement)


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
    async with connected(url) as database:
        if not await database.fetchval("SELECT to_regclass('public.alembic_version')"):
            return set()
        return {row["version_num"] for row in await database.fetch("SELECT version_num FROM alembic_version")}


async def _upgrade(url: str, config: Config, *, behind: bool) -> None:
    """Migrate the schema, if it is ``behind``, and apply the rights that its tables declare, in one transaction."""

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        if behind:
            command.upgrade(config, "heads")
        connection.exec_driver_sql(f"SET LOCAL ROLE {config.attributes['owner']}")
        apply_rights(connection, config.attributes["service"], anew=behind)

    opened = partial(open_connection, url, timeout=10)
    engine = create_async_engine("postgresql+asyncpg://", async_creator=opened, poolclass=NullPool)
    async with _one_upgrade, engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()
