"""A migrated database per service and test worker, with the service's own roles, emptied before each test."""

import asyncpg
import orjson
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.migrating.databases import address_of, alembic_config, migrate_database
from deploy.migrating.rights import drop_policies
from shared.db import Sessions, make_engine, make_sessions
from tests.harness.servers import postgres_url, worker

PASSWORD = "only-for-tests"


class Database:
    """One service's database: ``api`` and ``worker`` are sessions of its two roles, ``owner`` of the superuser, who
    bypasses row-level security."""

    def __init__(self, service: str, purpose: str = "test") -> None:
        self.service = service
        self.name = f"portico_{purpose}_{worker()}_{service}"
        self.owner_url = address_of(postgres_url(), self.name)
        self.api_url = self._as(f"portico_{service}_api")
        self.worker_url = self._as(f"portico_{service}_worker")
        self._engines: list[AsyncEngine] = []

    def _as(self, role: str) -> str:
        return f"postgresql://{role}:{PASSWORD}@{self.owner_url.rpartition('@')[2]}"

    async def create(self) -> None:
        admin = await asyncpg.connect(postgres_url())
        await admin.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        await admin.close()
        await self.migrate()
        self.owner, self.api, self.worker = map(self._sessions, (self.owner_url, self.api_url, self.worker_url))

    async def migrate(self) -> None:
        roles = (f"portico_{self.service}_api", f"portico_{self.service}_worker")
        await migrate_database(postgres_url(), self.service, self.name, dict.fromkeys(roles, PASSWORD))

    async def downgrade(self, revision: str) -> None:
        """Migrate back to a revision of the service's own tables."""
        config = alembic_config(self.service)

        def run(connection: Connection) -> None:
            config.attributes["connection"] = connection
            drop_policies(connection)  # which depend on columns
            command.downgrade(config, revision)

        async with self.owner.begin() as session:
            await (await session.connection()).run_sync(run)
            await session.execute(text("RESET ROLE"))  # the connection goes back to the pool

    def _sessions(self, url: str) -> Sessions:
        self._engines.append(make_engine(url, 5))
        return make_sessions(self._engines[-1])

    async def empty(self) -> None:
        """Delete all rows, also of tables whose triggers refuse deletions."""
        for engine in self._engines:
            await engine.dispose()  # a test may have made the server close its connections
        connection = await asyncpg.connect(self.owner_url)
        rows = await connection.fetch(
            "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'"
        )
        names = ", ".join(r["name"] for r in rows if r["name"] not in ("alembic_version", "relay_state"))
        await connection.execute(f"SET session_replication_role = replica; TRUNCATE {names} RESTART IDENTITY")
        await connection.close()

    async def events(self, name: str | None = None) -> list[dict[str, object]]:
        """The events in the outbox, published or not, oldest first."""
        connection = await asyncpg.connect(self.owner_url)
        rows = await connection.fetch(
            "SELECT body FROM outbox WHERE $1::text IS NULL OR routing_key = $1 ORDER BY id", name
        )
        await connection.close()
        return [orjson.loads(row["body"]) for row in rows]

    async def close(self) -> None:
        for engine in self._engines:
            await engine.dispose()
