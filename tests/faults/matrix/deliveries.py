"""Events that arrive otherwise than the relay sends them: twice, ten times, in another order, late, or unreadable."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import aio_pika
import asyncpg
import orjson
from aio_pika.abc import AbstractConnection

from deploy.environment import SERVICES
from deploy.waiting import eventually
from shared.messaging.connection import connect, open_channel
from shared.messaging.publishing import publish_batch
from shared.messaging.relay import _KEEP, LEADER_LOCK, _outgoing
from shared.messaging.topology import dead_letters
from tests.faults.matrix.faults import DATABASES
from tests.faults.matrix.money_flows import product
from tests.faults.matrix.world import World
from tests.faults.orders import PATIENCE_SECONDS, place_order

Rows = list[Any]
_COLUMNS = """SELECT id, event_id::text AS event_id, exchange, routing_key, body, workspace_id::text AS workspace_id,
correlation_id::text AS correlation_id, traceparent, NULL::interval AS ttl FROM outbox WHERE exchange LIKE '%.events'"""
_SINCE = f"{_COLUMNS} AND created_at >= $1 ORDER BY id"
_WAITING = f"{_COLUMNS} AND published_at IS NULL ORDER BY id"
HELD = ("identity", "provisioning")
"""The services whose relays are held while their business is done."""


def broker(world: World) -> Any:
    stack = world.installed.stack
    return connect(stack.servers.amqp_url(stack.vhost), "test")


async def publish(connection: AbstractConnection, rows: Sequence[Any]) -> None:
    answers = await publish_batch(await open_channel(connection), [_outgoing(row) for row in rows], timeout=60)
    assert [answer for answer in answers if answer is not None] == []


async def publish_again(world: World, since: datetime, times: int) -> None:
    """Publish all events of all services again, so many times."""
    async with broker(world) as connection:
        for service in SERVICES:
            rows = await world.rows(service, _SINCE, since)
            for _ in range(times):
                await publish(connection, rows)


@asynccontextmanager
async def held_back(world: World, deliver: Callable[[Rows], Rows]) -> AsyncIterator[None]:
    """The events of two services wait while the block does its business. Then they are published as ``deliver`` has
    them, and the relays go on."""
    async with AsyncExitStack() as stack:
        held: dict[str, asyncpg.Connection[asyncpg.Record]] = {}
        for service in HELD:
            held[service] = await stack.enter_async_context(world.installed.database(service))
            await _lead(held[service], f"portico_{service}")
        yield
        async with broker(world) as connection:
            for database in held.values():
                rows = deliver(list(await database.fetch(_WAITING)))
                await publish(connection, rows)
                await database.execute(_KEEP, [row["id"] for row in rows])


async def _lead(database: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    """Take the relay's place: its session is ended, and the next one stands by."""
    assert name in DATABASES
    end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted" \
        " AND database = (SELECT oid FROM pg_database WHERE datname = $1) AND pid <> pg_backend_pid()"  # fmt: skip

    async def leads() -> bool:
        await database.fetch(end, name)
        return bool(await database.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK))

    await eventually(leads, "the relay's place", seconds=PATIENCE_SECONDS)


def reverse(rows: Rows) -> Rows:
    return rows[::-1]


def shuffle(rows: Rows, chance: random.Random) -> Rows:
    return chance.sample(rows, len(rows))


QUEUE = "notifications.on.provisioning.service_provisioned"


async def put(connection: AbstractConnection, body: bytes, queue: str = QUEUE) -> None:
    channel = await connection.channel(publisher_confirms=True)
    message = aio_pika.Message(body, message_id=str(uuid4()), delivery_mode=2)
    await channel.default_exchange.publish(message, queue)


async def newest_event(world: World) -> dict[str, Any]:
    query = "SELECT body FROM outbox WHERE routing_key = 'provisioning.service_provisioned' ORDER BY id DESC LIMIT 1"
    if not await world.rows("provisioning", query):
        await place_order(world.installed, world.admin, await product(world))
        await world.settle()
    [row] = await world.rows("provisioning", query)
    found: dict[str, Any] = orjson.loads(row["body"])
    return found


async def take_letters(world: World, count: int) -> None:
    """Wait until so many dead letters are there, see that there are no others, and remove them."""
    async with broker(world) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(dead_letters("notifications"))

        async def there() -> bool:
            found = await channel.declare_queue(queue.name, passive=True)
            return (found.declaration_result.message_count or 0) >= count

        await eventually(there, "the dead letters", seconds=PATIENCE_SECONDS, pause=0.1)
        removed = await queue.purge()
        assert removed.message_count == count
