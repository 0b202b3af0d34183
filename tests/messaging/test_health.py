"""What a supervisor and an operator are told of queues that nobody reads."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.migrating.queues import declare
from deploy.migrating.topology import SHARED, plumbing_of
from deploy.serving.apps import create_app
from deploy.waiting import eventually
from shared.app import ServiceDefinition
from shared.messaging.connection import connect
from shared.messaging.router import ServiceRouter
from shared.settings import ServiceSettings
from tests.harness.databases import Database
from tests.harness.services import SETTINGS
from tests.shared.sketch import SERVICE, collector, make_queues


@pytest.fixture
async def queues(amqp_url: str) -> AsyncIterator[tuple[ServiceRouter, str, str]]:
    """A router with two queues, of which the second is not there."""
    collector(router := ServiceRouter(SERVICE))

    @router.command("identity.commands", f"{SERVICE}.on.commands")
    async def obey(session: AsyncSession, body: dict[str, Any]) -> None:
        raise AssertionError("nobody sends one")

    async with connect(amqp_url, "test") as connection:
        for topology in (SHARED, *map(plumbing_of, (SERVICE, "provisioning", "identity"))):
            await declare(connection, topology)
        whole, broken = await make_queues(amqp_url, router)
        channel = await connection.channel()
        await channel.queue_delete(broken)
        yield router, whole, broken
        for queue in (whole, broken):
            await channel.queue_delete(queue)


async def test_a_queue_that_is_not_consumed_is_named_with_the_time_and_the_others_go_on(
    database: Callable[[str], Awaitable[Database]],
    queues: tuple[ServiceRouter, str, str],
    amqp_url: str,
    tmp_path: Path,
) -> None:
    router, whole, broken = queues
    sketch = await database(SERVICE)
    urls = {"database_url": sketch.api_url, "worker_database_url": sketch.worker_url, "rabbitmq_url": amqp_url}
    settings = ServiceSettings(**(SETTINGS | urls | {"demo": False, "clock_file": tmp_path / "clock.json"}))
    app = create_app(ServiceDefinition(SERVICE, ServiceSettings, router), settings, api=False)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://worker.example") as http,
    ):

        async def told(path: str) -> dict[str, float]:
            answer = await http.get(path)
            silent: dict[str, float] = answer.json().get("not_consumed", {})
            return silent if answer.status_code == 200 else {}

        async def only_the_broken_one() -> bool:
            return set(await told("/healthz")) == set(await told("/readyz")) == {broken}

        await eventually(only_the_broken_one, f"{broken} is named, and {whole} is not")
        first = (await told("/readyz"))[broken]

        async def longer() -> bool:
            return (await told("/readyz"))[broken] > first

        await eventually(longer, "the time goes on")
        await make_queues(amqp_url, router)

        async def all_well() -> bool:
            return (await http.get("/readyz")).json() == {"status": "ready"}

        await eventually(all_well, seconds=20)
