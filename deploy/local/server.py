"""What the launcher and the tests ask of a PostgreSQL and of a RabbitMQ, wherever they run."""

from abc import ABC, abstractmethod
from urllib.parse import quote

from deploy.local.processes import Child, wait_until


class Server(ABC):
    """`start`, `stop` and `start` again keep the port and the data."""

    user = "portico"
    patience = 90.0
    child: Child | None = None

    def __init__(self, password: str, port: int) -> None:
        self.password, self.port = password, port

    @abstractmethod
    def begin(self) -> None:
        """Start without waiting, so that several start at once."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it can be used by now."""

    def wait(self) -> None:
        assert self.child is not None, "begin() comes first"
        wait_until(self.child, self.answers, self.patience)

    def start(self) -> None:
        self.begin()
        self.wait()

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()

    def forget(self) -> None:
        """Remove what it keeps outside of its folder, once it is stopped for good."""
        return


class Postgres(Server):
    @property
    def url(self) -> str:
        """Of the superuser."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/postgres"


class RabbitMQ(Server):
    def url(self, vhost: str = "/") -> str:
        return f"amqp://{self.user}:{self.password}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    @abstractmethod
    def control(self, *arguments: str) -> str:
        """Run `rabbitmqctl` against this node."""

    def add_vhost(self, name: str) -> None:
        self.control("add_vhost", name)
        self.control("set_permissions", "-p", name, self.user, ".*", ".*", ".*")

    def delete_vhost(self, name: str) -> None:
        self.control("delete_vhost", name)
