"""The moment of a backup: no relay publishes anything while the snapshots are opened."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest
from aiormq.channel import Channel

from deploy.backup import moment
from deploy.backup.moment import NoMoment, one_moment
from deploy.environment import SERVICES
from shared.messaging.connection import connect, open_channel
from shared.messaging.relay import publish_waiting
from shared.outbox import LIVE_EXCHANGE
from tests.harness.databases import Database
from tests.harness.servers import postgres_url

MakeDatabase = Callable[[str], Awaitable[Database]]
_EVENT = "INSERT INTO outbox (event_id, exchange, routing_key, body) VALUES ($1, $2, 'test.happened', '{}')"


@pytest.fixture
async def urls(database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The addresses of all five databases, which are also in the environment."""
    found = {}
    for service in SERVICES:
        made = await database(service)
        monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", made.api_url)
        found[str(service)] = made.owner_url
    return found


async def test_while_the_snapshots_are_opened_nothing_is_published(urls: dict[str, str], amqp_url: str) -> None:
    async with connect(amqp_url, "test") as broker:
        channel: Channel = await open_channel(broker)
        relay, holder = [await asyncpg.connect(urls["billing"]) for _ in range(2)]
        await channel.exchange_declare(exchange=LIVE_EXCHANGE, exchange_type="topic", durable=True)
        async with moment._relays_held({"billing": holder}):
            await relay.execute(_EVENT, uuid4(), LIVE_EXCHANGE)
            publishing = asyncio.create_task(publish_waiting(relay, channel))
            waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = $1"
            while not await holder.fetchval(waits, relay.get_server_pid()):
                assert not publishing.done()
                await asyncio.sleep(0.01)

        assert await publishing == 1
        await relay.close()
        await holder.close()


async def test_a_snapshot_has_what_was_there_at_its_moment_alone(urls: dict[str, str]) -> None:
    writer = await asyncpg.connect(urls["audit"])
    await writer.execute(_EVENT, uuid4(), "audit.events")
    async with one_moment(postgres_url()) as found:
        await writer.execute(_EVENT, uuid4(), "audit.events")
        reader = await asyncpg.connect(urls["audit"])
        async with reader.transaction(isolation="repeatable_read"):
            await reader.execute(f"SET TRANSACTION SNAPSHOT '{found.snapshots['audit'].name}'")
            seen = await reader.fetchval("SELECT count(*) FROM outbox")
        await reader.close()
    await writer.close()

    assert (seen, found.snapshots["audit"].rows["outbox"]) == (1, 1)
    assert set(found.snapshots) == set(SERVICES)


async def test_events_wait_for_some_seconds_at_most(urls: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "HELD_AT_MOST", 0.3)
    other = await asyncpg.connect(urls["notifications"])
    await other.execute(moment._HOLD)

    with pytest.raises(NoMoment, match="Nothing was kept"):
        async with one_moment(postgres_url()):
            raise AssertionError

    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    while await other.fetchval(locks):  # those of closed connections
        await asyncio.sleep(0.01)
    await other.close()
