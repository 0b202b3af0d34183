from collections.abc import Awaitable, Callable

import pytest

from tests.exports.harness import Exporting
from tests.harness.services import Running


@pytest.fixture
async def billing(run: Callable[..., Awaitable[Running]]) -> Exporting:
    """Billing over ASGI on an empty database; its lists are all money."""
    return Exporting(await run("billing"))
