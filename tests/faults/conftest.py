"""The installation of the fault matrix, and the results of its cells."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.matrix import world as worlds
from tests.faults.matrix.results import Cells
from tests.faults.matrix.world import World


@pytest.fixture(scope="session")
async def world() -> AsyncIterator[World]:
    async with worlds.world() as found:
        yield found


@pytest.fixture(scope="session")
def cells() -> Cells:
    return Cells()
