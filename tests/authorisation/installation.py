"""The APIs of all services over ASGI, each on its own database, with events delivered from one to the others."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import text

from deploy.environment import SERVICES
from deploy.serving.apps import create_app
from shared.app import Runtime
from shared.events import REGISTRY
from shared.jobs import Job, JobContext
from shared.reads import AbsentReads
from tests.audit.harness import AuditHarness
from tests.harness.databases import Database
from tests.harness.hearing import Hearing, hearing
from tests.harness.servers import rabbitmq_url
from tests.harness.services import SETTINGS, service_named
from tests.identity.loopback import Loopback

UNLIMITED = {"sign_ins_per_network": 1_000_000, "sign_ins_per_address": 1_000_000}
NEW_EVENTS = text("SELECT id, body FROM outbox WHERE id > :after AND exchange LIKE '%.events' ORDER BY id")


@dataclass(frozen=True)
class Site:
    """One service: its application, its database, and a client without a token."""

    app: FastAPI
    database: Database
    http: httpx.AsyncClient

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.state.runtime
        return runtime

    async def work(self, job: Job) -> None:
        """Run a job until it finds nothing to do."""
        absent = AbsentReads(self.runtime.pool, self.runtime.access)
        context = JobContext(self.runtime.worker_sessions, self.runtime.clock, self.runtime.settings, absent)
        while await job(context):
            pass

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Read as the superuser, whom row security does not concern."""
        async with self.database.owner() as session:
            return [dict(row) for row in (await session.execute(text(query), values)).mappings()]


@dataclass
class Installation:
    sites: dict[str, Site]
    ears: dict[str, Hearing]
    carried: dict[str, int] = field(default_factory=dict)
    """The last event of each service's outbox that was delivered."""

    def __getitem__(self, service: str) -> Site:
        return self.sites[service]

    async def carry(self) -> None:
        """Deliver new events to all services, and the events that follow from them."""
        while fresh := [(name, row) for name in self.sites for row in await self._new_events(name)]:
            await self._deliver([orjson.loads(row.body) for _, row in fresh])
            self.carried |= {name: row.id for name, row in fresh}

    async def _new_events(self, service: str) -> list[Any]:
        async with self.sites[service].database.owner() as session:
            return list(await session.execute(NEW_EVENTS, {"after": self.carried.get(service, 0)}))

    async def _deliver(self, bodies: list[dict[str, Any]]) -> None:
        events = [REGISTRY[body["name"]].model_validate(body) for body in bodies]
        for event in events:
            for ears in self.ears.values():
                await ears.event(event)
        await AuditHarness(self.sites["audit"].database).keep(*events)  # its listener is bound to all names


@asynccontextmanager
async def installed(folder: Path, settings: dict[str, str]) -> AsyncIterator[Installation]:
    """Databases of their own, since other tests of this worker empty theirs."""
    transport = Loopback()
    values = SETTINGS | UNLIMITED | {"rabbitmq_url": rabbitmq_url(), "clock_file": folder / "clock.json"}
    values |= {"files_dir": folder / "files"} | settings
    async with AsyncExitStack() as stack:
        sites = {name: await _site(stack, name, values, transport) for name in SERVICES}
        transport.app = sites["identity"].app
        ears = {
            name: await stack.enter_async_context(
                hearing(
                    site.runtime.service.events, site.runtime.worker_sessions, site.runtime.clock, site.runtime.settings
                )
            )
            for name, site in sites.items()
        }
        yield Installation(sites, ears)


async def _site(stack: AsyncExitStack, name: str, values: dict[str, Any], identity: Loopback) -> Site:
    # Refusals are counted in a transaction of their own, whose failure shows in no answer: tests/attempts/ tests that.
    service, database = replace(service_named(name), attempts=None), Database(name, "matrix")
    await database.create()
    stack.push_async_callback(database.close)
    values = values | {"database_url": database.api_url, "worker_database_url": database.worker_url}
    app = create_app(service, service.settings_type(**values), worker=False, transport=identity)
    await stack.enter_async_context(app.router.lifespan_context(app))
    browser = httpx.ASGITransport(app, raise_app_exceptions=False)
    http = httpx.AsyncClient(transport=browser, base_url=f"http://{name}.example")
    return Site(app, database, await stack.enter_async_context(http))
