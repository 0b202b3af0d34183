"""Every table declares whose rows it has, and the database enforces it."""

import importlib
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.environment import SERVICES
from deploy.migrating.rights import IN_TENANT, declared
from shared.scope import begin_in
from shared.tables import plumbing
from tests.architecture.tenant_rows import TENANT, insert_row
from tests.harness.databases import Database
from tests.harness.services import service_named


def metadata(service: str) -> MetaData:
    service_named(service)  # imports every model of its own
    importlib.import_module("shared.copies")  # which identity does not use
    importlib.import_module("shared.exports.models")  # which notifications does not use
    found: MetaData = importlib.import_module(f"services.{service}.db").Base.metadata
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_has_a_kind_and_the_policies_of_that_kind(
    service: str, database: Callable[[str], Awaitable[Database]]
) -> None:
    db = await database(service)
    query = "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c WHERE relkind IN ('r', 'p')" \
            " AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"  # fmt: skip
    async with db.owner() as session:
        secured = {name: forced for name, forced in (await session.execute(text(query))).all()}

    tables = dict(metadata(service).tables) | dict(plumbing.tables)
    assert set(secured) == set(tables), "models and migrations name the same tables"
    for name, table in tables.items():
        kind = declared(table).kind
        assert secured[name] == (kind in IN_TENANT), f"{name} is {kind}"


@pytest.mark.parametrize("service", SERVICES)
async def test_the_migrations_create_what_the_models_declare(
    service: str, database: Callable[[str], Awaitable[Database]]
) -> None:
    db = await database(service)

    def differences(connection: object) -> list[object]:
        return [each for expected in (metadata(service), plumbing) for each in _differences(connection, expected)]

    async with db.owner() as session:
        assert await (await session.connection()).run_sync(differences) == []


def _differences(connection: object, expected: MetaData) -> list[object]:
    def wanted(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or name in expected.tables

    context = MigrationContext.configure(connection, opts={"include_name": wanted})  # type: ignore[arg-type]
    return list(compare_metadata(context, expected))


@pytest.mark.parametrize("service", SERVICES)
async def test_the_runtime_roles_own_nothing_and_cannot_bypass_row_security(
    service: str, database: Callable[[str], Awaitable[Database]]
) -> None:
    db = await database(service)
    query = text("SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname LIKE :like")
    owned = text("SELECT count(*) FROM pg_tables WHERE tableowner IN (:api, :worker)")
    async with db.owner() as session:
        roles = (await session.execute(query, {"like": f"portico\\_{service}\\_%"})).all()
        names = {"api": f"portico_{service}_api", "worker": f"portico_{service}_worker"}
        assert await session.scalar(owned, names) == 0

    assert len(roles) == 3
    assert not any(strong for _, strong in roles)


def tenant_tables(service: str) -> dict[str, str]:
    """The tables that requests read whose rows belong to a tenant, each with the tenant's column."""
    readable = [table for table in metadata(service).tables.values() if "select" in declared(table).api]
    found = {table.name: TENANT.get(declared(table).kind) for table in readable}
    return {name: column for name, column in found.items() if column}


async def owners_seen(session: AsyncSession, tables: dict[str, str]) -> dict[str, set[UUID]]:
    """Per table, the tenants whose rows can be read."""
    return {name: set(await session.scalars(text(f"SELECT {column} FROM {name}"))) for name, column in tables.items()}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_api_role_sees_the_rows_of_its_scope_and_none_without_a_scope(
    service: str, database: Callable[[str], Awaitable[Database]]
) -> None:
    db, tables, ours, theirs = await database(service), tenant_tables(service), uuid4(), uuid4()
    async with db.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys, no triggers
        for name, column in tables.items():
            await insert_row(session, name, column, ours, 1)
            await insert_row(session, name, column, theirs, 2)

    async with db.owner() as session:
        behind = await owners_seen(session, tables)
    async with db.api() as session:
        without = await owners_seen(session, tables)
    async with begin_in(db.api, ours, ours) as session:
        within = await owners_seen(session, tables)

    assert tables
    assert behind == {name: {ours, theirs} for name in tables}, "the rows are there"
    assert without == {name: set() for name in tables}
    assert within == {name: {ours} for name in tables}
