"""`portico migrate` on PostgreSQL: databases, roles and schemas; it can be repeated."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.migrating.databases import address_of, migrate_database
from tests.harness.servers import postgres_url, worker

SERVICE = "provisioning"
DATABASE = f"portico_migrating_{worker()}"
PASSWORDS = dict.fromkeys((f"portico_{SERVICE}_api", f"portico_{SERVICE}_worker"), ("only-for-tests",))


@pytest.fixture
async def no_database() -> AsyncIterator[None]:
    yield
    admin = await asyncpg.connect(postgres_url())
    await admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await admin.close()


async def test_concurrent_and_repeated_migrations_result_in_one_migrated_database(no_database: None) -> None:
    migrations = [migrate_database(postgres_url(), SERVICE, DATABASE, PASSWORDS) for _ in range(3)]

    await asyncio.gather(*migrations)
    await migrate_database(postgres_url(), SERVICE, DATABASE, PASSWORDS)

    database = await asyncpg.connect(address_of(postgres_url(), DATABASE))
    assert await database.fetchval("SELECT count(*) FROM alembic_version") > 0
    assert await database.fetchval("SELECT to_regclass('orders')") == "orders"
    await database.close()


async def test_a_running_service_can_change_neither_its_schema_nor_rows_that_row_security_hides(
    no_database: None,
) -> None:
    await migrate_database(postgres_url(), SERVICE, DATABASE, PASSWORDS)
    server = address_of(postgres_url(), DATABASE).rpartition("@")[2]

    for role in PASSWORDS:
        connection = await asyncpg.connect(f"postgresql://{role}:only-for-tests@{server}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine (id int)")
        assert not await connection.fetchval(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        await connection.close()


async def test_an_admin_who_is_no_superuser_migrates_and_upgrades(no_database: None) -> None:
    await migrate_database(postgres_url(), SERVICE, DATABASE, PASSWORDS)
    superuser = await asyncpg.connect(postgres_url())
    await superuser.execute(f"DROP DATABASE {DATABASE}")
    await superuser.execute("CREATE ROLE portico_tested_admin LOGIN CREATEDB CREATEROLE PASSWORD 'only-for-tests'")
    for role in (*PASSWORDS, f"portico_{SERVICE}_owner"):  # as if it had made them
        await superuser.execute(f"GRANT {role} TO portico_tested_admin WITH ADMIN OPTION")
    admin = postgres_url().rpartition("@")[2]

    try:
        for _ in range(2):
            await migrate_database(
                f"postgresql://portico_tested_admin:only-for-tests@{admin}", SERVICE, DATABASE, PASSWORDS
            )

        made = await asyncpg.connect(address_of(postgres_url(), DATABASE))
        assert await made.fetchval("SELECT to_regclass('orders')") == "orders"
        await made.close()
    finally:
        await superuser.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        await superuser.execute("DROP OWNED BY portico_tested_admin")
        await superuser.execute("DROP ROLE portico_tested_admin")
        await superuser.close()


async def test_a_role_that_may_too_much_is_made_humble_again(no_database: None) -> None:
    await migrate_database(postgres_url(), SERVICE, DATABASE, PASSWORDS)
    admin, role = await asyncpg.connect(postgres_url()), next(iter(PASSWORDS))
    await admin.execute(f"ALTER ROLE {role} BYPASSRLS")

    await migrate_database(postgres_url(), SERVICE, DATABASE, PASSWORDS)

    assert not await admin.fetchval("SELECT rolbypassrls FROM pg_roles WHERE rolname = $1", role)
    await admin.close()


async def test_no_service_opens_the_database_of_another(no_database: None) -> None:
    await migrate_database(postgres_url(), SERVICE, DATABASE, PASSWORDS)
    admin = await asyncpg.connect(postgres_url())
    await admin.execute("DROP ROLE IF EXISTS portico_somebody_else")
    await admin.execute("CREATE ROLE portico_somebody_else LOGIN PASSWORD 'only-for-tests'")
    server = address_of(postgres_url(), DATABASE).rpartition("@")[2]

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(f"postgresql://portico_somebody_else:only-for-tests@{server}")

    await admin.execute("DROP ROLE portico_somebody_else")
    await admin.close()
