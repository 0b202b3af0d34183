"""Tests that need a Docker engine. Only `make containers` collects them, without the other tests' fixtures."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from deploy.waiting import eventually
from services.notifications.deliveries.gathering import LONGEST
from services.notifications.deliveries.models import OPEN
from tests.containers.composed import Composed, composed

collect_ignore_glob = [] if os.environ.get("PORTICO_CONTAINERS") else ["test_compose.py", "test_compose_[!f]*.py"]


@pytest.fixture(scope="session")
async def installed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Composed]:
    async with composed(tmp_path_factory.mktemp("compose") / ".env") as found:
        await eventually(
            lambda: no_mail_waits(found), "the demo's mails are sent", seconds=LONGEST.seconds + 60, pause=5
        )
        yield found


async def no_mail_waits(installed: Composed) -> bool:
    """Several that are told in one mail wait for more of them."""
    count = f"SELECT count(*) FROM deliveries WHERE {OPEN}"
    asked = ("psql", "--username=postgres", "--dbname=portico_notifications", "--tuples-only", "--command", count)
    return int(await asyncio.to_thread(installed.stack, "exec", "-T", "postgres", *asked)) == 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of `installed` last: all installations here have one project name, and one stops before the next starts."""
    items.sort(key=lambda item: "installed" in getattr(item, "fixturenames", ()))
