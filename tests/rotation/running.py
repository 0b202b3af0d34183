"""An installation whose processes are replaced one after another, with a gateway before each, and people who work."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from aiohttp import web
from multidict import CIMultiDict

from deploy.environment import ROOT
from deploy.local.processes import ChildProcess, free_port, spawn
from deploy.local.stack import MAIL_CATCHER, PROCESSES, Stack
from deploy.waiting import eventually
from services.portal.browser import COOKIE
from tests.harness.installation import DemoUser, Installation

OF_ONE_CONNECTION = {"connection", "content-length", "transfer-encoding", "accept-encoding", "keep-alive"}
PATIENCE_SECONDS = 300
"""For the start of a process on a busy machine."""
LISTS = {
    "identity": "/api/identity/contacts", "billing": "/api/billing/plans", "audit": "/api/audit/entries",
    "provisioning": "/api/provisioning/products", "notifications": "/api/notifications/notices",
}  # fmt: skip
PATIENT = {"PORTAL_PAGE_TIMEOUT": "30", "PORTAL_READ_TIMEOUT": "30", "PORTAL_WRITE_TIMEOUT": "60"}


class Gateway:
    """Passes requests on to the process that serves now. It knows which requests are under way, so that the one before
    is stopped when it has none: what is cut by the end of a process is not what is tested here."""

    def __init__(self) -> None:
        self.port = 0
        self.under_way = Counter[int]()
        self._http = httpx.AsyncClient(
            timeout=60, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0),
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip

    async def pass_on(self, request: web.Request) -> web.Response:
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in OF_ONE_CONNECTION]
        content, port = await request.read(), self.port
        url = f"http://127.0.0.1:{port}{request.raw_path}"
        self.under_way[port] += 1
        try:
            answer = await self._http.request(request.method, url, content=content, headers=headers)
        finally:
            self.under_way[port] -= 1
        passed = CIMultiDict(pair for pair in answer.headers.multi_items() if pair[0].lower() not in OF_ONE_CONNECTION)
        return web.Response(status=answer.status_code, body=answer.content, headers=passed)


class Replaced:
    """The processes of a stack. A new one serves before the old one stops."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.gateways = {name: Gateway() for name in PROCESSES}
        self.children: dict[str, ChildProcess] = {}
        self.visitor: DemoUser | None = None
        self._started: list[ChildProcess] = []

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        runners = []
        for name, gateway in self.gateways.items():
            app = web.Application(client_max_size=2**20)
            app.router.add_route("*", "/{path:.*}", gateway.pass_on)
            runners.append(web.AppRunner(app))
            await runners[-1].setup()
            await web.TCPSite(runners[-1], "localhost", self.stack.ports[name]).start()
        self.stack.start([MAIL_CATCHER])
        try:
            yield
        finally:
            for child in self._started:
                child.stop()
            for runner in runners:
                await runner.cleanup()

    async def replace(self, name: str) -> None:
        port, former = free_port(), self.children.get(name)
        log = self.stack.directory / "log" / f"{name}-{port}.log"
        arguments = ["-m", "deploy.cli", "serve", name, "--port", str(port)]
        new = spawn(name, [sys.executable, *arguments], log, self.stack.environment, cwd=ROOT)
        self.children[name] = new
        self._started.append(new)

        async def ready() -> bool:
            assert new.running, new.report()
            return await self._answers(port, "/readyz") and await self._serves(name, port)

        await eventually(ready, f"{name} is ready", seconds=PATIENCE_SECONDS, pause=0.1)
        gateway = self.gateways[name]
        drained, gateway.port = gateway.port, port

        async def idle() -> bool:
            return gateway.under_way[drained] == 0

        if former:
            await eventually(idle, f"{name} has answered", seconds=PATIENCE_SECONDS, pause=0.05)
            former.ask_to_stop()
            await asyncio.to_thread(former.process.wait, 60)

    async def known_to_all(self) -> None:
        """Wait until each service answers the visitor, who signed in after they had started."""
        for name in LISTS:
            await eventually(lambda name=name: self._serves(name, self.gateways[name].port), seconds=PATIENCE_SECONDS)

    async def _serves(self, name: str, port: int) -> bool:
        """Whether it answers somebody who is signed in. For its first request it fetches identity's keys, and waits for
        them no longer than a few seconds, which a busy machine may exceed."""
        if self.visitor is None or name not in LISTS:
            return True
        return await self._answers(port, LISTS[name], await self.visitor._authorization())

    @staticmethod
    async def _answers(port: int, path: str, headers: dict[str, str] | None = None) -> bool:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            try:
                return (await http.get(f"http://127.0.0.1:{port}{path}", headers=headers)).status_code == 200
            except httpx.TransportError:
                return False

    async def replace_all(self) -> None:
        """Side by side, so that old and new ones ask each other for as long as that takes."""
        await asyncio.gather(*(self.replace(name) for name in PROCESSES))


@dataclass
class Traffic:
    """Ten requests a second: a page with the session's cookie, reads of all services, and changes that make events."""

    installed: Installation
    user: DemoUser
    cookie: str
    answered: int = 0
    failures: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        going = asyncio.create_task(self._go())
        try:
            yield
        finally:
            going.cancel()
            await asyncio.wait([going])

    async def _go(self) -> None:
        reads = [lambda path=path: self.user.refused("GET", path) for path in LISTS.values()]
        asks: list[Callable[[], Any]] = [self._page, self._change, *reads]
        at_once, running = asyncio.Semaphore(10), set[asyncio.Task[None]]()
        try:
            for number in range(1_000_000):
                await at_once.acquire()
                if number % 100 == 0:
                    self.user.forget_token()  # a busy machine may take longer than what is left of an older one
                task = asyncio.create_task(self._ask(asks[number % len(asks)], at_once))
                running.add(task)
                task.add_done_callback(running.discard)
                await asyncio.sleep(0.1)
        finally:
            if running:
                await asyncio.wait(running)

    async def _ask(self, ask: Callable[[], Any], at_once: asyncio.Semaphore) -> None:
        try:
            answer: httpx.Response = await ask()
            if answer.status_code not in {200, 201}:
                self.failures.append(
                    f"{answer.request.method} {answer.url.path}: {answer.status_code} {answer.text[:300]}"
                )
            self.answered += 1
        except Exception as failure:
            self.failures.append(repr(failure))
        finally:
            at_once.release()

    async def _page(self) -> httpx.Response:
        headers = {"Cookie": f"{COOKIE}={self.cookie}", "Sec-Fetch-Mode": "navigate"}
        answer = await self.installed.site.http.get("/w/larkspur/contacts", headers=headers)
        for value in answer.headers.get_list("set-cookie"):
            if value.startswith(f"{COOKIE}="):
                self.cookie = value.partition("=")[2].partition(";")[0]
        return answer

    async def _change(self) -> httpx.Response:
        name = f"product-{uuid4().hex[:12]}"
        kind = {"key": name, "display_name": name, "kind": "node", "driver": "simulator"}
        return await self.user.refused("POST", "/api/provisioning/products", kind | {
            "configuration_schema": {"type": "object"}, "driver_options": {}})  # fmt: skip
