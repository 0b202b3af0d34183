from collections.abc import Awaitable, Callable

import pytest

from tests.audit.harness import AuditHarness
from tests.harness.databases import Database


@pytest.fixture
async def log(database: Callable[[str], Awaitable[Database]]) -> AuditHarness:
    return AuditHarness(await database("audit"))
