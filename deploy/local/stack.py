"""Portico on one machine: five services, the portal and the mail catcher, one process each."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from deploy.environment import ROOT, SERVICES
from deploy.local.processes import ChildProcess, CouldNotStart, spawn
from deploy.local.servers import Servers
from deploy.local.settings import service_settings
from deploy.local.state_file import StateFile

PROCESSES = (*SERVICES, "portal")
MAIL_CATCHER = "mail catcher"


class Stack:
    """All processes except PostgreSQL and RabbitMQ. Each can be killed and started again, as tests of faults do."""

    def __init__(
        self, directory: Path, servers: Servers, portal_port: int, mail_port: int, vhost: str = "portico"
    ) -> None:
        self.directory, self.servers, self.vhost = directory, servers, vhost
        self.mail_port = mail_port
        self.code = ROOT
        """The folder of the code that runs: another one in tests of upgrades."""
        self.children: dict[str, ChildProcess] = {}
        state = StateFile(directory / "state.json")
        self.smtp_port = state.port("smtp_port")
        self.ports = {name: state.port(f"{name}_port") for name in SERVICES} | {"portal": portal_port}

    def url(self, name: str) -> str:
        """The URL of a process. The portal's has the host name that people type, and that mails contain."""
        return f"http://{'localhost' if name == 'portal' else '127.0.0.1'}:{self.ports[name]}"

    @property
    def mail_url(self) -> str:
        return f"http://localhost:{self.mail_port}"

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment of the processes and of the `portico` command, without the admins' URLs."""
        urls = {name: self.url(name) for name in PROCESSES}
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PORTICO_ADMIN_")}
        return outside | service_settings(self.directory, self.servers, self.vhost, urls, self.smtp_port)

    @property
    def broker_admin(self) -> dict[str, str]:
        """The admin's URLs of the broker, for the `portico` command."""
        return {
            "PORTICO_ADMIN_RABBITMQ_URL": self.servers.amqp_url(),
            "PORTICO_ADMIN_RABBITMQ_API_URL": self.servers.rabbitmq.management_url,
        }

    @property
    def admin(self) -> dict[str, str]:
        """The admins' URLs, for the `portico` command."""
        return {"PORTICO_ADMIN_DATABASE_URL": self.servers.postgres_url, **self.broker_admin}

    def write_environment(self) -> Path:
        """Write the file that the `portico` command reads in another terminal."""
        file = self.directory / "portico.env"
        file.touch(mode=0o600)
        everything = self.environment | self.broker_admin
        told = {name: value for name, value in everything.items() if os.environ.get(name) != value}
        file.write_text("".join(f"{name}={value}\n" for name, value in sorted(told.items())))
        return file

    def portico(self, *arguments: str) -> str:
        """Run one `portico` command to its end, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "deploy.cli", *arguments],
            cwd=self.code,
            env=self.environment | self.admin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CouldNotStart(f"`portico {' '.join(arguments)}` failed:\n{done.stdout[-4000:]}")
        return done.stdout

    def start(self, names: Iterable[str] = (MAIL_CATCHER, *PROCESSES)) -> None:
        """Start processes, all at once, without waiting for them."""
        for name in names:
            self.children[name] = self._spawn(name)

    def wait(self, names: Iterable[str] = (MAIL_CATCHER, *PROCESSES), seconds: float = 90) -> None:
        """Wait until each process is ready. If one ends instead, raise an error with the end of its log."""
        deadline, waiting = time.monotonic() + seconds, dict.fromkeys(names)
        while waiting:
            for name in list(waiting):
                child = self.children[name]
                if not child.running or time.monotonic() > deadline:
                    raise CouldNotStart(child.report())
                if self._serves(name):
                    del waiting[name]
            time.sleep(0.1)

    def stop(self) -> None:
        for child in self.children.values():
            child.ask_to_stop()  # all at once, then wait for each
        for child in self.children.values():
            child.stop()

    def _serves(self, name: str) -> bool:
        if name == MAIL_CATCHER:
            return answers(self.mail_port, "/healthz")
        return answers(self.ports[name], "/readyz")

    def _spawn(self, name: str) -> ChildProcess:
        log = self.directory / "log" / f"{name.replace(' ', '-')}.log"
        return spawn(name, [sys.executable, "-m", *self._arguments(name)], log, self.environment, cwd=self.code)

    def _arguments(self, name: str) -> list[str]:
        if name == MAIL_CATCHER:
            ports = ["--smtp-port", str(self.smtp_port), "--page-port", str(self.mail_port)]
            return ["deploy.mailcatcher", *ports, "--keep", str(self.directory / "mails.jsonl")]
        return ["deploy.cli", "serve", name, "--port", str(self.ports[name])]


def answers(port: int, path: str) -> bool:
    """Whether a server on this machine answers the path with 200."""
    connection = HTTPConnection("localhost", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
