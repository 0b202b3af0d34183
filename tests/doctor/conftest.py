"""An installation that works, which the tests break in one place each, and mend again."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from deploy.doctor.finding import Finding
from deploy.doctor.registry import CHECKS, examine
from deploy.local.stack import Stack
from tests.harness.installation import Installation, installation, start

Look = Callable[[str], Awaitable[list[Finding]]]


@pytest.fixture(scope="package")
async def installed() -> AsyncIterator[Installation]:
    """Six processes and the mail catcher, with a provider and nobody else."""

    def bring_up(stack: Stack) -> None:
        start(stack)
        who = ("--admin", "robin@larkspur.example", "--admin-name", "Robin Larkspur")
        stack.portico("init", "--provider", "Larkspur Cloud", "--slug", "larkspur", *who)

    async with installation(bring_up) as found:
        yield found


@pytest.fixture
def look(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> Look:
    """``await look("queues")``: what that check finds, with the installation's settings."""
    for name, value in (installed.stack.environment | installed.stack.broker_admin).items():
        monkeypatch.setenv(name, value)

    async def examined(name: str) -> list[Finding]:
        checks = [check for check in CHECKS if check.name == name]
        assert checks, name
        return [finding for _, finding in await examine(checks)]

    return examined
