"""Security headers on every response of every service, whatever it is."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from deploy.environment import SERVICES
from deploy.serving.apps import create_app
from docs.generate import routes_of
from shared.headers import API_HEADERS, with_headers
from tests.harness.databases import Database
from tests.harness.services import SETTINGS, Running, service_named

IDS = "00000000-0000-4000-8000-000000000007"
BODIES: list[dict[str, Any]] = [
    {},
    {"json": {"no": "such field"}},
    {"content": b"{", "headers": {"content-type": "a/b"}},
]
QUERIES: list[dict[str, Any]] = [{}, {"params": {"limit": "many", "customer_id": "no id"}}]
OWN_POLICY = ("/simulated-gateway/",)
"""A page with a form and a style: its policy allows these two."""


def check(answer: httpx.Response) -> None:
    """The headers of one response; those that an endpoint sets itself are as strict."""
    where, headers = (str(answer.request), answer.status_code), answer.headers
    policy = headers.get("content-security-policy", "")
    assert "default-src 'none'" in policy, where
    assert "frame-ancestors 'none'" in policy, where
    assert policy == API_HEADERS["Content-Security-Policy"] or any(own in str(answer.url) for own in OWN_POLICY), where
    assert headers.get("x-content-type-options") == "nosniff", where
    assert headers.get("referrer-policy") in ("no-referrer", "strict-origin"), where
    anybody = headers.get("cache-control", "").startswith("public,")
    assert "no-store" in headers.get("cache-control", "") or (anybody and for_anybody(answer)), where
    assert headers.get("strict-transport-security", "").startswith("max-age="), where
    assert headers.get("x-correlation-id"), where


def for_anybody(answer: httpx.Response) -> bool:
    """Whether it is the looks of a seller, which a shared cache may keep."""
    return answer.status_code == 200 and answer.request.url.path.startswith("/api/identity/branding/")


@pytest.mark.parametrize("name", SERVICES)
async def test_every_response_of_a_service_has_the_headers(
    name: str, run: Callable[..., Awaitable[Running]], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await run(name)
    callers = [service.http(), (await service.caller("admin")).http, (await service.caller("support")).http]
    seen: set[int] = set()

    async def send(http: httpx.AsyncClient, method: str, path: str, **options: Any) -> None:
        answer = await http.request(method, path, **options)
        check(answer)
        seen.add(answer.status_code)

    places = [(method, path) for method, path in routes(name)]
    for http in callers:
        for method, path in places:
            for options in BODIES if method != "GET" else QUERIES:
                await send(http, method, path, **options)
        for path in ("/healthz", "/readyz", f"/api/{name}/openapi.json", f"/api/{name}/nowhere", "/", "/%00"):
            for method in ("GET", "HEAD", "POST", "OPTIONS", "TRACE"):
                await send(http, method, path)
    monkeypatch.setattr(service.runtime.access, "check", broken)
    with_errors = httpx.ASGITransport(service.app, raise_app_exceptions=False)  # no operation documents its own errors
    async with httpx.AsyncClient(transport=with_errors, base_url=callers[1].base_url) as http:
        http.headers = callers[1].headers
        for method, path in places:
            await send(http, method, path)

    assert {200, 404, 405} <= seen
    assert not places or {401, 500} <= seen
    assert name == "notifications" or 422 in seen


def routes(name: str) -> list[tuple[str, str]]:
    """Each method and path of a service, with an id for each of its parameters."""
    return [
        (method, "/".join(IDS if part.startswith("{") else part for part in route.path.split("/")))
        for route in routes_of(service_named(name))
        for method in sorted(route.methods)
    ]


async def broken(*_: object) -> None:
    raise RuntimeError("a bug")


async def test_a_workers_health_has_the_headers(database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> None:
    service, found = service_named("billing"), await database("billing")
    urls = {
        "database_url": found.api_url,
        "worker_database_url": found.worker_url,
        "clock_file": tmp_path / "clock.json",
    }
    app = create_app(service, service.settings_type(**SETTINGS | urls), api=False, worker=False)

    async with app.router.lifespan_context(app), client(app) as http:
        for path in ("/healthz", "/readyz", "/api/billing/invoices"):
            check(await http.get(path))


async def test_a_body_that_is_too_large_is_refused_with_the_headers() -> None:
    app = FastAPI(max_body_size=10)
    app.middleware_stack = with_headers(app.build_middleware_stack(), API_HEADERS, "https://portal.larkspur.example")

    async with client(app) as http:
        answer = await http.post("/", content=b"x" * 11)

    assert answer.status_code == 413
    assert API_HEADERS.items() <= {name.title(): value for name, value in answer.headers.items()}.items()


async def test_only_an_https_address_is_kept_to_https() -> None:
    app = FastAPI()
    app.middleware_stack = with_headers(app.build_middleware_stack(), API_HEADERS, "http://localhost:8000")

    async with client(app) as http:
        assert "strict-transport-security" not in (await http.get("/")).headers


def client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service.example")
