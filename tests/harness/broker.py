"""RabbitMQ as an installation has it: a virtual host and a user per process kind, made as `portico migrate` does."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import aio_pika
import pytest

from deploy.environment import SERVICES
from deploy.migrating.broker import BrokerAdmin, migrate_broker
from deploy.migrating.management import Management, in_vhost
from tests.harness.servers import rabbitmq_api_url, rabbitmq_url

PASSWORD = "only-for-tests"
"""One password for all, since users belong to the whole server and other workers of this run create the same ones."""
PROCESSES = (*SERVICES, "portal")


@dataclass(frozen=True)
class InstalledBroker:
    admin: BrokerAdmin
    vhost: str

    @property
    def admin_url(self) -> str:
        return in_vhost(self.admin.url, self.vhost)

    def url(self, process: str) -> str:
        """The URL with the user of a service, or of the portal."""
        parts = urlsplit(self.admin_url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"portico_{process}:{PASSWORD}@{host}"))

    async def migrate(self) -> list[str]:
        return await migrate_broker(self.admin)


@asynccontextmanager
async def installed_broker(environment: pytest.MonkeyPatch) -> AsyncIterator[InstalledBroker]:
    """A fresh virtual host. Meanwhile the environment has the URLs of its users."""
    vhost = f"installed-{quote(uuid4().hex)}"
    broker = InstalledBroker(BrokerAdmin.of(rabbitmq_url(), rabbitmq_api_url()), vhost)
    for process in PROCESSES:
        environment.setenv(f"{process.upper()}_RABBITMQ_URL", broker.url(process))
    try:
        yield broker
    finally:
        async with Management(broker.admin.api_url) as api:
            await api.delete_vhost(vhost)


async def is_refused(url: str) -> bool:
    """Whether RabbitMQ refuses this user, or has no such virtual host."""
    try:
        connection = await aio_pika.connect(url, timeout=5)
    except aio_pika.exceptions.AMQPError:
        return True
    finally:
        gc.collect()  # aio-pika's object of a refused login closes itself: now, while the event loop runs
    await connection.close()
    return False
