"""The interface of a PostgreSQL and a RabbitMQ server for the launcher and the tests, wherever they run."""

from abc import ABC, abstractmethod
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.local import management
from deploy.local.processes import ChildProcess, wait_until

PLUGINS = ("rabbitmq_management", "rabbitmq_consistent_hash_exchange")
"""The plugins that Portico needs: users are created through the first, the second divides a queue into partitions."""


def host_of(url: str) -> str:
    """The host of a server with its port, or the hosts of a cluster."""
    return urlsplit(url).netloc.rpartition("@")[2]


class Server(ABC):
    """A server that keeps its port and data over `stop` and `start`."""

    user = "portico"
    patience = 90.0
    child: ChildProcess | None = None

    def __init__(self, password: str, port: int) -> None:
        self.password, self.port = password, port

    @abstractmethod
    def begin(self) -> None:
        """Start without waiting, so that several servers start at once."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is ready."""

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
        """Stop it for good, and remove its files outside of its folder."""
        self.stop()


class Postgres(Server):
    @property
    def url(self) -> str:
        """The URL with the superuser's login."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/postgres"

    def url_of(self, login: str, database: str) -> str:
        """The URL that processes use, with their login: ``user:password``."""
        return urlunsplit(urlsplit(self.url)._replace(netloc=f"{login}@{host_of(self.url)}", path=f"/{database}"))


class RabbitMQ(Server):
    """A RabbitMQ with the plugins of `PLUGINS`."""

    def __init__(self, password: str, port: int, management_port: int) -> None:
        super().__init__(password, port)
        self.management_port = management_port

    def url(self, vhost: str = "/") -> str:
        return f"amqp://{self.user}:{self.password}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    @property
    def management_url(self) -> str:
        """The URL of the HTTP API with the login: ``http://user:password@host:port``."""
        return f"http://{self.user}:{self.password}@127.0.0.1:{self.management_port}"

    @property
    def version(self) -> str:
        return management.version(self.management_url)

    def add_vhost(self, name: str) -> None:
        management.add_vhost(self.management_url, name)

    def delete_vhost(self, name: str) -> None:
        management.delete_vhost(self.management_url, name)
