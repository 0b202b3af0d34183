from collections.abc import AsyncIterator

import pytest

from tests.harness.broker import InstalledBroker, installed_broker


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
