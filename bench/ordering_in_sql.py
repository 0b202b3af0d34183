"""The rows and events of an order in prepared SQL: one commit places it, one provisions it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid4

import asyncpg

from bench.installation import BenchInstallation
from bench.ordering import Heard
from bench.people import Connection
from deploy.environment import Login
from deploy.migrating.databases import address_of

CONNECTIONS = 11
"""As many as an API and a worker have."""

_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
AND attidentity = '' AND attgenerated = '' ORDER BY attnum
"""
# Copies of the rows of an order that was provisioned, as they were when it was placed: $1 is the id of all of them, $2
# the order that they are made after. The operations are not due, so that no worker takes them.
_PLACED: tuple[tuple[str, Mapping[str, str], str], ...] = (
    ("orders", {"id": "$1", "state": "'placed'", "version": "1"}, "id = $2"),
    ("services", {"id": "$1", "order_id": "$1", "state": "'requested'", "version": "1", "provisioned_at": "NULL"},
     "order_id = $2"),
    ("operations", {"id": "$1", "order_id": "$1", "service_id": "$1", "state": "'queued'", "version": "1", "step": "1",
                    "due_at": "now() + interval '1 day'"}, "order_id = $2"),
    ("operation_steps", {"operation_id": "$1", "state": "'waiting'", "detail": "''", "at": "NULL"},
     "operation_id = (SELECT id FROM operations WHERE order_id = $2)"),
)  # fmt: skip
_KEY = "INSERT INTO idempotency_keys (user_id, key, request_hash, response) VALUES ($1::uuid, $1::text, '', $2)"
_PROVISIONED = (
    "UPDATE orders SET state = 'fulfilled', version = 6 WHERE id = $1",
    "UPDATE services SET state = 'active', version = 3, provisioned_at = now() WHERE order_id = $1",
    "UPDATE operations SET state = 'succeeded', version = 3, step = steps, due_at = NULL, message = 'Done'"
    " WHERE order_id = $1",
    "UPDATE operation_steps SET state = 'done', detail = 'Done', detail_code = 'done', at = now()"
    " WHERE operation_id = (SELECT id FROM operations WHERE order_id = $1)",
    "INSERT INTO simulated_steps (key, n, calls, refusals, started_at, finished_at)"
    " SELECT 'provision/' || id, n, 1, 0, now(), now() FROM services, generate_series(1, 4) n WHERE order_id = $1",
    "UPDATE service_counts SET ports = ports + 1, version = version + 1"
    " WHERE workspace_id = (SELECT workspace_id FROM orders WHERE id = $1)",
)
_EVENT = """
INSERT INTO outbox (event_id, exchange, routing_key, body, workspace_id, correlation_id, published_at)
SELECT gen_random_uuid(), 'provisioning.events', $2, $3, workspace_id, id, now() FROM orders WHERE id = $1
"""  # published, so that no relay takes them
_AFTER = ("order_progressed",) * 4 + ("service_provisioned", "service_counts_changed")


@dataclass(frozen=True)
class InSql:
    """Connections of a superuser, whom row security does not concern."""

    pool: list[Connection]
    place: list[str]
    like: UUID
    """An order that was provisioned."""
    bodies: dict[str, str]
    """Of events, by name."""

    @classmethod
    @asynccontextmanager
    async def of(cls, installed: BenchInstallation, heard: Heard) -> AsyncIterator[Self]:
        login = Login.of(installed.stack.environment["PROVISIONING_DATABASE_URL"])
        address = address_of(installed.servers.postgres_url, login.database)
        async with AsyncExitStack() as stack:
            pool: list[Connection] = []
            for _ in range(CONNECTIONS):
                pool.append(await asyncpg.connect(address))
                stack.push_async_callback(pool[-1].close)
            place = [await _copying(pool[0], *each) for each in _PLACED]
            bodies = {name.partition(".")[2]: body.decode() for name, body in heard.bodies.items()}
            # what only open pages hear is about as long as the counts
            bodies.setdefault("order_progressed", bodies["service_counts_changed"])
            yield cls(pool, place, next(iter(heard.provisioned)), bodies)

    async def milliseconds(self, orders: int) -> float:
        """Until that many are written, as many at once as there are connections."""
        waiting = iter(range(orders))

        async def write(connection: Connection) -> None:
            for _ in waiting:
                await self._write(connection)

        began = time.perf_counter()
        await asyncio.gather(*map(write, self.pool))
        return (time.perf_counter() - began) * 1000

    async def _write(self, connection: Connection) -> None:
        order = uuid4()
        async with connection.transaction():
            await connection.execute(_KEY, order, self.bodies["order_placed"].encode())
            for statement in self.place:
                await connection.execute(statement, order, self.like)
            await self._tell(connection, order, "order_placed")
        async with connection.transaction():
            for statement in _PROVISIONED:
                await connection.execute(statement, order)
            for name in _AFTER:
                await self._tell(connection, order, name)

    async def _tell(self, connection: Connection, order: UUID, name: str) -> None:
        await connection.execute(_EVENT, order, f"provisioning.{name}", self.bodies[name])


async def _copying(connection: Connection, table: str, changed: Mapping[str, str], where: str) -> str:
    """An INSERT of the rows of a table ``where`` it holds, with other values in some columns."""
    columns = [row["attname"] for row in await connection.fetch(_COLUMNS, table)]
    values = ", ".join(changed.get(name, name) for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {where}"  # noqa: S608
