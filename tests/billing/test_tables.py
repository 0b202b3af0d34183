from collections.abc import Awaitable, Callable

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import services.billing.app
from services.billing.db import Base
from shared.tables import Kind
from tests.harness.databases import Database


async def test_the_models_are_what_the_migration_makes(database: Callable[[str], Awaitable[Database]]) -> None:
    assert services.billing.app.service.name == "billing"

    async with (await database("billing")).owner() as session:
        ours = set(Base.metadata.tables)  # with those that only the migrations know
        connection = await session.connection()
        options = {"include_name": lambda name, kind, _: kind != "table" or name in ours}
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), Base.metadata)
        )

    assert found == []
    assert len(ours) == 39


def test_every_table_says_whose_rows_it_holds() -> None:
    tables = Base.metadata.tables.values()

    kinds = {table.name: table.info["rows"].kind for table in tables}

    assert all(isinstance(kind, Kind) for kind in kinds.values())
    assert all("workspace_id" in table.c for table in tables if kinds[table.name] == Kind.workspace)
