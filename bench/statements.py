"""What PostgreSQL does for a request: each statement of a service's API role as it was executed, by auto_explain."""

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import event

from bench.installation import BenchInstallation
from deploy.serving.apps import create_app
from shared import logs
from shared.app import Runtime, ServiceDefinition
from shared.db import make_pool

_EXPLAINED = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",
}
"""Settings of the role while it is watched: each statement's plan comes back as a notice."""


@dataclass(frozen=True)
class Executed:
    """One statement: the executor's time, and the tables that were read from end to end."""

    text: str
    milliseconds: float
    scanned: frozenset[str]

    @classmethod
    def of(cls, notice: str) -> "Executed | None":
        duration, _, plan = notice.partition(" plan:\n")
        if not plan:
            return None
        explained = json.loads(plan)
        scanned = {node["Relation Name"] for node in _nodes(explained["Plan"]) if node["Node Type"] == "Seq Scan"}
        return cls(explained["Query Text"], float(duration.split()[1]), frozenset(scanned))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


class Watch:
    """A service in this process, whose requests tell what they made PostgreSQL do."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._heard: list[Executed] = []

    def hear(self, _: object, notice: asyncpg.PostgresLogMessage) -> None:
        executed = Executed.of(str(notice.message))
        if executed:
            self._heard.append(executed)

    async def get(self, path: str, token: str) -> list[Executed]:
        self._heard.clear()
        answer = await self._http.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        await asyncio.sleep(0)  # notices are handed over in the loop's next turn
        return list(self._heard)


@asynccontextmanager
async def explaining(installed: BenchInstallation, service: ServiceDefinition) -> AsyncIterator[None]:
    """Connections of the service's API that begin meanwhile tell what their statements do, which makes them slower."""
    role = f"portico_{service.name}_api"
    async with installed.database(service.name) as database:
        for name, value in _EXPLAINED.items():
            await database.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
        try:
            yield
        finally:
            for name in _EXPLAINED:
                await database.execute(f"ALTER ROLE {role} RESET {name}")


@asynccontextmanager
async def answering(installed: BenchInstallation, service: ServiceDefinition) -> AsyncIterator[httpx.AsyncClient]:
    """The service's API as it is, in this process and without its worker."""
    async with _serving(installed, service) as (_, http):
        yield http


@asynccontextmanager
async def watching(installed: BenchInstallation, service: ServiceDefinition) -> AsyncIterator[Watch]:
    """The same on connections that listen, while `explaining`."""
    async with _serving(installed, service) as (app, http):
        watch = Watch(http)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", asyncpg.InterfaceWarning)  # a pool says that somebody listens
            async with await _listen(app.state.runtime, watch):
                yield watch


@asynccontextmanager
async def _serving(
    installed: BenchInstallation, service: ServiceDefinition
) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    environment, prefix = installed.stack.environment, service.name.upper()
    settings = service.settings_type(
        log_level="ERROR", metrics_port=None, identity_url=environment["PORTICO_IDENTITY_URL"],
        database_url=environment[f"{prefix}_DATABASE_URL"],
        worker_database_url=environment[f"{prefix}_WORKER_DATABASE_URL"],
    )  # fmt: skip
    app = create_app(service, settings, worker=False)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=300) as http,
    ):
        yield app, http
    logs.configure("bench", "ERROR")


async def _listen(runtime: Runtime, watch: Watch) -> asyncpg.Pool:
    """Make both ways to the database listen: the pool of the hot reads, and SQLAlchemy's connections."""

    async def listen(connection: Any) -> None:
        connection.add_log_listener(watch.hear)

    engine = runtime.sessions.kw["bind"].sync_engine
    event.listen(engine, "connect", lambda adapted, _: adapted.driver_connection.add_log_listener(watch.hear))
    runtime.pool = await make_pool(str(runtime.settings.database_url), 2, setup=listen)
    return runtime.pool
