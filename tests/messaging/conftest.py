from collections.abc import AsyncIterator

import pytest

from tests.harness.broker import InstalledBroker, installed_broker


@pytest.fixture(scope="session")
async def migrated() -> AsyncIterator[InstalledBroker]:
    """A virtual host after `portico migrate`, which the tests leave as it is."""
    with pytest.MonkeyPatch.context() as environment:
        async with installed_broker(environment) as broker:
            await broker.migrate()
            yield broker


@pytest.fixture
async def fresh(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InstalledBroker]:
    """A virtual host of the test's own, before `portico migrate`."""
    async with installed_broker(monkeypatch) as broker:
        yield broker
