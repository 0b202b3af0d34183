from collections.abc import Awaitable, Callable

import pytest

from tests.billing.books import Books
from tests.harness.services import Running


@pytest.fixture
async def books(run: Callable[..., Awaitable[Running]]) -> Books:
    """Billing over ASGI on its empty database, with a provider and a plan, on 10 January 2027."""
    return await Books.open(await run("billing", gateway_secret="only-for-tests", tax_percent=20))
