"""Builds a service's processes: its API, its worker (handlers, jobs, outbox relay), or both in one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from deploy.serving import refusals
from deploy.serving.health import health
from deploy.serving.housekeeping import jobs_of
from deploy.serving.openapi import DocumentedAPI
from shared import logs
from shared.app import Runtime, ServiceDefinition
from shared.auth.access import AccessChecker
from shared.auth.tokens import TokenVerifier
from shared.bodies import limit_bodies
from shared.clock import Clock
from shared.db import make_engine, make_pool, make_sessions, watch_pool
from shared.errors import on_problem
from shared.headers import API_HEADERS, with_headers
from shared.jobs import JobContext
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.reads import AbsentReads
from shared.settings import ServiceSettings
from shared.telemetry import metrics, tracing
from shared.telemetry.messaging import faststream_middlewares
from shared.telemetry.serving import serving_metrics
from shared.waking import Waking


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
        service.name, service.routers if api else (), lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=f"/api/{service.name}/openapi.json" if api else None, telemetry=tracing.start(service.name),
    )  # fmt: skip
    refusals.install(app)
    app.include_router(health(needs_broker=worker and not api))
    app.add_middleware(limit_bodies, refuse=on_problem, larger=service.large_bodies)
    # Outside of Starlette's own layers, which answer unexpected errors and bodies that are too large.
    app.middleware_stack = with_headers(logs.RequestLog(app.build_middleware_stack()), API_HEADERS, settings.public_url)
    return app


@asynccontextmanager
async def _running(
    service: ServiceDefinition, settings: ServiceSettings, worker: bool, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Runtime]:
    clock = Clock(settings.clock_file if settings.demo else None)
    api_url, worker_url = settings.database_url, settings.worker_database_url
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
    broker_url = settings.rabbitmq_url
    assert broker_url is not None
    session_url = settings.direct_database_url or settings.worker_database_url
    runtime.relay = Relay(service.name, session_url, broker_url)
    runtime.consumer = Consumer(
        service.events, runtime.worker_sessions, runtime.clock, broker_url, settings=settings,
        partitions=settings.partitions, observers=faststream_middlewares(service.name, metrics.REGISTRY),
    )  # fmt: skip
    absent = AbsentReads(runtime.pool, runtime.access)
    context = JobContext(runtime.worker_sessions, runtime.clock, settings, absent)
    timed_work = jobs_of(service).run(context, Waking(session_url))
    runtime.tasks = [asyncio.create_task(part) for part in (runtime.relay.run(), runtime.consumer.run(), timed_work)]
    try:
        yield
    finally:
        for task in runtime.tasks:
            task.cancel()
        await asyncio.wait(runtime.tasks, timeout=10)
