"""A service that answers on a port of its own, in a thread, with people of every kind and something to find."""

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from deploy.serving.apps import create_app
from deploy.waiting import eventually
from services.identity.settings import Settings as IdentitySettings
from tests.audit.harness import AuditHarness, counts
from tests.billing.harness import BillingHarness
from tests.contracts.openapi import operations
from tests.harness import kept
from tests.harness.databases import Database
from tests.harness.servers import rabbitmq_url
from tests.harness.services import SETTINGS, Caller, Running, running, service_named
from tests.identity.harness import IdentityHarness, set_up_story
from tests.identity.loopback import Loopback
from tests.provisioning.harness import ProvisioningHarness

ANONYMOUS = "anonymous"
UUID_TEXT = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
KEY_TEXT = re.compile(r'"(?:key|slug)":"([^"]+)"')
Headers = Callable[[], dict[str, str]]


@dataclass
class Served:
    """A running service, the headers by which people are known to it, and what can be found there."""

    url: str
    server: uvicorn.Server
    people: dict[str, Headers]
    ids: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def look_around(self, service: str) -> None:
        """Collect the ids and keys in all lists."""
        lists = [each.path for each in operations(service) if each.method == "GET" and "{" not in each.path]
        with httpx.Client(base_url=self.url, verify=False) as http:
            found = [http.get(path, headers=headers()).text for headers in self.people.values() for path in lists]
        texts = " ".join(found)
        self.ids, self.keys = sorted(set(UUID_TEXT.findall(texts))), sorted(set(KEY_TEXT.findall(texts)))


@contextmanager
def serving(service: str, folder: Path) -> Iterator[Served]:
    """The service with its API on its own database, until the end of the block."""
    ready: Future[Served] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(service, folder, ready)))
    thread.start()
    served = ready.result(timeout=120)
    try:
        served.look_around(service)
        yield served
    finally:
        served.server.should_exit = True
        thread.join()


async def _serve(service: str, folder: Path, ready: "Future[Served]") -> None:
    try:
        database = Database(service)
        await database.create()
        async with OPENED[service](database, folder / "clock.json") as (app, people):
            config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None, access_log=False)
            server = uvicorn.Server(config)
            answering = asyncio.create_task(server.serve())
            await eventually(lambda: server.started)
            port = server.servers[0].sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}"
            ready.set_result(Served(url, server, {name: give(url) for name, give in people.items()}))
            await answering
        await database.close()
        await kept.end()
    except BaseException as error:
        if not ready.done():
            ready.set_exception(error)
        raise


People = dict[str, Callable[[str], Headers]]
"""The headers of each person, once the service's URL is known."""


def _with_token(running: Running, caller: Caller) -> Callable[[str], Headers]:
    token = running.identity.token(**caller.claims, exp=int(time.time()) + 86_400)
    return lambda url: lambda: {"Authorization": f"Bearer {token}"}


def _with_session(session: str) -> Callable[[str], Headers]:
    """Identity's own tokens last for a minute, so each request gets a new one."""

    def headers_at(url: str) -> Headers:
        # One for all, since each reads all certificates; it keeps no connection, which nobody would close.
        http = httpx.Client(base_url=url, verify=False, limits=httpx.Limits(max_keepalive_connections=0))

        def headers() -> dict[str, str]:
            answer = http.post("/api/identity/tokens", json={"session": session})
            return {"Authorization": f"Bearer {answer.json()['access_token']}"} if answer.is_success else {}

        return headers

    return headers_at


def _nobody(url: str) -> Headers:
    return dict


async def _everybody(running: Running, admin: Caller, provider: Caller) -> People:
    """An admin and Support of the workspace that has something, the provider's admin, another tenant, nobody."""
    support = await running.caller("support", workspace_id=admin.workspace_id)
    other = await running.caller("admin")
    callers = {"admin": admin, "support": support, "provider": provider, "other tenant": other}
    return {name: _with_token(running, caller) for name, caller in callers.items()} | {ANONYMOUS: _nobody}


@asynccontextmanager
async def _audit(database: Database, clock_file: Path) -> AsyncIterator[tuple[FastAPI, People]]:
    async with running(database, clock_file) as found:
        admin, provider = await found.caller("admin"), await found.caller("admin", kind="provider")
        await AuditHarness(database).keep(*(counts(admin.workspace_id, ports=n) for n in range(5)))
        yield found.app, await _everybody(found, admin, provider)


@asynccontextmanager
async def _billing(database: Database, clock_file: Path) -> AsyncIterator[tuple[FastAPI, People]]:
    async with running(database, clock_file) as found:
        billing = await BillingHarness.open(found)
        workspace_id, invoice = await billing.invoiced()
        admin = await billing.admin(workspace_id)
        await billing.pay(admin, invoice)
        yield found.app, await _everybody(found, admin, billing.provider)


@asynccontextmanager
async def _provisioning(database: Database, clock_file: Path) -> AsyncIterator[tuple[FastAPI, People]]:
    async with running(database, clock_file) as found:
        provisioning = await ProvisioningHarness.open(found)
        admin = await found.caller("admin")
        await provisioning.add_workspace(admin.workspace_id, "customer", "Northwind Logistics")
        fails = {"driver_options": {"step_seconds": 0, "fail_at_step": 1, "fail_times": 1}}
        for product in (await provisioning.product(), await provisioning.product(**fails)):
            await provisioning.order(admin, product)
        await provisioning.work()
        yield found.app, await _everybody(found, admin, provisioning.provider)


@asynccontextmanager
async def _notifications(database: Database, clock_file: Path) -> AsyncIterator[tuple[FastAPI, People]]:
    async with running(database, clock_file) as found:
        admin, provider = await found.caller("admin"), await found.caller("admin", kind="provider")
        yield found.app, await _everybody(found, admin, provider)


@asynccontextmanager
async def _identity(database: Database, clock_file: Path) -> AsyncIterator[tuple[FastAPI, People]]:
    transport = Loopback()
    values = SETTINGS | {"database_url": database.api_url, "worker_database_url": database.worker_url}
    values |= {"rabbitmq_url": rabbitmq_url(), "clock_file": clock_file}
    values |= {"sign_ins_per_network": 1_000_000, "sign_ins_per_address": 1_000_000}
    app = create_app(service_named("identity"), IdentitySettings(**values), worker=False, transport=transport)
    transport.app = app
    browser = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=browser, base_url="http://identity.example") as http,
    ):
        story = await set_up_story(IdentityHarness(app, database, SETTINGS["mail_key"], http))
        await story.ana.post(
            "invitations", {"address": "sam@meridian.example", "display_name": "Sam", "role": "support"}
        )
        support = await story.identity.accept("sam@meridian.example")
        sessions = {"admin": story.ana, "support": support, "provider": story.robin, "other tenant": story.jonas}
        yield app, {name: _with_session(who.session) for name, who in sessions.items()} | {ANONYMOUS: _nobody}


OPENED = {
    "audit": _audit,
    "billing": _billing,
    "provisioning": _provisioning,
    "identity": _identity,
    "notifications": _notifications,
}
