"""An installation without the demo's data: a provider and one customer."""

from collections.abc import AsyncIterator

import pytest

from deploy.demo.companies import PROVIDER_NAME, PROVIDER_SLUG, ROBIN
from deploy.local.stack import Stack
from tests.flows.steps import joins
from tests.harness.installation import DemoUser, Installation, installation, start

PROVIDER = ("--provider", PROVIDER_NAME, "--slug", PROVIDER_SLUG, "--admin", ROBIN.address, "--admin-name", ROBIN.name)
KIM = "kim@kestrel.example"


def with_a_provider(stack: Stack) -> None:
    start(stack)
    stack.portico("init", *PROVIDER)


@pytest.fixture(scope="session")
async def installed() -> AsyncIterator[Installation]:
    async with installation(with_a_provider) as found:
        yield found


@pytest.fixture(scope="session")
async def kim(installed: Installation) -> DemoUser:
    """The admin of the customer."""
    return await joins(installed, await installed.signed_in(ROBIN.address), "Kestrel Foods", KIM)
