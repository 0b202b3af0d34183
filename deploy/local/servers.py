"""PostgreSQL and RabbitMQ for the launcher and the tests, from where `choosing` finds them.

with Servers.bring(Path(".local")) as servers:
    servers.postgres_url, servers.amqp_url("my-vhost")
"""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.choosing import choose
from deploy.local.processes import ChildProcess
from deploy.local.server import Postgres, RabbitMQ
from deploy.local.state_file import StateFile


class Servers:
    """Both servers. `postgres` and `rabbitmq` can be stopped and started one by one, as tests of faults do."""

    def __init__(
        self, postgres: Postgres, rabbitmq: RabbitMQ, temporary: tempfile.TemporaryDirectory[str] | None
    ) -> None:
        self.postgres, self.rabbitmq = postgres, rabbitmq
        self._temporary = temporary

    @classmethod
    def bring(cls, directory: Path) -> Self:
        """Servers whose data stays in ``directory``, on last time's ports while they are free. Not yet started."""
        return cls(*choose(directory, StateFile(directory / "state.json"), for_once=False, fast=False), temporary=None)

    @classmethod
    def for_once(cls, lasting: bool = False) -> Self:
        """Servers whose data is removed when they stop. They skip fsync, unless ``lasting`` asks for the settings of
        servers with lasting data. Not yet started."""
        temporary = tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True)
        directory = Path(temporary.name)
        pair = choose(directory, StateFile(directory / "state.json"), for_once=True, fast=not lasting)
        return cls(*pair, temporary=temporary)

    @property
    def postgres_url(self) -> str:
        """The URL of the superuser, who may create roles and databases."""
        return self.postgres.url

    def amqp_url(self, vhost: str = "/") -> str:
        return self.rabbitmq.url(vhost)

    def add_vhost(self, name: str) -> str:
        """Create a virtual host; returns its URL."""
        self.rabbitmq.add_vhost(name)
        return self.rabbitmq.url(name)

    @property
    def children(self) -> list[ChildProcess]:
        return [child for child in (self.postgres.child, self.rabbitmq.child) if child is not None]

    def begin(self) -> None:
        """Start both without waiting; RabbitMQ first, since it takes longer."""
        try:
            self.rabbitmq.begin()
            self.postgres.begin()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        try:
            self.postgres.wait()
            self.rabbitmq.wait()
        except BaseException:
            self.stop()
            raise

    def start(self) -> None:
        self.begin()
        self.wait()

    def stop(self) -> None:
        if self._temporary is not None:
            self.rabbitmq.forget()
            self.postgres.forget()
            self._temporary.cleanup()
            return
        for child in self.children:
            child.ask_to_stop()  # both at once
        self.postgres.stop()
        self.rabbitmq.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
