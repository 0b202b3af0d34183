"""Brings a running installation to a new version without a stop: `python3 -m deploy.containers.rolling`.

Needs no library. For each service in turn, new containers start beside the old ones, with as many replicas as .env
says; once all of them are healthy, the old ones are asked to stop. Interrupted, it goes on when it is run again."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILDS = "migrate"
"""The service that builds the image for all."""
ROLLED = ("audit-worker", "notifications-worker", "billing-worker", "provisioning-worker", "identity-worker",
          "audit", "notifications", "billing", "provisioning", "identity", "portal")  # fmt: skip
"""Workers first: who hears of a new event knows it before it is said, and audit hears of all. The portal is the last
one, as it asks for what a new version of the services has."""
HEALTHY_WITHIN_SECONDS = 180.0
SEEN_BY_THE_GATEWAY_SECONDS = 2.0
"""Once a container is healthy, until the gateway's list has it."""
STOP_SECONDS = 40
"""As `stop_grace_period` in docker-compose.yml."""

Run = Callable[[Sequence[str]], str]


class NotRolled(Exception):
    """It stopped at one service. What ran before still runs."""


def run(command: Sequence[str]) -> str:
    """The command's output. Raises `NotRolled` with what it said last."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRolled(f"{' '.join(command)}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


@dataclass
class Rolling:
    """One installation; ``compose`` is the command with its files and project."""

    compose: Sequence[str] = ("docker", "compose")
    run: Run = run
    say: Callable[[str], None] = print

    def everything(self, build: bool = True) -> None:
        """Build, migrate, and replace what is not of the new version."""
        if build:
            self.say("building")
            self._composed("build", BUILDS)
        self.say("migrating")
        self._composed("run", "--rm", "--no-deps", BUILDS)
        described = json.loads(self._composed("config", "--format", "json"))["services"]
        for service in ROLLED:
            self.service(service, described[service])

    def service(self, name: str, described: dict[str, Any]) -> None:
        """Replace the outdated containers of one service. Raises `NotRolled` if the new ones do not become healthy;
        then the old ones go on."""
        wanted = int(described.get("deploy", {}).get("replicas", 1))
        self._composed("rm", "--force", name)  # what has ended would be started again, as it was
        running, new = self._containers(name), self._new_config(name, described["image"])
        old = [each["Id"] for each in running if _made_of(each) != new]
        if not old and len(running) == wanted:
            self.say(f"{name}: is of this version")
            return
        self.say(f"{name}: {wanted} new beside {len(old)} old")
        self._scale(name, wanted + len(old))
        self._wait(name, set(old), wanted)
        if old:
            time.sleep(SEEN_BY_THE_GATEWAY_SECONDS)
            self.run(["docker", "stop", "-t", str(STOP_SECONDS), *old])
            self.run(["docker", "rm", *old])
        self._scale(name, wanted)

    def _scale(self, name: str, count: int) -> None:
        self._composed("up", "--detach", "--no-deps", "--no-recreate", "--no-build", "--scale", f"{name}={count}", name)

    def _wait(self, name: str, old: set[str], wanted: int) -> None:
        until = time.monotonic() + HEALTHY_WITHIN_SECONDS
        while True:
            new = [each for each in self._containers(name) if each["Id"] not in old]
            states = [each["State"].get("Health", {}).get("Status", "healthy") for each in new]
            if states.count("healthy") >= wanted:
                return
            if time.monotonic() > until:
                log = self._composed("logs", "--no-color", "--tail", "15", name)
                raise NotRolled(
                    f"{name}: the new containers are {', '.join(states) or 'gone'}. The old ones go on.\n{log}"
                )
            time.sleep(0.5)

    def _containers(self, name: str) -> list[dict[str, Any]]:
        ids = self._composed("ps", "--quiet", name).split()
        found: list[dict[str, Any]] = json.loads(self.run(["docker", "inspect", *ids])) if ids else []
        return found

    def _new_config(self, name: str, image: str) -> tuple[str, str]:
        [described] = json.loads(self.run(["docker", "image", "inspect", image]))
        return str(described["Id"]), self._composed("config", "--hash", name).split()[-1]

    def _composed(self, *arguments: str) -> str:
        return self.run([*self.compose, *arguments])


def _made_of(container: dict[str, Any]) -> tuple[str, str]:
    return str(container["Image"]), str(container["Config"]["Labels"]["com.docker.compose.config-hash"])


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python3 -m deploy.containers.rolling",
        description="Bring the running containers to the version in this folder, one service after the other.",
        epilog="PostgreSQL, RabbitMQ and the gateway stay as they are; docs/operating.md says how they are upgraded.",
    )
    parser.add_argument("--no-build", action="store_true", help="the image is there already")
    given = parser.parse_args()
    try:
        Rolling().everything(build=not given.no_build)
    except NotRolled as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
