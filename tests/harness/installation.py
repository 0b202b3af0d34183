"""A whole installation, as the launcher runs it: its own servers, six processes, the mail catcher, the demo's data."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from deploy.business_time import set_offset
from deploy.demo.person import Person, Site, open_site
from deploy.local import front_end
from deploy.local.processes import free_port
from deploy.local.servers import Servers
from deploy.local.stack import MAIL_CATCHER, PROCESSES, Stack
from shared.clock import Clock

HIDDEN_INACTIVE = "Verdigris Studio"
"""The demo's customer without activity for more than 30 days."""


class DemoUser(Person):
    """A person of the demo, with more requests than the demo itself needs, refused ones included."""

    def forget_token(self) -> None:
        """Make the next request fetch a new token, as the portal does at each page."""
        self._token_at = 0.0

    async def patch(self, path: str, body: dict[str, Any]) -> Any:
        return await self._send("PATCH", path, body, authorized=True)

    async def delete(self, path: str) -> Any:
        return await self._send("DELETE", path, authorized=True)

    async def token(self) -> dict[str, Any]:
        """Identity's whole response with a token: workspace, roles, permissions."""
        answer: dict[str, Any] = await self._send("POST", "/api/identity/tokens", {"session": self._session})
        return answer

    async def refused(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The response to a request that is sent only once."""
        headers = await self._authorization() | {"Idempotency-Key": str(uuid4())}
        return await self.site.http.request(method, path, json=body, headers=headers)


@dataclass
class Installation:
    """What tests do with an installation: act as somebody, read mails, move business time, query a database."""

    stack: Stack
    site: Site
    users: dict[str, DemoUser] = field(default_factory=dict)

    def user(self, address: str) -> DemoUser:
        return self.users.setdefault(address, DemoUser(self.site, address))

    async def signed_in(self, address: str) -> DemoUser:
        user = self.user(address)
        if user._session is None:
            await user.sign_in()
        return user

    async def mails(self, address: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.site.mail.get("/api/messages", params={"to": address})).json()
        return found

    def advance(self, days: float) -> None:
        file = self.stack.directory / "clock.json"
        set_offset(file, Clock(file).offset() + timedelta(days=days))

    def now(self) -> datetime:
        return Clock(self.stack.directory / "clock.json").now()

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection to a service's database as the superuser."""
        url = self.stack.servers.postgres_url.rpartition("/")[0] + f"/portico_{service}"
        connection = await asyncpg.connect(url)
        try:
            yield connection
        finally:
            await connection.close()

    async def portico(self, *arguments: str) -> str:
        """The output of a `portico` command; raises if it fails."""
        return await asyncio.to_thread(self.stack.portico, *arguments)


@asynccontextmanager
async def installation(
    start_stack: Callable[[Stack], None] | None = None,
    stack_type: type[Stack] = Stack,
    servers: Callable[[], Servers] = Servers.for_once,
) -> AsyncIterator[Installation]:
    """Start an installation with the demo's data, or with ``start_stack``; everything is removed afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="portico-", ignore_cleanup_errors=True) as folder,
        servers() as own,
    ):
        stack = stack_type(Path(folder), own, free_port(), free_port())
        try:
            await asyncio.to_thread(start_stack or _with_the_demo, stack)
            async with open_site(stack.url("portal"), stack.mail_url) as site:
                yield Installation(stack, site)
        finally:
            stack.stop()


def _with_the_demo(stack: Stack) -> None:
    start(stack)
    stack.portico("load-demo", "--url", stack.url("portal"), "--mail-url", stack.mail_url)


def start(stack: Stack, names: Sequence[str] = (MAIL_CATCHER, *PROCESSES), seconds: float = 90) -> None:
    """Migrate, and start these processes, each of which may take so long."""
    building = front_end.begin(stack.directory / "front-end.log")
    stack.portico("migrate")
    front_end.end(building)
    stack.start(names)
    stack.wait(names, seconds)


def real_now() -> datetime:
    return datetime.now(UTC)
