"""The measured installation: its own servers, the services' databases, and processes as the launcher runs them."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from bench.figures import Sizes
from deploy.environment import ROOT, SERVICES, Login
from deploy.local import front_end
from deploy.local.choosing import POSTGRES_URL, RABBITMQ_URL
from deploy.local.processes import ChildProcess, free_port, spawn, wait_until
from deploy.local.servers import Servers
from deploy.local.stack import PROCESSES, Stack
from deploy.migrating.databases import address_of, create_database

EMPTY = "empty"
"""Databases that stay as they were migrated: copying them takes a twentieth of the time of migrating others."""


@dataclass
class BenchInstallation:
    """A migrated installation whose processes do not run yet."""

    servers: Servers
    stack: Stack
    sizes: Sizes

    def broker(self, bench: str) -> str:
        """A virtual host per benchmark, so that no queue of another one fills meanwhile."""
        return self.servers.add_vhost(f"bench-{bench}")

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection as the superuser, to fill and read tables of a service."""
        name = Login.of(self.stack.environment[f"{service.upper()}_DATABASE_URL"]).database
        connection = await asyncpg.connect(address_of(self.servers.postgres_url, name))
        try:
            yield connection
        finally:
            await connection.close()

    async def with_own_databases(self, name: str) -> "BenchInstallation":
        """Another one on the same servers, whose databases are empty. Its processes have ports of their own."""
        stack = StackBeside(self.stack, name)
        await stack.create_databases(like=f"_{EMPTY}")
        return BenchInstallation(self.servers, stack, self.sizes)

    @contextmanager
    def in_environment(self, service: str) -> Iterator[None]:
        """Within, this process reads the settings of that service of this installation, and of no other."""
        before = dict(os.environ)
        prefixes = (f"{service.upper()}_", "PORTICO_")
        os.environ.update({key: value for key, value in self.stack.environment.items() if key.startswith(prefixes)})
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    @contextmanager
    def running(self, *names: str) -> Iterator[None]:
        """These processes as `make demo` runs them, until the block ends."""
        self.stack.start(names)
        try:
            self.stack.wait(names)
            yield
        finally:
            self.stack.stop()

    @contextmanager
    def serving(
        self, name: str, *module: str, settings: Mapping[str, str] | None = None
    ) -> Iterator[tuple[ChildProcess, int]]:
        """One more process: ``python -m`` with these arguments and a port, which answers /readyz when it is ready. It
        runs without PORTICO_DEMO, as in production: a demo reads a file for each look at the clock. ``settings`` take
        the place of the installation's."""
        port = free_port()
        child = self._begin(name, module, port, settings or {})
        try:
            wait_until(child, lambda: answers(port), 60)
            yield child, port
        finally:
            child.stop()

    def _begin(self, name: str, module: Sequence[str], port: int, settings: Mapping[str, str]) -> ChildProcess:
        command = [sys.executable, "-m", *module, "--port", str(port)]
        log = self.stack.directory / "log" / f"{name}.log"
        return spawn(name, command, log, self.stack.environment | {"PORTICO_DEMO": "0", **settings}, cwd=ROOT)

    @contextmanager
    def serving_apis(self) -> Iterator[dict[str, ChildProcess]]:
        """The services' APIs and the portal as in production, each where the others expect it, without workers."""
        with ExitStack() as stack:
            children = {}
            for name in PROCESSES:
                module = ["deploy.cli", "serve", name, *(["--api"] if name in SERVICES else [])]
                children[name] = self._begin(name, module, self.stack.ports[name], {})
                stack.callback(children[name].stop)
            for name, child in children.items():
                wait_until(child, partial(answers, self.stack.ports[name]), 60)
            yield children

    def seconds_until_ready(self, name: str) -> float:
        """Seconds from the start of a service's process until it can serve."""
        began = time.perf_counter()
        self.stack.start([name])
        child = self.stack.children[name]
        try:
            while not answers(urlsplit(self.stack.url(name)).port or 0):
                assert child.running, child.report()
                time.sleep(0.005)
            return time.perf_counter() - began
        finally:
            child.stop()


class StackBeside(Stack):
    """The same roles and secrets as those of another stack, with other databases and ports."""

    def __init__(self, other: Stack, name: str) -> None:
        super().__init__(other.directory / name, other.servers, free_port(), free_port(), other.vhost)
        self._other, self._name = other, name

    @cached_property
    def environment(self) -> dict[str, str]:
        settings = dict(self._other.environment)
        for service in SERVICES:
            settings[f"PORTICO_{service.upper()}_URL"] = self.url(service)
            for variable in (f"{service.upper()}_DATABASE_URL", f"{service.upper()}_WORKER_DATABASE_URL"):
                settings[variable] += f"_{self._name}"
        return settings

    async def create_databases(self, like: str = "") -> None:
        """As copies of the other stack's, or of those whose names end with ``like``."""
        admin = await asyncpg.connect(self.servers.postgres_url)
        for service in SERVICES:
            name = f"{service.upper()}_DATABASE_URL"
            copied = Login.of(self._other.environment[name]).database + like
            await create_database(admin, service, Login.of(self.environment[name]).database, copied)
        await admin.close()


def answers(port: int) -> bool:
    """Whether a process is ready. It is called in a tight loop, so it has to be cheap."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def bench_installation(sizes: Sizes) -> Iterator[BenchInstallation]:
    """A fresh installation, removed afterwards. It never uses servers that the environment names: a figure needs
    servers that nobody else uses. This process gets the installation's environment, like the `portico` command."""
    for name in (POSTGRES_URL, RABBITMQ_URL):
        os.environ.pop(name, None)
    with ExitStack() as running:
        folder = running.enter_context(tempfile.TemporaryDirectory(prefix="portico-bench-", ignore_cleanup_errors=True))
        servers = Servers.for_once(lasting=True)
        running.callback(servers.stop)
        servers.begin()
        stack = Stack(Path(folder), servers, free_port(), free_port())
        building = front_end.begin(stack.directory / "front-end.log")
        servers.wait()
        stack.portico("migrate")
        asyncio.run(StackBeside(stack, EMPTY).create_databases())
        front_end.end(building)
        os.environ.update(stack.environment | stack.broker_admin)
        yield BenchInstallation(servers, stack, sizes)
