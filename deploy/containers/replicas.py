"""Tells the gateway which replicas of each process serve: `python -m deploy.containers.replicas`.

A name resolves to all containers of a service, also to one that starts, leaves or hangs. This asks each of them for
/readyz, and Traefik reads the list of those that answer, as a provider of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI

from deploy.environment import SERVICES

PORT = 8000
"""Where every process answers."""
OWN_PORT = 8080
LOOK_SECONDS = 0.5
ANSWER_SECONDS = 1.0
MISSED = 2
"""How many looks in a row a replica that served may be silent: a busy one is, now and then."""
TRANSPORTS = {"": "reads@file", "-writes": "writes@file", "-uploads": "uploads@file"}
"""For each kind of request another patience, in deploy/gateway/routes.yml."""

Resolve = Callable[[str], Awaitable[list[str]]]
Ask = Callable[[str], Awaitable[bool | None]]


async def resolve(name: str) -> list[str]:
    """The addresses of all containers with this name; none if none runs."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, PORT, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return sorted({str(address[0]) for *_, address in found})


async def ask(address: str, port: int = PORT) -> bool | None:
    """Whether the process there is ready; None if it says nothing in time."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(address, port)
            try:
                writer.write(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return (await reader.readline()).split(b" ")[1:2] == [b"200"]
            finally:
                writer.close()
    except TimeoutError:
        return None
    except (OSError, ValueError):  # nobody listens there, or what answers is no process of ours
        return False


class Replicas:
    """Which replicas of each process are known, and how many looks in a row each has missed; None if it has not been
    ready since it was found, or said that it is not."""

    def __init__(self, names: Iterable[str], resolve: Resolve = resolve, ask: Ask = ask) -> None:
        self._known: dict[str, dict[str, int | None]] = {name: {} for name in names}
        self._resolve, self._ask = resolve, ask

    async def look(self) -> None:
        await asyncio.gather(*(self._look_at(name) for name in self._known))

    async def _look_at(self, name: str) -> None:
        addresses, before = await self._resolve(name), self._known[name]
        answers = await asyncio.gather(*(self._ask(address) for address in addresses))
        self._known[name] = {address: _missed(before.get(address), answer)
                             for address, answer in zip(addresses, answers, strict=True)}  # fmt: skip

    def serving(self, name: str) -> list[str]:
        """The hosts to send requests to. Where nobody is ready it is all of them, who then say themselves why not."""
        known = self._known[name]
        return [address for address, missed in known.items() if missed is not None] or list(known) or [name]

    def configuration(self) -> dict[str, Any]:
        """What Traefik reads: for each process one service per kind of request."""
        # Of two replicas the one with fewer requests under way gets the next: one that hangs keeps its first, so that
        # it gets hardly any more before it is out of the list, and a request that is tried again goes elsewhere.
        always = {"strategy": "p2c"}
        servers = {name: [{"url": _url(host)} for host in self.serving(name)] for name in self._known}
        return {"http": {"services": {
            name + kind: {"loadBalancer": always | {"servers": servers[name], "serversTransport": transport}}
            for name in self._known for kind, transport in TRANSPORTS.items()
        }}}  # fmt: skip


def _missed(before: int | None, answer: bool | None) -> int | None:
    if answer is not None or before is None:
        return 0 if answer else None
    return before + 1 if before + 1 < MISSED else None


def _url(host: str) -> str:
    return f"http://[{host}]:{PORT}" if ":" in host else f"http://{host}:{PORT}"


def build(replicas: Replicas) -> FastAPI:
    """Answers Traefik, and a health check; looks at the replicas as long as it runs."""

    @asynccontextmanager
    async def looking(_: FastAPI) -> AsyncIterator[None]:
        await replicas.look()
        task = asyncio.create_task(_keep_looking(replicas))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app = FastAPI(lifespan=looking, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/replicas", replicas.configuration)
    app.add_api_route("/healthz", lambda: {"status": "alive"})
    return app


async def _keep_looking(replicas: Replicas) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await replicas.look()


if __name__ == "__main__":
    uvicorn.run(build(Replicas(("portal", *SERVICES))), host="0.0.0.0", port=OWN_PORT,  # noqa: S104 - in its container
                log_level="warning", access_log=False)  # fmt: skip
