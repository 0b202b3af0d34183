"""Servers that somebody else runs: named by the environment, never started or stopped by us."""

import socket
from base64 import b64encode
from http.client import HTTPConnection
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from deploy.local.processes import CouldNotStart
from deploy.local.server import Postgres, RabbitMQ


class GivenPostgres(Postgres):
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        super().__init__(unquote(parts.password or ""), parts.port or 5432)
        self.host, self._url = parts.hostname or "localhost", url

    @property
    def url(self) -> str:
        return self._url

    def begin(self) -> None:
        """Nothing to start."""

    def answers(self) -> bool:
        return _reachable(self.host, self.port)

    def wait(self) -> None:
        if not self.answers():
            raise CouldNotStart(f"PostgreSQL at {self.host}:{self.port} (PORTICO_ADMIN_DATABASE_URL) does not answer.")


class GivenRabbitMQ(RabbitMQ):
    """Virtual hosts are made through its management API, on port 15672 of the same host."""

    management_port = 15672

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        super().__init__(unquote(parts.password or "guest"), parts.port or 5672)
        self.host, self.name, self._parts = parts.hostname or "localhost", unquote(parts.username or "guest"), parts

    def url(self, vhost: str = "/") -> str:
        """The address as it was given, or another virtual host of the same server."""
        if vhost == "/":
            return urlunsplit(self._parts)
        return urlunsplit(self._parts._replace(path="/" + quote(vhost, safe="")))

    def begin(self) -> None:
        """Nothing to start."""

    def answers(self) -> bool:
        return _reachable(self.host, self.port)

    def wait(self) -> None:
        if not self.answers():
            raise CouldNotStart(f"RabbitMQ at {self.host}:{self.port} (PORTICO_RABBITMQ_URL) does not answer.")

    def control(self, *arguments: str) -> str:
        raise CouldNotStart("rabbitmqctl works on servers that the launcher started; this one was given by its URL.")

    def add_vhost(self, name: str) -> None:
        self._manage("PUT", name)

    def delete_vhost(self, name: str) -> None:
        self._manage("DELETE", name)

    def _manage(self, method: str, vhost: str) -> None:
        login = b64encode(f"{self.name}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        connection = HTTPConnection(self.host, self.management_port, timeout=10)
        try:
            connection.request(method, f"/api/vhosts/{quote(vhost, safe='')}", "{}", headers)
            answer = connection.getresponse()
        except OSError as error:
            raise CouldNotStart(
                f"Virtual hosts are made through http://{self.host}:{self.management_port}: enable rabbitmq_management."
            ) from error
        finally:
            connection.close()
        if answer.status >= 300:
            raise CouldNotStart(
                f"RabbitMQ answered {answer.status} {answer.reason} to {method} of virtual host {vhost}."
            )


def _reachable(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 3).close()
    except OSError:
        return False
    return True
