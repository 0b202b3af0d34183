"""The demo as docker-compose.yml and docker-compose.demo.yml start it, under its own project name."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from testcontainers.compose import DockerCompose

from deploy.containers import env_file
from deploy.demo.person import open_site
from deploy.environment import ROOT
from deploy.local.processes import free_port
from tests.harness.installation import Installation

FILES = ("docker-compose.yml", "docker-compose.demo.yml")
WITHOUT_DEMO = ("docker-compose.yml", "tests/containers/mails.yml")
"""A new installation, and the page of its mails."""
IMAGE = "portico-tested"


class Compose(DockerCompose):
    """With its own secrets, ports, networks and project name, so that it can run beside another installation."""

    def __init__(self, secrets: Path, files: Sequence[str] = FILES) -> None:
        own = {"COMPOSE_PROJECT_NAME": "portico-tested", "PORTICO_IMAGE": IMAGE,
               "PORTICO_PORT": str(free_port()), "PORTICO_MAIL_PORT": str(free_port()),
               "PORTICO_EDGE_SUBNET": "172.29.58.0/25", "PORTICO_INSIDE_SUBNET": "172.29.58.128/25"}  # fmt: skip
        env_file.complete(secrets, env_file.DEMO | own)
        self.settings = secrets
        super().__init__(ROOT, list(files), build=True, env_file=str(secrets))

    def url(self, port: int) -> str:
        """The URL of the gateway's port."""
        return f"http://localhost:{self.get_service_port('gateway', port)}"

    def __call__(self, *arguments: str) -> str:
        return run(*self.docker_compose_command(), *arguments)

    def python(self, service: str, script: str, *arguments: str) -> Any:
        """What the script prints as JSON, run in a container of that service with all that the service knows."""
        return json.loads(self("exec", "-T", service, "python", "-c", script, *arguments))

    def rabbitmqctl(self, *arguments: str) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = json.loads(
            self("exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet", "--formatter", "json", *arguments)
        )
        return said

    def containers(self, service: str | None = None) -> list[dict[str, Any]]:
        """The running containers, as `docker inspect` describes them."""
        ids = [each.ID for each in self.get_containers() if each.ID and service in (None, each.Service)]
        found: list[dict[str, Any]] = json.loads(docker("inspect", *ids))
        return found


def docker(*arguments: str) -> str:
    return run("docker", *arguments)


def run(*command: str) -> str:
    """The command's output; raises with its error output if it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@dataclass
class Composed(Installation):
    """An `Installation` whose stack is a compose project."""

    stack: Any  # a Compose

    def advance(self, days: float) -> None:
        self.stack("run", "--rm", "portico", "clock", "advance", f"{round(days * 24 * 60)}m")

    def now(self) -> datetime:
        said = json.loads(self.stack("exec", "-T", "billing", "cat", "/var/lib/portico-clock/clock.json"))
        return datetime.now(UTC) + timedelta(seconds=said["offset_seconds"])

    async def portico(self, *arguments: str) -> str:
        return str(await asyncio.to_thread(self.stack, "run", "--rm", "portico", *arguments))


def bring_up(compose: Compose) -> None:
    try:
        compose.start()
    except subprocess.CalledProcessError as failed:
        said = compose("logs", "--no-color", "--tail", "20", "migrate", "init")
        raise AssertionError(f"It did not come up. What these two said last:\n{said}") from failed


@asynccontextmanager
async def composed(secrets: Path, files: Sequence[str] = FILES, **settings: str) -> AsyncIterator[Composed]:
    """Build the image and start everything, by default with the demo's data; everything but the image is removed
    afterwards."""
    compose = Compose(secrets, files)
    env_file.complete(secrets, settings)
    try:
        await asyncio.to_thread(bring_up, compose)
        async with open_site(compose.url(8000), compose.url(8025)) as site:
            yield Composed(compose, site)
    finally:
        compose.stop()
