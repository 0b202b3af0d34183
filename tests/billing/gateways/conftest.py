"""Stripe, as its documents say it is."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from services.billing.gateways.stripe.adapter import StripeGateway
from tests.billing.gateways.stripe_server import SECRET, StripeServer


@pytest.fixture
def server() -> StripeServer:
    return StripeServer()


@pytest.fixture
async def gateway(server: StripeServer) -> AsyncIterator[StripeGateway]:
    async with TestServer(server.app()) as running:
        gateway = StripeGateway("sk_test_made_up", SECRET, api_base=str(running.make_url("")).rstrip("/"))
        yield gateway
        await gateway.close()
