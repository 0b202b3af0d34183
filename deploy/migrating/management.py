"""A client of the HTTP API of RabbitMQ's management plugin, for `portico migrate` and `portico doctor`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import httpx

from deploy.environment import OperatorError, passwords_of
from deploy.migrating.topology import Permissions
from shared.logins import each_login

API_PORT = 15672


@dataclass(frozen=True)
class BrokerLogin:
    """The parts of a RabbitMQ URL."""

    user: str
    password: str
    """The newest."""
    vhost: str

    @classmethod
    def of(cls, url: str) -> Self:
        parts = urlsplit(url)
        # amqp://host and amqp://host/ both mean the virtual host "/", as in aio-pika.
        return cls(unquote(parts.username or "guest"), passwords_of(url)[0] or "guest", unquote(parts.path[1:]) or "/")


def in_vhost(url: str, vhost: str) -> str:
    """The same URL with another virtual host."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(vhost, safe="")))


def api_address(admin_url: str, api_url: str | None = None) -> str:
    """The API's URL: the given one, else port 15672 of the broker's host. The login is the admin's, unless the URL has
    one."""
    admin = urlsplit(admin_url)
    credentials = admin.netloc.rpartition("@")[0] or "guest:guest"
    given = urlsplit(api_url or f"http://{admin.hostname or 'localhost'}:{API_PORT}")
    return urlunsplit(given if given.username else given._replace(netloc=f"{credentials}@{given.netloc}"))


class Management:
    """``async with Management(url) as api``. Raises OperatorError with the broker's reason if it refuses."""

    def __init__(self, url: str) -> None:
        self._urls = each_login(url)
        self._http = self._client(self._urls[0])

    @staticmethod
    def _client(url: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=url.rstrip("/") + "/api/", timeout=15, trust_env=False)

    async def __aenter__(self) -> Self:
        """By the first password that is not refused."""
        for url in self._urls[1:]:
            if (await self._ask("GET", "whoami")).status_code != httpx.codes.UNAUTHORIZED:
                break
            await self._http.aclose()
            self._http = self._client(url)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._http.aclose()

    async def make_vhost(self, vhost: str) -> None:
        await self._send("PUT", f"vhosts/{_part(vhost)}", {})

    async def delete_vhost(self, vhost: str) -> None:
        await self._send("DELETE", f"vhosts/{_part(vhost)}", missing_is_fine=True)

    async def make_user(self, login: BrokerLogin) -> None:
        await self._send("PUT", f"users/{_part(login.user)}", {"password": login.password, "tags": ""})

    async def set_password(self, user: str, password: str) -> None:
        """Replace the password of a user, who keeps their tags. Connections that stand, stand on."""
        tags = (await self._send("GET", f"users/{_part(user)}")).json()["tags"]
        await self._send("PUT", f"users/{_part(user)}", {"password": password, "tags": ",".join(tags)})

    async def permit(self, user: str, vhost: str, permissions: Permissions) -> None:
        """Replace the user's permissions by these."""
        rights = {"configure": permissions.configure, "write": permissions.write, "read": permissions.read}
        await self._send("DELETE", f"topic-permissions/{_part(vhost)}/{_part(user)}", missing_is_fine=True)
        await self._send("PUT", f"permissions/{_part(vhost)}/{_part(user)}", rights)
        for exchange, keys in permissions.keys:
            topics = {"exchange": exchange, "write": keys, "read": "^$"}
            await self._send("PUT", f"topic-permissions/{_part(vhost)}/{_part(user)}", topics)

    async def queues(self, vhost: str) -> dict[str, dict[str, Any]]:
        """The arguments of every queue, by name."""
        found = await self._send("GET", f"queues/{_part(vhost)}?disable_stats=true&enable_queue_totals=true")
        return {each["name"]: each["arguments"] for each in found.json()}

    async def waiting(self, vhost: str) -> list[str]:
        """The queues with messages; none if there is no such virtual host."""
        found = await self._send(
            "GET", f"queues/{_part(vhost)}?disable_stats=true&enable_queue_totals=true", missing_is_fine=True
        )
        return sorted(each["name"] for each in found.json() if each.get("messages")) if found.is_success else []

    async def bindings_to(self, vhost: str, queue: str) -> Sequence[tuple[str, str]]:
        """Exchanges and routing keys that are bound to the queue, without the default exchange."""
        found = await self._send("GET", f"queues/{_part(vhost)}/{_part(queue)}/bindings")
        return [(each["source"], each["routing_key"]) for each in found.json() if each["source"]]

    async def read(self, path: str) -> Any:
        """The JSON of a resource; ``path`` is encoded."""
        return (await self._send("GET", path)).json()

    async def topic_permissions(self, user: str, vhost: str) -> Sequence[tuple[str, str]]:
        """Exchanges, each with the keys that the user may publish with."""
        found = await self._send("GET", f"topic-permissions/{_part(vhost)}/{_part(user)}", missing_is_fine=True)
        return sorted((each["exchange"], each["write"]) for each in found.json()) if found.is_success else []

    async def permissions(self, vhost: str) -> dict[str, tuple[str, str, str]]:
        """By user: what each may configure, write and read."""
        found = await self.read(f"vhosts/{_part(vhost)}/permissions")
        return {each["user"]: (each["configure"], each["write"], each["read"]) for each in found}

    async def queue_details(self, vhost: str) -> dict[str, dict[str, Any]]:
        """Arguments, type, leader and members of every queue, by name. Messages and consumers are told only where
        the broker collects them."""
        return {each["name"]: each for each in await self.read(f"queues/{_part(vhost)}")}

    async def now(self) -> datetime:
        """The server's clock, in whole seconds."""
        answer = await self._send("GET", "whoami")
        return parsedate_to_datetime(answer.headers["date"])

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        try:
            return await self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            raise OperatorError(
                f"RabbitMQ's management API at {self._http.base_url.host}:{self._http.base_url.port} does not answer:"
                f" enable the plugin rabbitmq_management, or set PORTICO_ADMIN_RABBITMQ_API_URL. ({error!r})"
            ) from error

    async def _send(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, missing_is_fine: bool = False
    ) -> httpx.Response:
        answer = await self._ask(method, path, body)
        if answer.is_success or (missing_is_fine and answer.status_code == httpx.codes.NOT_FOUND):
            return answer
        raise OperatorError(
            f"RabbitMQ answered {answer.status_code} to {method} {path.split('?', maxsplit=1)[0]}: {answer.text[:300]}"
        )


def _part(name: str) -> str:
    return quote(name, safe="")
