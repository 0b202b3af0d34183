"""One PostgreSQL and one RabbitMQ for the whole run: those that the environment names, else what the launcher finds.

The first process of the run starts them and passes their URLs to its workers in the environment.
"""

import asyncio
import os

import asyncpg

from deploy.local.servers import Servers

POSTGRES, RABBITMQ = "PORTICO_TEST_POSTGRES_URL", "PORTICO_TEST_RABBITMQ_URL"
RABBITMQ_API = "PORTICO_TEST_RABBITMQ_API_URL"
TEMPLATES = "portico_template_"
"""How the names of the databases begin that all workers of a run copy theirs from."""


def start(workers: list[str]) -> Servers:
    """Start the servers, with a new virtual host per test worker: durable queues would leak from run to run."""
    servers = Servers.for_once()
    servers.start()
    os.environ[POSTGRES] = servers.postgres_url
    os.environ[RABBITMQ_API] = servers.rabbitmq.management_url
    for worker in workers:
        os.environ[f"{RABBITMQ}_{worker}"] = servers.add_vhost(f"portico-{worker}-{os.getpid()}")
    asyncio.run(_drop_templates())
    return servers


async def _drop_templates() -> None:
    """Those of an earlier run on lasting servers: a migration may have been edited since."""
    connection = await asyncpg.connect(postgres_url())
    for row in await connection.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", TEMPLATES):
        await connection.execute(f"DROP DATABASE {row['datname']} WITH (FORCE)")
    await connection.close()


def postgres_url() -> str:
    """The URL with a superuser's login."""
    return os.environ[POSTGRES]


def rabbitmq_url() -> str:
    """The URL of this test worker's virtual host."""
    return os.environ[f"{RABBITMQ}_{worker()}"]


def rabbitmq_api_url() -> str:
    """The URL of the management plugin's HTTP API, with an administrator's login."""
    return os.environ[RABBITMQ_API]


def worker() -> str:
    """This test worker's name within the run."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
