"""The world of the matrix."""

from collections.abc import AsyncIterator

import pytest

from tests.authorisation.world import World, world


@pytest.fixture(scope="session")
async def whole_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("matrix")) as made:
        yield made
