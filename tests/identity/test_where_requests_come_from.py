"""Which address limits count, however many X-Forwarded-For a caller writes: through the portal and identity, both as
`portico serve` starts them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from deploy.cli.main import app as portico
from deploy.serving.options import server_options
from services.portal.app import build
from tests.harness.sending import TransportSender
from tests.identity.harness import ROBIN, IdentityHarness
from tests.portal.browsing import ORIGIN, settings

GATEWAY, PORTAL, NEIGHBOUR = "10.7.0.2", "10.7.0.3", "10.8.0.9"
CALLER, FORGED = "203.0.113.9", "198.51.100.66"


def served(app: Any, process: str, peer: str) -> httpx.ASGITransport:
    """What ``app`` answers to a connection from ``peer``, behind uvicorn's own middleware."""
    config = uvicorn.Config(app, **server_options(process))
    config.load()
    return httpx.ASGITransport(config.loaded_app, client=(peer, 4000), raise_app_exceptions=False)


@pytest.fixture
async def visit(identity: IdentityHarness, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """``visit(peer)``: a browser whose connection reaches the portal from ``peer``."""
    monkeypatch.setenv("PORTAL_TRUSTED_PROXIES", f"{GATEWAY}, 10.7.1.0/24")
    monkeypatch.setenv("IDENTITY_TRUSTED_PROXIES", f"{PORTAL}, {GATEWAY}")
    portal = build(settings(), TransportSender(served(identity.app, "identity", PORTAL)))
    async with AsyncExitStack() as stack:

        async def open_browser(peer: str) -> httpx.AsyncClient:
            browser = httpx.AsyncClient(transport=served(portal, "portal", peer), base_url=ORIGIN)
            browser.headers["Sec-Fetch-Site"] = "same-origin"
            return await stack.enter_async_context(browser)

        yield open_browser


async def counted(identity: IdentityHarness) -> str:
    """The network of the newest challenge."""
    rows = await identity.sql("SELECT ip FROM sign_in_challenges ORDER BY created_at DESC LIMIT 1")
    return str(rows[0]["ip"])


@pytest.mark.rule("S15")
@pytest.mark.parametrize(
    ("peer", "hops", "seen"),
    [
        (GATEWAY, [CALLER], CALLER),
        (GATEWAY, [f"{FORGED}, {CALLER}"], CALLER),
        (GATEWAY, [FORGED, CALLER], CALLER),
        (GATEWAY, [f"{FORGED}, {CALLER}, 10.7.1.4"], CALLER),
        (GATEWAY, [f"{GATEWAY}, {CALLER}"], CALLER),
        (GATEWAY, [f"{FORGED}, {CALLER}, ::ffff:10.7.1.4"], CALLER),
        (GATEWAY, [f"{FORGED}, ::ffff:{CALLER}"], CALLER),
        (GATEWAY, [f"{FORGED}, [2001:db8:7:1::5]:4711"], "2001:db8:7:1::/64"),
        (GATEWAY, [f"{CALLER}, not-an-address"], "unknown"),
        (GATEWAY, ["\xff\xfe"], "unknown"),
        (NEIGHBOUR, [FORGED], NEIGHBOUR),
        (CALLER, [f"{FORGED}, {GATEWAY}"], CALLER),
        (CALLER, [], CALLER),
    ],
)
async def test_the_last_hop_that_no_trusted_proxy_wrote_is_counted(
    identity: IdentityHarness, visit: Any, peer: str, hops: list[str], seen: str
) -> None:
    browser = await visit(peer)
    headers = [(b"X-Forwarded-For", hop.encode("latin-1")) for hop in hops]

    by_page = await browser.post("/sign-in", data={"address": ROBIN}, headers=headers)
    on_the_page = await counted(identity)
    body = {"address": ROBIN, "browser": "nonce-of-this-browser"}
    by_api = await browser.post("/api/identity/sign-in-challenges", json=body, headers=headers)

    assert (by_page.status_code, by_api.status_code) == (303, 202)
    assert (on_the_page, await counted(identity)) == (seen, seen)


@pytest.mark.rule("S15")
async def test_identity_believes_its_own_proxies_alone(identity: IdentityHarness, visit: Any) -> None:
    body, forged = {"address": ROBIN, "browser": "nonce-of-this-browser"}, {"X-Forwarded-For": FORGED}
    path = "/api/identity/sign-in-challenges"

    for peer, seen in ((NEIGHBOUR, NEIGHBOUR), (GATEWAY, FORGED)):
        transport = served(identity.app, "identity", peer)
        async with httpx.AsyncClient(transport=transport, base_url="http://identity.example") as http:
            assert (await http.post(path, json=body, headers=forged)).status_code == 202
        assert await counted(identity) == seen


@pytest.mark.parametrize("named", ["*", "gateway", "10.7.0.2/24", "0.0.0.0/0", "::/0", "10.7.0.0/24,,"])
def test_a_process_does_not_start_with_a_proxy_that_is_no_network(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("PORTICO_TRUSTED_PROXIES", named)

    answer = CliRunner().invoke(portico, ["--env-file", "/nowhere", "serve", "identity", "--api"])

    assert answer.exit_code == 2
    assert "TRUSTED_PROXIES" in answer.output


def test_by_default_this_machine_alone_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")

    assert server_options("identity")["forwarded_allow_ips"] == ["127.0.0.1/32", "::ffff:127.0.0.1/128", "::1/128"]
