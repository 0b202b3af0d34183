from collections.abc import Awaitable, Callable

import pytest

from tests.harness.services import Running
from tests.provisioning.harness import ProvisioningHarness


@pytest.fixture
async def provisioning(run: Callable[..., Awaitable[Running]]) -> ProvisioningHarness:
    """Provisioning over ASGI on an empty database, with an admin of the provider."""
    return await ProvisioningHarness.open(await run("provisioning"))
