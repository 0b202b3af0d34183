"""Where PostgreSQL and RabbitMQ come from: those that the environment names, else Docker where it answers, else private
instances of the installed servers, else of servers that apt may install; else one line says what to install."""

import os
import secrets
import sys
from pathlib import Path

from deploy.local import apt, docker, postgres, rabbitmq
from deploy.local.docker import DockerPostgres, DockerRabbitMQ
from deploy.local.given import GivenPostgres, GivenRabbitMQ
from deploy.local.kept import Kept
from deploy.local.postgres import PrivatePostgres
from deploy.local.processes import CouldNotStart
from deploy.local.rabbitmq import PrivateRabbitMQ
from deploy.local.server import Postgres, RabbitMQ

POSTGRES_URL = "PORTICO_ADMIN_DATABASE_URL"
RABBITMQ_URL = "PORTICO_ADMIN_RABBITMQ_URL"
RABBITMQ_API_URL = "PORTICO_ADMIN_RABBITMQ_API_URL"
HOME = "PORTICO_SERVERS"
"""``docker`` or ``private``: settles the choice."""


def choose(directory: Path, state: Kept, lasting: bool) -> tuple[Postgres, RabbitMQ]:
    """The pair, not yet started. What is not ``lasting`` is fast, and not safe from a loss of power."""
    postgres_url, rabbitmq_url = os.environ.get(POSTGRES_URL), os.environ.get(RABBITMQ_URL)
    return (
        GivenPostgres(postgres_url) if postgres_url else _postgres(directory, state, lasting),
        GivenRabbitMQ(rabbitmq_url, os.environ.get(RABBITMQ_API_URL)) if rabbitmq_url else _rabbitmq(directory, state),
    )


def _postgres(directory: Path, state: Kept, lasting: bool) -> Postgres:
    password, port = _password(state), state.port("postgres_port")
    if _home(state) == "docker":
        return DockerPostgres(directory, password, port, fast=not lasting)
    return PrivatePostgres(directory, password, port, fast=not lasting)


def _rabbitmq(directory: Path, state: Kept) -> RabbitMQ:
    password, port, management_port = _password(state), state.port("rabbitmq_port"), state.port("management_port")
    if _home(state) == "docker":
        return DockerRabbitMQ(directory, password, port, management_port)
    internal = state.port("distribution_port"), state.port("mapper_port")
    return PrivateRabbitMQ(directory, password, port, management_port, *internal)


def _password(state: Kept) -> str:
    return state.text("server_password", lambda: secrets.token_urlsafe(18))


def _home(state: Kept) -> str:
    """Decided once for a folder: data that is in Docker stays there, data that is beside it too."""
    home = state.text("servers", lambda: os.environ.get(HOME) or _look_around())
    if home == "docker" and not docker.answers():
        raise CouldNotStart(f"The data of {state.path.parent} is in Docker, which does not answer: start Docker.")
    return home


def _look_around() -> str:
    if docker.answers() and docker.has_image(docker.POSTGRES_IMAGE) and docker.has_image(docker.RABBITMQ_IMAGE):
        return "docker"
    missing = _missing()
    if missing and apt.may_install():
        print(f"Installing {' and '.join(missing)} with apt-get, once.", file=sys.stderr)
        apt.install(missing)
        missing = _missing()
    if missing:
        raise CouldNotStart(
            f"No Docker answers, and {' and '.join(missing)} is not installed: sudo apt-get install {' '.join(missing)}"
        )
    return "private"


def _missing() -> list[str]:
    return [
        *([] if postgres.installed() else ["postgresql"]),
        *([] if rabbitmq.installed() else ["rabbitmq-server"]),
    ]
