"""A migrated database per service and test worker, with the service's own roles, emptied before each test."""

from dataclasses import dataclass
from io import BytesIO

import asyncpg
import orjson
from alembic import command
from sqlalchemy import Connection, text

from deploy.migrating.databases import address_of, alembic_config, migrate_database
from deploy.migrating.rights import drop_policies
from shared.db import make_sessions
from tests.harness import kept
from tests.harness.servers import TEMPLATES, postgres_url, worker

PASSWORD = "only-for-tests"

_TABLES = """SELECT c.relname AS name, pg_relation_size(c.oid) AS size FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0
    AND c.relname NOT IN ('alembic_version', 'relay_state')"""
"""Tables that may have rows."""

_EMPTY = f"""DO $$
DECLARE found record; filled boolean;
BEGIN
  FOR found IN {_TABLES} LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', found.name) INTO filled;
    IF filled AND found.size > 256 * 1024 THEN EXECUTE format('TRUNCATE %I CASCADE', found.name);
    ELSIF filled THEN EXECUTE format('DELETE FROM %I', found.name); END IF;
  END LOOP;
  PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence;
END $$"""
"""Deletes from those tables alone that have rows, which takes a third of the time of truncating all."""


@dataclass(frozen=True)
class Contents:
    """All rows of a database, in PostgreSQL's own format, and where its sequences are."""

    tables: dict[str, bytes]
    sequences: dict[str, int]


class Database:
    """One service's database: ``api`` and ``worker`` are sessions of its two roles, ``owner`` of the superuser, who
    bypasses row-level security."""

    def __init__(self, service: str, purpose: str = "test") -> None:
        self.service = service
        self.name = f"portico_{purpose}_{worker()}_{service}"
        self.owner_url = address_of(postgres_url(), self.name)
        self.api_url = self._as(f"portico_{service}_api")
        self.worker_url = self._as(f"portico_{service}_worker")
        self._admin: asyncpg.Connection | None = None

    def _as(self, role: str) -> str:
        return f"postgresql://{role}:{PASSWORD}@{self.owner_url.rpartition('@')[2]}"

    async def create(self) -> None:
        """As a copy of one that is migrated once per run, which takes a fraction of the time of migrating."""
        await self.close()
        admin = await asyncpg.connect(postgres_url())
        await admin.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        await admin.close()
        template = f"{TEMPLATES}{self.service}"
        await self._migrate(template)
        await self._migrate(self.name, like=template)
        self.owner, self.api, self.worker = (make_sessions(kept.engine(url, 5)) for url in self._urls)

    @property
    def _urls(self) -> tuple[str, str, str]:
        return self.owner_url, self.api_url, self.worker_url

    async def migrate(self) -> None:
        await self._migrate(self.name)
        await self.close()

    async def _migrate(self, name: str, like: str | None = None) -> None:
        roles = (f"portico_{self.service}_api", f"portico_{self.service}_worker")
        await migrate_database(postgres_url(), self.service, name, dict.fromkeys(roles, (PASSWORD,)), like)

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
        await self.close()

    async def empty(self) -> None:
        """Delete all rows, also of tables whose triggers refuse deletions."""
        connection = await self._superuser()
        await connection.execute(_EMPTY)

    async def contents(self) -> Contents:
        """What `fill` brings back."""
        connection = await self._superuser()
        tables: dict[str, bytes] = {}
        for row in await connection.fetch(_TABLES):
            copied = BytesIO()
            await connection.copy_from_table(row["name"], output=copied, format="binary")
            tables[row["name"]] = copied.getvalue()
        found = await connection.fetch("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        return Contents(tables, {row["sequencename"]: row["last_value"] for row in found})

    async def fill(self, contents: Contents) -> None:
        """Give an empty database these contents."""
        connection = await self._superuser()
        for name, rows in contents.tables.items():
            await connection.copy_to_table(name, source=BytesIO(rows), format="binary")
        for sequence, value in contents.sequences.items():
            await connection.execute("SELECT setval($1::text::regclass, $2)", sequence, value)

    async def _superuser(self) -> asyncpg.Connection:
        """The superuser's one connection, on which neither triggers nor foreign keys hold."""
        if self._admin is None or self._admin.is_closed():
            self._admin = await asyncpg.connect(
                self.owner_url, server_settings={"session_replication_role": "replica"}, statement_cache_size=0
            )
        return self._admin

    async def events(self, name: str | None = None) -> list[dict[str, object]]:
        """The events in the outbox, published or not, oldest first."""
        connection = await self._superuser()
        rows = await connection.fetch(
            "SELECT body FROM outbox WHERE $1::text IS NULL OR routing_key = $1 ORDER BY id", name
        )
        return [orjson.loads(row["body"]) for row in rows]

    async def close(self) -> None:
        """Close what is connected; the next use connects anew."""
        await kept.renew(*self._urls)
        if self._admin is not None:
            await self._admin.close()
            self._admin = None
