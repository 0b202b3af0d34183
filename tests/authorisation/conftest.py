"""The world of the matrix, and what was asked of it."""

from collections.abc import AsyncIterator

import pytest

from tests.authorisation.matrix import Asked
from tests.authorisation.world import World, world


@pytest.fixture(scope="session")
async def whole_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("matrix")) as made:
        yield made


@pytest.fixture(scope="session")
def asked(whole_world: World) -> Asked:
    return Asked(whole_world)
