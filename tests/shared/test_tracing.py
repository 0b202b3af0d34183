"""Traces: one trace from the request through the outbox to the handler, and no secret in any span."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, nullcontext
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from faststream.rabbit import RabbitBroker, RabbitQueue
from opentelemetry import trace
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from deploy.environment import ROOT
from deploy.serving.apps import create_app
from deploy.waiting import eventually
from shared.app import ServiceDefinition
from shared.auth import Router, public
from shared.db import Session
from shared.logs import name_trace
from shared.messaging.batches import Batch, Delivery
from shared.messaging.router import ServiceRouter
from shared.outbox import emit
from shared.settings import ServiceSettings
from shared.telemetry import tracing
from shared.telemetry.messaging import faststream_middlewares
from tests.harness.collector import Collector, attributes_of, collector
from tests.harness.databases import Database
from tests.harness.servers import rabbitmq_url
from tests.harness.services import SETTINGS
from tests.shared.sketch import counts, writing

front, sketches = Router("front", "pages"), Router("sketch", "traced")
behind: list[str] = []


@front.get("/{secret}", guard=public("a test"))
async def show_page(secret: str, request: Request) -> dict[str, Any]:
    """Ask the next service."""
    http: httpx.AsyncClient = request.app.state.runtime.http
    answer = await http.get(f"{behind[0]}/api/sketch/traced/{secret}", params={"q": "canary-query"})
    return {"line": name_trace(None, "info", {})} | answer.json()


@sketches.get("/{secret}", guard=public("a test"))
async def tell(secret: str, session: Session) -> dict[str, Any]:
    """Save an event, and run a statement with a secret."""
    await session.execute(text("SELECT CAST(:secret AS text)"), {"secret": secret})
    await emit(session, counts())
    return {"traceparent": tracing.current_traceparent()}


@sketches.get("/{secret}/broken", guard=public("a test"))
async def break_down(secret: str, session: Session) -> None:
    """Fail with the secret in the message."""
    await session.execute(text("SELECT CAST(CAST(:secret AS text) AS bigint)"), {"secret": secret})


@sketches.get("/{secret}/bug", guard=public("a test"))
async def trip(secret: str) -> None:
    """Raise what nobody expects."""
    raise ValueError(secret)


@pytest.fixture(scope="module")
def collected() -> Iterator[Collector]:
    """Turns tracing on. OpenTelemetry is set up once per process, so once for all of these tests."""
    with collector() as found, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        yield found
        trace.get_tracer_provider().shutdown()  # type: ignore[attr-defined]
        AsyncPGInstrumentor().uninstrument()  # type: ignore[no-untyped-call]
        HTTPXClientInstrumentor().uninstrument()


@asynccontextmanager
async def served(name: str, router: Router, database: Database) -> AsyncIterator[str]:
    """A service on a port, so that calls to it go over the network."""
    settings = SETTINGS | {"database_url": database.api_url, "worker_database_url": database.worker_url}
    service = ServiceDefinition(name, ServiceSettings, ServiceRouter(name), [router])
    app: FastAPI = create_app(service, ServiceSettings(**settings, rabbitmq_url=rabbitmq_url()), worker=False)
    port = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    task = asyncio.create_task(server.serve([port]))
    await eventually(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def services(collected: Collector, sketch: Database) -> AsyncIterator[str]:
    """The URL of the first of two services, which calls the second."""
    async with served("sketch", sketches, sketch) as second, served("front", front, sketch) as first:
        behind[:] = [second]
        yield first


SECRETS = {
    "Authorization": "Bearer canary-token",
    "Cookie": "session=canary-cookie",
    "User-Agent": "canary-browser",
    "X-Forwarded-For": "203.0.113.77",
}


async def get(url: str) -> httpx.Response:
    async with httpx.AsyncClient(headers=SECRETS, timeout=20) as http:
        return await http.get(url)


async def flushed(found: Collector) -> list[Span]:
    await tracing.flush()
    return found.spans


async def test_one_trace_runs_through_both_services_into_the_outbox(
    services: str, collected: Collector, sketch: Database
) -> None:
    answer = (await get(f"{services}/api/front/pages/canary-path")).json()

    spans = await flushed(collected)
    [page] = collected.named("GET /api/front/pages/{secret}")[-1:]
    mine = [span for span in spans if span.trace_id == page.trace_id]
    named = {span.name for span in mine}
    async with sketch.owner() as session:
        saved = str(await session.scalar(text("SELECT traceparent FROM outbox")))
    assert {"GET /api/front/pages/{secret}", "GET /api/sketch/traced/{secret}", "GET", "SELECT", "WITH"} <= named
    assert saved.split("-")[1] == page.trace_id.hex() == answer["line"]["trace_id"]
    assert saved == answer["traceparent"]
    [second] = [span for span in mine if span.name == "GET /api/sketch/traced/{secret}"]
    assert second.span_id.hex() == saved.split("-")[2]
    assert attributes_of(second)["portico.correlation_id"]
    assert attributes_of(second)["http.response.status_code"] == 200
    assert collected.services == {"portico-sketch"}


async def test_no_span_contains_a_secret_or_an_address(services: str, collected: Collector) -> None:
    secret = "canary-path?q=canary-query&address=canary%40northwind.example"
    await get(f"{services}/api/front/pages/{secret}")
    broken = await get(f"{behind[0]}/api/sketch/traced/canary-value/broken")
    bug = await get(f"{behind[0]}/api/sketch/traced/canary-bug/bug")
    nowhere = await get(f"{behind[0]}/canary-nowhere")

    await flushed(collected)
    assert (broken.status_code, bug.status_code, nowhere.status_code) == (422, 500, 404)
    assert collected.named("GET /api/sketch/traced/{secret}/bug")[0].status.code == 2
    assert any("CAST" in str(attributes_of(span).get("db.query.text")) for span in collected.spans)
    everything = b"".join(collected.received)
    for canary in (b"canary", b"203.0.113.77", b"127.0.0.1", b"northwind"):
        assert canary not in everything


async def test_probes_and_periodic_work_are_not_traced(services: str, collected: Collector) -> None:
    await flushed(collected)
    collected.received.clear()

    assert (await get(f"{services}/readyz")).status_code == 200  # asks the database

    assert await flushed(collected) == []


async def test_work_that_continues_a_trace_later_is_in_it(
    services: str, collected: Collector, sketch: Database
) -> None:
    answer = (await get(f"{services}/api/front/pages/a")).json()

    with tracing.continuing("billing.on.provisioning.order_placed", answer["traceparent"]):
        async with writing(sketch) as session:
            await emit(session, counts())
    with tracing.continuing("billing.run", None):
        alone = tracing.current_traceparent()

    await flushed(collected)
    async with sketch.owner() as session:
        both = list(await session.scalars(text("SELECT split_part(traceparent, '-', 2) FROM outbox ORDER BY id")))
    assert len(both) == 2
    assert len(set(both)) == 1
    assert alone is not None
    assert alone.split("-")[1] not in both
    [span] = collected.named("billing.on.provisioning.order_placed")
    assert span.parent_span_id.hex() == answer["traceparent"].split("-")[2]


async def test_a_message_continues_the_trace_in_its_headers(collected: Collector, sketch: Database) -> None:
    create_app(ServiceDefinition("sketch", ServiceSettings, ServiceRouter("sketch")), _settings(sketch), worker=False)
    registry, seen = CollectorRegistry(), asyncio.Queue[str | None]()
    broker = RabbitBroker(rabbitmq_url(), middlewares=faststream_middlewares("sketch", registry), logger=None)
    queue = RabbitQueue(f"traced-{uuid4()}", auto_delete=True)

    @broker.subscriber(queue)
    async def hear(body: str) -> None:
        seen.put_nowait(tracing.current_traceparent())

    async with broker:
        await broker.start()
        with tracing.continuing("click", None):
            sent = str(tracing.current_traceparent())
            channel = await (await broker.connect()).channel()
            message = aio_pika.Message(b"canary-body", headers={"traceparent": sent}, content_type="text/plain")
            await channel.default_exchange.publish(message, queue.name)
        heard = await asyncio.wait_for(seen.get(), 10)

    assert heard is not None
    assert heard.split("-")[1] == sent.split("-")[1]
    assert registry.get_sample_value("faststream_received_messages_total", {
        "app_name": "sketch", "broker": "rabbitmq", "handler": f"default.{queue.name}"}) == 1  # fmt: skip
    await flushed(collected)
    assert b"canary-body" not in b"".join(collected.received)


def _settings(database: Database) -> ServiceSettings:
    urls = {"database_url": database.api_url, "worker_database_url": database.worker_url}
    return ServiceSettings(**(SETTINGS | urls), rabbitmq_url=rabbitmq_url())


def delivery(traceparent: str) -> Delivery:
    raw: Any = SimpleNamespace(exchange="provisioning.events", routing_key="a.b", body=b"12345")
    return Delivery(raw, uuid4(), str(uuid4()), {"traceparent": traceparent})


async def test_a_batch_is_linked_to_the_traces_of_its_messages(collected: Collector, sketch: Database) -> None:
    create_app(ServiceDefinition("sketch", ServiceSettings, ServiceRouter("sketch")), _settings(sketch), worker=False)
    registry, broker = CollectorRegistry(), RabbitBroker(rabbitmq_url(), logger=None)
    traceparents = [f"00-{uuid4().hex}-{uuid4().hex[:16]}-01" for _ in range(3)]
    batch, within = Batch([delivery(each) for each in traceparents]), []

    async def handle(message: Any) -> None:
        within.append(tracing.current_traceparent())

    numbers, spans = (make(None, context=broker.context) for make in faststream_middlewares("sketch", registry))
    await numbers.consume_scope(lambda message: spans.consume_scope(handle, message), batch)
    await spans.after_processed()

    await flushed(collected)
    [span] = collected.named("provisioning.events.a.b process")
    [create] = collected.named("provisioning.events.a.b create")
    assert {link.trace_id.hex() for link in create.links} == {each.split("-")[1] for each in traceparents}
    assert attributes_of(span)["messaging.batch.message_count"] == 3
    assert within[0].split("-")[1] == span.trace_id.hex()
    labels = {"app_name": "sketch", "broker": "rabbitmq", "handler": "provisioning.events.a.b"}
    assert registry.get_sample_value("faststream_received_messages_total", labels) == 3
    assert registry.get_sample_value("faststream_received_messages_size_bytes_sum", labels) == 15


IMPORTS = """
import sys, json
from importlib import import_module
import services.portal.app, deploy.serving.apps, shared.telemetry.messaging
for name in ("identity", "billing", "provisioning", "notifications", "audit"):
    import_module(f"services.{name}.app")
from shared.telemetry import tracing
told = tracing.start("billing")
print(json.dumps({"tracing": told["tracing"], "traceparent": tracing.current_traceparent(),
                  "imported": [name for name in sys.modules if name.startswith("opentelemetry.")]}))
"""


ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}


@pytest.mark.parametrize(
    "variables", [{}, ENDPOINT | {"OTEL_SDK_DISABLED": "true"}, ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}]
)
async def test_the_sdk_is_not_imported_while_tracing_is_off(variables: dict[str, str]) -> None:
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", IMPORTS], cwd=ROOT, env=variables, capture_output=True, check=True
    )

    found = json.loads(done.stdout)
    assert (found["tracing"], found["traceparent"]) == (False, None)
    assert [name for name in found["imported"] if {"sdk", "exporter", "instrumentation"} & set(name.split("."))] == []
