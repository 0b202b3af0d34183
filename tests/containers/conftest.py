"""Tests that need a Docker engine. Only `make containers` collects them, without the other tests' fixtures."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.containers.composed import Composed, composed

collect_ignore_glob = [] if os.environ.get("PORTICO_CONTAINERS") else ["test_compose.py", "test_compose_[!f]*.py"]


@pytest.fixture(scope="session")
async def installed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Composed]:
    async with composed(tmp_path_factory.mktemp("compose") / ".env") as found:
        yield found
