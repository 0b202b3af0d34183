"""A small client of the HTTP API of RabbitMQ's management plugin, for the launcher and the tests."""

from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from deploy.local.processes import CouldNotStart

SECONDS = 60  # the API answers when the virtual host runs on every node


def add_vhost(api: str, name: str) -> None:
    """Create a virtual host, in which its creator has all permissions. Does nothing if it exists."""
    _ask(api, "PUT", f"/api/vhosts/{quote(name, safe='')}", {})


def delete_vhost(api: str, name: str) -> None:
    _ask(api, "DELETE", f"/api/vhosts/{quote(name, safe='')}")


def version(api: str) -> str:
    """RabbitMQ's version."""
    return str(_ask(api, "GET", "/api/overview").json()["rabbitmq_version"])


def _ask(api: str, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    """``api`` contains the login, which errors do not show. CouldNotStart if the API does not answer, or refuses."""
    server = f"the management API at {urlsplit(api).hostname}:{urlsplit(api).port}"
    try:
        with httpx.Client(trust_env=False, timeout=SECONDS) as http:
            answer = http.request(method, api.rstrip("/") + path, json=body)
    except httpx.TransportError as error:
        raise CouldNotStart(
            f"RabbitMQ: {server} does not answer ({error}). Enable the plugin rabbitmq_management."
        ) from error
    if answer.is_error:
        raise CouldNotStart(f"RabbitMQ: {server} answered {answer.status_code} to {method} {path}: {answer.text[:300]}")
    return answer
