from collections.abc import AsyncIterator

import pytest
from aio_pika.abc import AbstractChannel

from deploy.migrating.queues import declare
from deploy.migrating.topology import SHARED, plumbing_of
from shared.messaging.connection import connect
from tests.harness.broker import InstalledBroker, installed_broker
from tests.shared.sketch import SERVICE


@pytest.fixture(scope="session")
async def migrated() -> AsyncIterator[InstalledBroker]:
    """A virtual host after `portico migrate`, which tests may not change."""
    with pytest.MonkeyPatch.context() as environment:
        async with installed_broker(environment) as broker:
            await broker.migrate()
            yield broker


@pytest.fixture
async def fresh(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InstalledBroker]:
    """A virtual host of this test alone, before `portico migrate`."""
    async with installed_broker(monkeypatch) as broker:
        yield broker


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    async with connect(amqp_url, "test") as connection:
        for topology in (SHARED, plumbing_of(SERVICE), plumbing_of("provisioning")):
            await declare(connection, topology)
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)
