"""The demo as docker-compose.yml and docker-compose.demo.yml bring it up, under a project name of its own."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from deploy.containers import env_file
from deploy.demo.person import Place
from deploy.environment import ROOT
from deploy.local.processes import free_port
from tests.harness.installation import Installation

PROJECT = "portico-tested"
FILES = "docker-compose.yml:docker-compose.demo.yml"


class Compose:
    """`docker compose` with secrets and ports of its own, so that it stands beside an installation that runs here."""

    def __init__(self, secrets: Path) -> None:
        env_file.complete(secrets, env_file.DEMO)
        ports = {"PORTICO_PORT": str(free_port()), "PORTICO_MAIL_PORT": str(free_port())}
        self.url, self.mail_url = (f"http://localhost:{port}" for port in ports.values())
        own = {"COMPOSE_PROJECT_NAME": PROJECT, "COMPOSE_FILE": FILES, "COMPOSE_ENV_FILES": str(secrets)}
        self.environment = os.environ | ports | own

    def __call__(self, *arguments: str) -> str:
        return self.docker("compose", *arguments)

    def docker(self, *arguments: str) -> str:
        """What the command wrote; its complaint is shown when it fails."""
        done = subprocess.run(
            ["docker", *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def containers(self, service: str | None = None) -> list[dict[str, Any]]:
        """What runs, as `docker inspect` knows it."""
        ids = self("ps", "--quiet", *([service] if service else [])).split()
        found: list[dict[str, Any]] = json.loads(self.docker("inspect", *ids))
        return found


@dataclass
class Composed(Installation):
    """What the stories need, where the launcher's stack is a compose project."""

    stack: Any

    def advance(self, days: float) -> None:
        self.stack("run", "--rm", "portico", "clock", "advance", f"{round(days * 24 * 60)}m")

    def now(self) -> datetime:
        said = json.loads(self.stack("exec", "-T", "billing", "cat", "/var/lib/portico/clock.json"))
        return datetime.now(UTC) + timedelta(seconds=said["offset_seconds"])

    async def portico(self, *arguments: str) -> None:
        await asyncio.to_thread(self.stack, "run", "--rm", "portico", *arguments)


@asynccontextmanager
async def composed(secrets: Path) -> AsyncIterator[Composed]:
    """Build the image, bring it all up with the demo loaded; everything but the image is gone afterwards."""
    compose = Compose(secrets)
    try:
        await asyncio.to_thread(compose, "up", "--build", "--wait", "--quiet-pull")
        async with (
            httpx.AsyncClient(base_url=compose.url, timeout=30) as http,
            httpx.AsyncClient(base_url=compose.mail_url, timeout=30) as mail,
        ):
            yield Composed(compose, Place(http, mail))
    finally:
        compose("down", "--volumes", "--timeout", "5")
