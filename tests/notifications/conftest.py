from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from services.notifications.settings import Settings
from shared.db import make_sessions
from tests.harness import kept
from tests.harness.databases import Database
from tests.harness.hearing import At, hearing
from tests.harness.servers import rabbitmq_url
from tests.harness.services import SETTINGS, running, service_named
from tests.notifications.desk import Desk
from tests.notifications.harness import NOON, PROVIDER, TREE, NotificationsHarness
from tests.notifications.mail_server import MailServer


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def notifications(
    database: Callable[[str], Awaitable[Database]], server: MailServer
) -> AsyncIterator[NotificationsHarness]:
    """Notifications with three workspaces and no people."""
    found = await database("notifications")
    urls = {"database_url": found.api_url, "worker_database_url": found.worker_url, "rabbitmq_url": rabbitmq_url()}
    settings = Settings(**(SETTINGS | urls | {"smtp_url": server.url}))
    sessions = make_sessions(kept.engine(found.worker_url, 5))
    async with hearing(service_named("notifications").events, sessions, At(NOON)) as ears:
        notifications = NotificationsHarness(found, sessions, settings, server, ears)
        await notifications.hear(*TREE)
        yield notifications


@pytest.fixture
async def desk(notifications: NotificationsHarness, tmp_path: Path) -> AsyncIterator[Desk]:
    async with running(notifications.database, tmp_path / "clock") as api:
        yield Desk(notifications, api, await api.caller("admin", workspace_id=PROVIDER, kind="provider"))
