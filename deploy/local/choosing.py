"""Where PostgreSQL and RabbitMQ come from: servers that the environment names; else, for tests and benchmarks,
containers where Docker answers; else private instances of the installed servers, which apt installs first where it may.
If there is none of these, one line says what to install."""

import os
import secrets
import sys
from pathlib import Path

from deploy.local import apt, postgres, rabbitmq
from deploy.local.external import ExternalPostgres, ExternalRabbitMQ
from deploy.local.postgres import PrivatePostgres
from deploy.local.processes import CouldNotStart
from deploy.local.rabbitmq import PrivateRabbitMQ
from deploy.local.server import Postgres, RabbitMQ
from deploy.local.state_file import StateFile

POSTGRES_URL = "PORTICO_ADMIN_DATABASE_URL"
RABBITMQ_URL = "PORTICO_ADMIN_RABBITMQ_URL"
RABBITMQ_API_URL = "PORTICO_ADMIN_RABBITMQ_API_URL"
KIND = "PORTICO_SERVERS"
"""``docker`` or ``private``: overrides the choice for tests and benchmarks."""


def choose(directory: Path, state: StateFile, *, for_once: bool, fast: bool) -> tuple[Postgres, RabbitMQ]:
    """The two servers, not yet started. ``fast`` ones may lose data in a power failure."""
    postgres_url, rabbitmq_url = os.environ.get(POSTGRES_URL), os.environ.get(RABBITMQ_URL)
    in_docker = False if postgres_url and rabbitmq_url else _in_docker(for_once)
    return (
        ExternalPostgres(postgres_url) if postgres_url else _postgres(directory, state, in_docker, fast),
        ExternalRabbitMQ(rabbitmq_url, os.environ.get(RABBITMQ_API_URL))
        if rabbitmq_url
        else _rabbitmq(directory, state, in_docker),
    )


def _postgres(directory: Path, state: StateFile, in_docker: bool, fast: bool) -> Postgres:
    password, port = _password(state), state.port("postgres_port")
    if in_docker:
        from deploy.local.containers import ContainerPostgres  # noqa: PLC0415

        return ContainerPostgres(password, port, fast)
    return PrivatePostgres(directory, password, port, fast)


def _rabbitmq(directory: Path, state: StateFile, in_docker: bool) -> RabbitMQ:
    password, port, management_port = _password(state), state.port("rabbitmq_port"), state.port("management_port")
    if in_docker:
        from deploy.local.containers import ContainerRabbitMQ  # noqa: PLC0415

        return ContainerRabbitMQ(password, port, management_port)
    internal = state.port("distribution_port"), state.port("mapper_port")
    return PrivateRabbitMQ(directory, password, port, management_port, *internal)


def _password(state: StateFile) -> str:
    return state.text("server_password", lambda: secrets.token_urlsafe(18))


def _in_docker(for_once: bool) -> bool:
    """Whether to use containers. If not, everything that private servers need is installed afterwards."""
    wanted = os.environ.get(KIND) if for_once else "private"
    if wanted != "private":
        from deploy.local import containers  # noqa: PLC0415  # its library comes with requirements-dev.lock only

        if containers.can_run():
            return True
        if wanted == "docker":
            raise CouldNotStart(f"{KIND}=docker, but Docker does not answer, or cannot fetch the images.")
    _see_that_all_is_installed()
    return False


def _see_that_all_is_installed() -> None:
    missing = _missing()
    if missing and apt.may_install():
        print(f"Installing {' and '.join(missing)} with apt-get, once.", file=sys.stderr)
        apt.install(missing)
        missing = _missing()
    if missing:
        raise CouldNotStart(
            f"{' and '.join(missing)} is not installed: sudo apt-get install {' '.join(missing)}\n"
            "With Docker alone, run the demo by docker compose: docs/operating.md#containers"
        )


def _missing() -> list[str]:
    return [
        *([] if postgres.installed() else ["postgresql"]),
        *([] if rabbitmq.installed() else ["rabbitmq-server"]),
    ]
