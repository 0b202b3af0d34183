from collections.abc import Awaitable, Callable

import pytest

from tests.audit.log import Log
from tests.harness.databases import Database


@pytest.fixture
async def log(database: Callable[[str], Awaitable[Database]]) -> Log:
    return Log(await database("audit"))
