from collections.abc import Awaitable, Callable

import pytest

from tests.billing.harness import BillingHarness
from tests.harness.services import Running


@pytest.fixture
async def billing(run: Callable[..., Awaitable[Running]]) -> BillingHarness:
    """Billing over ASGI on its empty database, with a provider and a plan, on 10 January 2027."""
    return await BillingHarness.open(await run("billing", gateway_secret="only-for-tests", tax_percent=20))
