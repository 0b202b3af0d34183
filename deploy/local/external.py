"""Servers that the environment names: never started or stopped by us."""

import socket
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from deploy.local.processes import CouldNotStart
from deploy.local.server import Postgres, RabbitMQ


class ExternalPostgres(Postgres):
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


class ExternalRabbitMQ(RabbitMQ):
    def __init__(self, url: str, management_url: str | None = None) -> None:
        """``management_url`` is that of its HTTP API, by default port 15672 of the same host. If it has no login, that
        of ``url`` is used."""
        parts = urlsplit(url)
        api = urlsplit(management_url or f"http://{_bracketed(parts.hostname or 'localhost')}:15672")
        super().__init__(unquote(parts.password or "guest"), parts.port or 5672, api.port or 15672)
        self.host, self._parts = parts.hostname or "localhost", parts
        login = f"{parts.username or 'guest'}:{parts.password or 'guest'}"
        self._api = api if "@" in api.netloc else api._replace(netloc=f"{login}@{api.netloc}")

    @property
    def management_url(self) -> str:
        return urlunsplit(self._api)

    def url(self, vhost: str = "/") -> str:
        """The URL as given, or with another virtual host of the same server."""
        if vhost == "/":
            return urlunsplit(self._parts)
        return urlunsplit(self._parts._replace(path="/" + quote(vhost, safe="")))

    def begin(self) -> None:
        """Nothing to start."""

    def answers(self) -> bool:
        return _reachable(self.host, self.port)

    def wait(self) -> None:
        if not self.answers():
            raise CouldNotStart(f"RabbitMQ at {self.host}:{self.port} (PORTICO_ADMIN_RABBITMQ_URL) does not answer.")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _reachable(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), 3).close()
    except OSError:
        return False
    return True
