"""The metrics of a process, and where they are served."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import text

from deploy.local.processes import free_port
from deploy.serving import housekeeping
from deploy.serving.apps import create_app
from deploy.serving.housekeeping import measure_outbox
from deploy.waiting import eventually
from services.portal.app import build
from services.portal.settings import Settings as PortalSettings
from shared.app import ServiceDefinition
from shared.auth import Router, public
from shared.clock import Clock
from shared.db import make_engine, make_sessions
from shared.jobs import JobContext, Timed, repeat
from shared.messaging.router import ServiceRouter
from shared.outbox import emit
from shared.settings import ServiceSettings
from shared.telemetry import serving
from tests.harness import services
from tests.harness.databases import Database
from tests.harness.logs import captured_logs
from tests.harness.metrics import sample, scrape
from tests.harness.services import Running
from tests.shared.sketch import background, counts, writing

REQUESTS = "portico_http_request_duration_seconds"
router = Router("sketch", "metered")


@router.get("/{secret}", guard=public("a test"))
async def read_metered(secret: str) -> dict[str, str]:
    """Read."""
    return {"made": "yes"}


@router.get("/{secret}/stream", guard=public("a test"))
async def stream_metered(secret: str) -> StreamingResponse:
    """Stream."""

    async def lines() -> AsyncIterator[str]:
        yield "first\n"
        await asyncio.sleep(1)
        yield "last\n"

    return StreamingResponse(lines())


@pytest.fixture
async def metered(
    database: Callable[[str], Awaitable[Database]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Running, int]]:
    """A service that serves metrics, and their port."""
    monkeypatch.setattr(
        services,
        "service_named",
        lambda name: ServiceDefinition("sketch", ServiceSettings, ServiceRouter("sketch"), [router]),
    )
    port = free_port()
    async with services.running(await database("sketch"), tmp_path / "clock.json", metrics_port=port) as found:
        yield found, port


async def test_metrics_are_served_on_their_own_port_and_not_on_the_apis(metered: tuple[Running, int]) -> None:
    service, port = metered

    told = await scrape(port)
    public_answer = await service.http().get("/metrics")

    assert "portico_build_info{version=" in told
    assert "process_resident_memory_bytes" in told
    assert 'portico_database_pool_size_connections{pool="worker"} 5.0' in told
    assert public_answer.status_code == 404


async def test_a_request_is_measured_by_its_route_and_not_by_its_path(metered: tuple[Running, int]) -> None:
    service, port = metered
    labels = {"method": "GET", "route": "/api/sketch/metered/{secret}", "status": "2xx"}
    before = sample(f"{REQUESTS}_count", **labels)

    await service.http().get("/api/sketch/metered/canary-path?q=canary-query")
    await service.http().request("PROPFIND", "/canary-nowhere")

    assert sample(f"{REQUESTS}_count", **labels) == before + 1
    assert sample(f"{REQUESTS}_count", method="other", route="unmatched", status="4xx") > 0
    assert "canary" not in await scrape(port)


async def test_probes_are_not_measured(metered: tuple[Running, int]) -> None:
    service, port = metered

    assert (await service.http().get("/healthz")).status_code == 200

    assert "/healthz" not in await scrape(port)


async def test_a_stream_is_measured_until_its_response_begins(metered: tuple[Running, int]) -> None:
    service, _ = metered
    labels = {"method": "GET", "route": "/api/sketch/metered/{secret}/stream", "status": "2xx"}
    before = sample(f"{REQUESTS}_sum", **labels), sample(f"{REQUESTS}_count", **labels)

    await service.http().get("/api/sketch/metered/a/stream")

    assert sample(f"{REQUESTS}_count", **labels) == before[1] + 1
    assert sample(f"{REQUESTS}_sum", **labels) - before[0] < 1


async def test_the_portal_serves_metrics_too_and_counts_unanswered_calls() -> None:
    names = ("identity", "billing", "provisioning", "notifications", "audit")
    port, urls = free_port(), {f"{name}_url": "http://127.0.0.1:1" for name in names}
    settings = PortalSettings(**urls, cookie_key=Fernet.generate_key().decode(), metrics_port=port,
                              public_url="https://portal.larkspur.example", log_level="CRITICAL")  # type: ignore[arg-type]  # fmt: skip
    portal: FastAPI = build(settings)
    before = sample("portico_portal_unanswered_calls_total", asked="identity")

    async with portal.router.lifespan_context(portal):
        transport = httpx.ASGITransport(portal)
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as http:
            await http.get("/api/identity/keys")
            public_answer = await http.get("/metrics")
            await http.post("/sign-in", data={"address": "jonas@northwind.example"},
                            headers={"Sec-Fetch-Site": "same-origin"})  # fmt: skip
        told = await scrape(port)

    assert public_answer.status_code == 404
    assert f"{REQUESTS}_bucket" in told
    assert sample("portico_portal_unanswered_calls_total", asked="identity") > before


async def test_without_a_free_port_the_service_runs_without_metrics(metered: tuple[Running, int]) -> None:
    service, port = metered
    settings = service.runtime.settings
    second = create_app(service.runtime.service, settings, worker=False)

    with captured_logs() as lines:
        async with second.router.lifespan_context(second):
            transport = httpx.ASGITransport(second)
            async with httpx.AsyncClient(transport=transport, base_url="http://service.example") as http:
                answer = await http.get("/api/sketch/metered/a")

    assert answer.status_code == 200
    assert "metrics.not_served" in [line["event"] for line in lines]
    assert "portico_build_info" in await scrape(port), "the first one goes on"


async def test_without_a_port_setting_no_metrics_are_served(metered: tuple[Running, int]) -> None:
    settings = metered[0].runtime.settings.model_copy(update={"metrics_port": None})

    with serving.serving_metrics(settings):
        assert await scrape(metered[1])


async def test_the_outbox_metrics_say_how_many_events_wait_and_since_when(sketch: Database) -> None:
    job = JobContext(sketch.worker, Clock(), None)
    async with writing(sketch) as session:
        await emit(session, counts())
        await emit(session, counts())
    async with sketch.owner.begin() as session:
        await session.execute(text("UPDATE outbox SET created_at = created_at - interval '90 seconds'"))

    await measure_outbox(job)
    waiting, age = sample("portico_outbox_waiting_rows"), sample("portico_outbox_oldest_age_seconds")
    async with sketch.owner.begin() as session:
        await session.execute(text("UPDATE outbox SET published_at = clock_timestamp()"))
    await measure_outbox(job)

    assert waiting == 2
    assert 90 <= age < 150
    assert (sample("portico_outbox_waiting_rows"), sample("portico_outbox_oldest_age_seconds")) == (0, 0)


PUBLISHED_BEFORE = (
    "INSERT INTO outbox (event_id, exchange, routing_key, body, published_at)"
    " SELECT gen_random_uuid(), 'provisioning.events', 'a', '{}', now() FROM generate_series(1, 5000)"
)


async def test_the_outbox_is_measured_with_an_index(sketch: Database) -> None:
    async with sketch.owner.begin() as session:
        await session.execute(text(PUBLISHED_BEFORE))
        await session.execute(text("ANALYZE outbox"))
        plan = "\n".join(await session.scalars(text(f"EXPLAIN {housekeeping._WAITING}")))

    assert "ix_outbox_waiting" in plan


async def test_a_job_and_its_failures_are_measured(sketch: Database) -> None:
    ran: list[int] = []

    async def sweep_the_yard(job: JobContext) -> int:
        ran.append(1)
        if len(ran) == 1:
            raise ValueError("a bad day")
        return 0

    def runs(outcome: str) -> float:
        return sample("portico_job_duration_seconds_count", name="sweep_the_yard", outcome=outcome)

    async def both() -> bool:
        return (runs("failed"), runs("done")) >= (1, 1)

    async with background(repeat(Timed(sweep_the_yard, 0.01), JobContext(sketch.worker, Clock(), None))):
        await eventually(both, seconds=30)

    assert runs("failed") == 1


async def test_waiting_for_a_database_connection_is_counted(sketch: Database) -> None:
    name = f"test-{uuid4()}"
    engine = make_engine(sketch.worker_url, 1, name)
    sessions = make_sessions(engine)

    async def use() -> None:
        async with sessions() as session:
            await session.execute(text("SELECT pg_sleep(0.05)"))

    async with sessions() as session:
        await session.execute(text("SELECT 1"))
        in_use = sample("portico_database_pool_in_use_connections", pool=name)
    waits = sample("portico_database_pool_waits_total", pool=name)
    await asyncio.gather(use(), use())
    await engine.dispose()

    assert (in_use, waits) == (1, 0)
    assert sample("portico_database_pool_waits_total", pool=name) == 1
