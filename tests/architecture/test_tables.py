"""Every table says whose rows it holds, and the database holds it to that."""

import importlib
from collections.abc import Awaitable, Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text

from shared.db import Kind, plumbing
from tests.architecture.test_routes import SERVICES
from tests.harness.databases import Database
from tests.harness.services import service_named


def metadata(service: str) -> MetaData:
    service_named(service)  # imports every model
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

    declared = dict(metadata(service).tables) | dict(plumbing.tables)
    assert set(secured) == set(declared), "models and migrations name the same tables"
    for name, table in declared.items():
        kind = Kind(table.info["kind"])
        assert secured[name] == (kind not in (Kind.installation, Kind.plumbing)), f"{name} is {kind}"


@pytest.mark.parametrize("service", SERVICES)
async def test_the_migrations_make_what_the_models_say(
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
async def test_the_runtime_roles_own_nothing_and_cannot_pass_row_security(
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


@pytest.mark.parametrize("service", SERVICES)
async def test_without_a_scope_the_api_role_sees_no_tenants_row(
    service: str, database: Callable[[str], Awaitable[Database]]
) -> None:
    db = await database(service)
    tenant = [t for t in metadata(service).tables.values() if t.info["kind"] in (Kind.workspace, Kind.parent_readable)]

    assert tenant
    async with db.owner() as session:
        query = "SELECT tablename, qual FROM pg_policies WHERE policyname = 'api_scope'"
        policies = {name: qual for name, qual in (await session.execute(text(query))).all()}
    for table in tenant:
        assert "portico.workspace" in policies[table.name]
    async with db.api() as session:
        for table in tenant:
            assert await session.scalar(text(f"SELECT count(*) FROM {table.name}")) == 0
