from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from services.notifications.settings import Settings
from shared.db import make_engine, make_sessions
from tests.harness.databases import Database
from tests.harness.servers import rabbitmq_url
from tests.harness.services import SETTINGS
from tests.notifications.mail_server import MailServer
from tests.notifications.office import TREE, Office


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def office(database: Callable[[str], Awaitable[Database]], server: MailServer) -> AsyncIterator[Office]:
    """Notifications, knowing the three workspaces and nobody in them."""
    found = await database("notifications")
    urls = {"database_url": found.api_url, "worker_database_url": found.worker_url, "rabbitmq_url": rabbitmq_url()}
    settings = Settings(**(SETTINGS | urls | {"smtp_url": server.url, "smtp_timeout_seconds": 2}))
    engine = make_engine(found.worker_url, 5)
    office = Office(found, make_sessions(engine, settings), settings, server)
    await office.hear(*TREE)
    yield office
    await engine.dispose()
