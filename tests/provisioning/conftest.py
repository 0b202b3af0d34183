from collections.abc import Awaitable, Callable

import pytest

from tests.harness.services import Running
from tests.provisioning.shop import Shop


@pytest.fixture
async def shop(run: Callable[..., Awaitable[Running]]) -> Shop:
    """Provisioning over ASGI on its empty database, with somebody who may edit the catalogue."""
    return await Shop.open(await run("provisioning"))
