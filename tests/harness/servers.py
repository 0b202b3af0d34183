"""One PostgreSQL and one RabbitMQ for the whole run: those that the environment names, else what the launcher finds.

The first process of the run starts them and leaves their addresses in the environment for its workers.
"""

import os

from deploy.local.servers import Servers

POSTGRES, RABBITMQ = "PORTICO_TEST_POSTGRES_URL", "PORTICO_TEST_RABBITMQ_URL"
RABBITMQ_API = "PORTICO_TEST_RABBITMQ_API_URL"


def start(workers: list[str]) -> Servers:
    """Bring the servers, with a virtual host for each worker: durable queues would leak from one run to the next."""
    servers = Servers.for_once()
    servers.start()
    os.environ[POSTGRES] = servers.postgres_url
    os.environ[RABBITMQ_API] = servers.rabbitmq.management_url
    for worker in workers:
        os.environ[f"{RABBITMQ}_{worker}"] = servers.add_vhost(f"portico-{worker}-{os.getpid()}")
    return servers


def postgres_url() -> str:
    """Of a superuser."""
    return os.environ[POSTGRES]


def rabbitmq_url() -> str:
    """The virtual host of this worker."""
    return os.environ[f"{RABBITMQ}_{worker()}"]


def rabbitmq_api_url() -> str:
    """The HTTP API of its management plugin, with a login that may do everything."""
    return os.environ[RABBITMQ_API]


def worker() -> str:
    """This process's name within the run."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
