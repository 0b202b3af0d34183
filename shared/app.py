"""Builds a service's processes: its API, its worker (handlers, jobs, outbox relay), or both in one."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import asyncpg
import httpx
from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import errors, logs
from shared.auth.access import COPY_QUERY, Access, AccessChecker
from shared.auth.routes import GuardedRoute, public
from shared.auth.tokens import TokenVerifier
from shared.bodies import limit_bodies
from shared.clock import Clock
from shared.db import Sessions, make_engine, make_pool, make_sessions, watch_pool
from shared.errors import Unavailable
from shared.events import Actor
from shared.headers import API_HEADERS, with_headers
from shared.jobs import Jobs
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.router import ServiceRouter
from shared.openapi import DocumentedAPI
from shared.outbox import Cause, measure_outbox
from shared.pruning import prune
from shared.scope import begin_in
from shared.settings import ServiceSettings
from shared.telemetry import metrics, tracing
from shared.telemetry.messaging import faststream_middlewares
from shared.telemetry.serving import serving_metrics


@dataclass(frozen=True)
class ServiceDefinition:
    """The parts of a service, defined once in its ``app.py``.

    ``access_query`` is for identity, which reads the grants themselves; all others read a copy. ``large_bodies`` raises
    the limit of request bodies, in bytes, for paths that start like this.
    """

    name: str
    settings_type: type[ServiceSettings]
    events: ServiceRouter
    routers: Sequence[APIRouter] = ()
    jobs: Jobs | None = None
    access_query: str = COPY_QUERY
    large_bodies: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def working(self) -> Jobs:
        """All jobs: the service's own and those of the plumbing's tables."""
        jobs = Jobs(self.name, list(self.jobs.jobs) if self.jobs else [])
        jobs.every(seconds=3600)(prune)
        jobs.every(seconds=5)(measure_outbox)
        return jobs


@dataclass
class Runtime:
    """The resources of a running process, in ``app.state.runtime``."""

    service: ServiceDefinition
    settings: ServiceSettings
    clock: Clock
    sessions: Sessions
    worker_sessions: Sessions
    pool: asyncpg.Pool
    http: httpx.AsyncClient
    access: AccessChecker
    relay: Relay | None = None
    consumer: Consumer | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def cause(self, request: Request) -> Cause:
        """The cause of what a request does: actor, time and correlation id."""
        access: Access | None = getattr(request.state, "access", None)
        actor, parent = (access.actor, access.parent_workspace_id) if access else (Actor(), None)
        return Cause(actor, self.clock.now(), request.state.correlation_id, None, parent)

    @asynccontextmanager
    async def request_transaction(self, request: Request) -> AsyncIterator[AsyncSession]:
        """A transaction in the scope of the request's access. It commits when the endpoint returns."""
        access: Access | None = request.state.access
        place = (access.workspace_id, access.user_id, access.scope) if access else (None,)
        async with begin_in(self.sessions, *place) as session:
            session.info["cause"] = self.cause(request)
            yield session


def create_app(
    service: ServiceDefinition, settings: ServiceSettings, *, api: bool = True, worker: bool = True,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:  # fmt: skip
    """The ASGI application of one process. A worker without the API serves only health checks. ``transport`` replaces
    the network between this process and identity."""
    logs.configure(service.name, settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _running(service, settings, worker, transport) as runtime:
            app.state.runtime = runtime
            yield

    app = DocumentedAPI(
        service.name, title=f"Portico {service.name}", lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=f"/api/{service.name}/openapi.json" if api else None, telemetry=tracing.start(service.name),
    )  # fmt: skip
    errors.install(app)
    for router in service.routers if api else ():
        app.router.routes.extend(router.routes)  # include_router would match each path twice
    app.include_router(_health(needs_broker=worker and not api))
    app.add_middleware(limit_bodies, refuse=errors.on_problem, larger=service.large_bodies)
    # Outside of Starlette's own layers, which answer unexpected errors and bodies that are too large.
    app.middleware_stack = with_headers(logs.RequestLog(app.build_middleware_stack()), API_HEADERS, settings.public_url)
    return app


@asynccontextmanager
async def _running(
    service: ServiceDefinition, settings: ServiceSettings, worker: bool, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Runtime]:
    clock = Clock(settings.clock_file if settings.demo else None)
    api_url, worker_url = str(settings.database_url), str(settings.worker_database_url)
    async with AsyncExitStack() as stack:
        stack.enter_context(serving_metrics(settings))
        stack.push_async_callback(tracing.flush)
        api_engine = make_engine(api_url, settings.api_connections, "api")
        worker_engine = make_engine(worker_url, settings.worker_connections, "worker")
        for engine in (api_engine, worker_engine):
            stack.push_async_callback(engine.dispose)
        pool = await make_pool(api_url, settings.api_connections)
        stack.callback(pool.terminate)
        watch_pool("reads", lambda: pool.get_size() - pool.get_idle_size(), settings.api_connections)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport))
        verifier = TokenVerifier(settings.identity_url, http)
        access = AccessChecker(verifier, http, settings.identity_url, settings.service_key, service.access_query)
        sessions, workers = make_sessions(api_engine), make_sessions(worker_engine)
        runtime = Runtime(service, settings, clock, sessions, workers, pool, http, access)
        if worker:
            await stack.enter_async_context(_working(runtime))
        yield runtime


@asynccontextmanager
async def _working(runtime: Runtime) -> AsyncIterator[None]:
    """Runs relay, consumers and jobs as tasks beside the API. Each restores its own connections."""
    service, settings = runtime.service, runtime.settings
    broker_url = str(settings.rabbitmq_url)
    runtime.relay = Relay(service.name, str(settings.worker_database_url), broker_url)
    runtime.consumer = Consumer(
        service.events, runtime.worker_sessions, runtime.clock, broker_url, settings=settings,
        partitions=settings.partitions, observers=faststream_middlewares(service.name, metrics.REGISTRY),
    )  # fmt: skip
    timed_work = service.working.run(runtime.worker_sessions, runtime.clock, settings)
    runtime.tasks = [asyncio.create_task(part) for part in (runtime.relay.run(), runtime.consumer.run(), timed_work)]
    try:
        yield
    finally:
        for task in runtime.tasks:
            task.cancel()
        await asyncio.wait(runtime.tasks, timeout=10)


def _health(*, needs_broker: bool) -> APIRouter:
    router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
    open_to_all = public("a supervisor has no token").as_dependencies()

    @router.get("/healthz", dependencies=open_to_all)
    async def is_alive(request: Request) -> dict[str, Any]:
        """200 while the process works; otherwise a supervisor restarts it. Queues that are currently not consumed are
        listed with their duration: a restart would not help them, and would interrupt the others."""
        runtime: Runtime = request.app.state.runtime
        if (runtime.consumer and not runtime.consumer.alive) or any(task.done() for task in runtime.tasks):
            raise Unavailable("Events are not consumed any more.")
        return {"status": "alive", **_queues(runtime)}

    @router.get("/readyz", dependencies=open_to_all)
    async def is_ready(request: Request) -> dict[str, Any]:
        """200 when requests can be served: the database answers, and for a worker without the API also the broker."""
        runtime: Runtime = request.app.state.runtime
        async with runtime.sessions() as session:
            await session.execute(text("SELECT 1"))
        if needs_broker and not (runtime.consumer and runtime.consumer.connected):
            raise Unavailable("The broker does not answer.", retry_after=2)
        return {"status": "ready", **_queues(runtime)}

    return router


def _queues(runtime: Runtime) -> dict[str, Any]:
    silent = runtime.consumer.not_consumed if runtime.consumer else {}
    return {"not_consumed": {queue: round(seconds, 1) for queue, seconds in silent.items()}} if silent else {}
