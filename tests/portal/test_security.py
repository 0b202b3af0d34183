"""Headers of every response, and requests that are refused before they reach a page."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from services.portal.app import build
from services.portal.browser import COOKIE, Browser
from services.portal.security import local_path
from services.portal.settings import Settings
from tests.harness.sending import TransportSender
from tests.portal.browsing import ORIGIN, SEAL, Visit, remembered, settings
from tests.portal.business import INVOICES
from tests.portal.fake_services import FakeServices
from tests.portal.identity_answers import SECRET
from tests.portal.notices_answers import NOTICES
from tests.portal.releases_answers import RELEASE
from tests.portal.samples import ident

PARAMETERS = {
    "slug": "northwind", "slot": "primary", "change_id": ident("change"), "location_id": ident("berlin"),
    "topic": "invoice_issued", "channel": "mail", "licence_id": ident("licence"), "activation_id": ident("machine"),
    "base": "partner", "task_id": ident("task"), "move_id": ident("move"),
    "product_key": "port", "site_key": "fra1", "host_id": ident("host"),
    "operation_id": ident("restart operation"), "entry_id": ident("e2"), "session_id": ident("session 1"),
    "kind": "billing", "service_id": ident("service-1"), "export_id": ident("export-1"), "message_id": ident("mail"),
    "invoice_id": INVOICES[0]["id"],
    "group_id": ident("group"), "bill_group_id": ident("group"),
    "customer_id": ident("northwind"), "mail_id": ident("mail Order approved"), "notice_id": NOTICES[0]["id"],
    "news_id": ident("campaign-1"), "campaign_id": ident("campaign-1"), "suppression_id": ident("suppression"),
    "release_id": RELEASE["id"], "file_id": RELEASE["files"][0]["id"],
    **{f"{name}_id": ident(name) for name in ("method", "rule", "subscription", "link", "invitation", "visit")},
    **{f"{name}_id": ident(name) for name in ("plan", "order", "quote", "document")}, "position": "0",
    "act": "close",
    "key": "key-of-a-portal-123456",
    "user_id": ident("tom"),
    "contact_id": ident("ops"),
    "child_id": ident("quarry"),
    "list_name": "customers",
    "partner": "meridian", "partner_id": ident("meridian"),
    "customer": "northwind",
    "asked_id": ident("asked quarry-rail"),
    "request_id": ident("request pending"),
    "workspace_id": ident("northwind"), "name": "favicon.svg", "digest": "5f" * 32,
    "service": "billing",
    "path": "openapi.json",
}  # fmt: skip


ENDLESS = "/notifications/events"
"""It goes on as long as its page is open."""


def routes(portal: FastAPI) -> list[tuple[str, str]]:
    """Each method and path of the portal, with the parameters filled in."""
    found = []
    for context in iter_route_contexts(portal.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            path = (context.path or "").replace(":path", "").replace(":uuid", "").format_map(PARAMETERS)
            found += [(method, path) for method in sorted(route.methods or ())]
    return found


async def test_every_response_has_the_security_headers(portal: FastAPI, visit: Visit, fakes: FakeServices) -> None:
    found = [each for each in routes(portal) if each[1] != ENDLESS]
    known = sorted(found, key=lambda each: each[0] != "GET")  # pages first: one of the forms signs out
    fakes.order_step = 4
    fakes.invoice_paid = True
    fakes.undocumented = {"/api/billing/openapi.json"}
    assert len(known) > 60

    for who in (None, "jonas"):
        browser = visit(who)
        for method, path in known:
            sealed = SEAL.close(Browser(session=who and SECRET + who))
            browser.cookies.set(COOKIE, sealed, domain="portal.larkspur.example")
            answer = await browser.request(method, path)

            assert answer.status_code != 500, (method, path)
            check_headers(answer)


async def test_a_refusal_outside_of_all_pages_has_the_headers_too(portal: FastAPI, visit: Visit) -> None:
    answers = [
        await visit("jonas").get("/nowhere"),
        await visit("jonas").request("TRACE", "/w/northwind/"),
        await visit("jonas").get("/w/northwind/orders/no-id"),
        await visit("jonas").get("/sign-in/verify"),
        await visit("jonas").get("/api/nowhere/at-all"),
        await visit("jonas").get("/static/no-such-file.css"),
    ]

    assert [answer.status_code for answer in answers] == [404, 405, 404, 404, 404, 404]
    for answer in answers:
        check_headers(answer)


def check_headers(answer: httpx.Response) -> None:
    path, headers = answer.request.url.path, answer.headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy, path
    assert "unsafe" not in policy, path
    assert "frame-ancestors 'none'" in policy, path
    assert headers["x-content-type-options"] == "nosniff", path
    assert headers["referrer-policy"] in ("same-origin", "no-referrer"), path
    assert headers["strict-transport-security"].startswith("max-age="), path
    assert headers["x-correlation-id"], path
    unchanging = answer.is_success and path.startswith(("/static/", "/brand-sample.css", "/logo/"))
    assert headers["cache-control"].startswith("public" if unchanging else "no-store"), path


async def test_an_unexpected_error_is_a_page_with_the_headers_too(portal: FastAPI, visit: Visit) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    portal.add_api_route("/broken", broken)

    answer = await visit("jonas").get("/broken")

    assert answer.status_code == 500
    assert "wrong on our side" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    check_headers(answer)


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, False),
        ({"Origin": ORIGIN}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://portal.larkspur.example.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ORIGIN.replace("https", "http")}, False),
        ({"Origin": ORIGIN + ":444"}, False),
        ({"Origin": ORIGIN + ":443"}, False),
        ({"Origin": ORIGIN + ":x"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN.replace("https", "http")}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({}, False),
    ],
)
async def test_a_form_of_another_site_changes_nothing(
    portal: FastAPI, fakes: FakeServices, headers: dict[str, str], passes: bool
) -> None:
    cookies = {COOKIE: SEAL.close(Browser(session=SECRET + "ana"))}
    transport = httpx.ASGITransport(portal)

    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as browser:
        answer = await browser.post("/sign-out", headers=headers)

    assert (answer.status_code == 303) is passes
    assert ("ana" not in fakes.sessions) is passes
    if not passes:
        assert answer.status_code == 403
        assert "<h1>This was sent from another site</h1>" in answer.text
        check_headers(answer)


@pytest.mark.parametrize(
    ("public_url", "origin", "passes"),
    [
        ("https://portal.larkspur.example:443/", "https://portal.larkspur.example", True),
        ("https://Portal.Larkspur.example", "https://portal.larkspur.example", True),
        ("https://portal.larkspur.example:8443", "https://portal.larkspur.example:8443", True),
        ("https://portal.larkspur.example:8443", "https://portal.larkspur.example", False),
        ("http://localhost:8000", "http://localhost:8000", True),
        ("http://localhost:8000", "https://localhost:8000", False),
        ("http://localhost:8000", "http://localhost", False),
    ],
)
async def test_scheme_host_and_port_are_those_of_the_public_url(
    fakes: FakeServices, public_url: str, origin: str, passes: bool
) -> None:
    """A page of the same host over plain http may have been changed on its way."""
    portal = build(settings(public_url=public_url), TransportSender(httpx.MockTransport(fakes)))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal), base_url=public_url) as browser:
        answer = await browser.post("/sign-out", headers={"Origin": origin})

    assert answer.status_code == (303 if passes else 403)


@pytest.mark.parametrize(
    "host", ["evil.example", "portal.larkspur.example.evil.example", "portal.larkspur.example:81", ""]
)
async def test_an_unknown_host_is_refused(portal: FastAPI, visit: Visit, host: str) -> None:
    """S17: links are made only from the public URL."""
    browser = visit()

    answer = await browser.get("/sign-in", headers={"Host": host})
    style = await browser.get(portal.state.static_files.url("app.css"), headers={"Host": host})

    assert answer.status_code == 400
    assert f'href="{ORIGIN}/"' in answer.text
    assert style.status_code == 200, "the page that says so looks like one"
    check_headers(answer)


async def test_forwarded_hosts_change_no_link(visit: Visit, fakes: FakeServices) -> None:
    """S17: links ignore X-Forwarded-Host."""
    spoofed = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    browser = visit("jonas", **spoofed)

    await browser.post(f"/w/northwind/billing/invoices/{INVOICES[0]['id']}/pay", data={"idempotency_key": "k" * 20})

    asked = fakes.sent("POST", "/api/billing/payments")
    assert asked[0]["return_url"] == f"{ORIGIN}/w/northwind/billing/invoices/{INVOICES[0]['id']}"


OPEN_REDIRECTS = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "@evil.example",
    "/%09/evil\t",
    "",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/ok\nLocation: https://evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
]


@pytest.mark.parametrize("wanted", OPEN_REDIRECTS)
async def test_sign_in_never_redirects_to_another_site(visit: Visit, wanted: str) -> None:
    """S18: no open redirect."""
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example", "return_to": wanted})

    answer = await browser.post("/sign-in/check", data={"code": "123456"})

    location = answer.headers["location"]
    assert httpx.URL(ORIGIN).join(location).host == "portal.larkspur.example"
    assert local_path(wanted) == location or location.startswith("/%09")


async def test_sign_in_redirects_to_a_path_of_this_site(visit: Visit) -> None:
    browser = visit()
    asked = await browser.get("/w/meridian/audit?action=x")
    await browser.get(asked.headers["location"])

    await browser.post("/sign-in", data={"address": "ana@meridian.example", "return_to": "/w/meridian/audit?action=x"})
    answer = await browser.post("/sign-in/check", data={"code": "123456"})

    assert "return_to=%2Fw%2Fmeridian%2Faudit" in asked.headers["location"]
    assert answer.headers["location"] == "/w/meridian/audit?action=x"


async def test_the_cookie_is_encrypted_and_only_for_this_host_over_https(visit: Visit) -> None:
    browser = visit()

    answer = await browser.post("/sign-in", data={"address": "ana@meridian.example"})

    name, _, rest = answer.headers["set-cookie"].partition("=")
    flags = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name.startswith("__Host-")
    assert {"path=/", "secure", "httponly", "samesite=lax"} <= flags
    assert "ana@meridian.example" not in answer.headers["set-cookie"]


async def test_a_cookie_that_was_tampered_with_signs_nobody_in(visit: Visit) -> None:
    browser = visit("ana")
    sealed = browser.cookies[COOKIE]
    browser.cookies.set(
        COOKIE, sealed[:-10] + ("A" if sealed[-10] != "A" else "B") + sealed[-9:], domain="portal.larkspur.example"
    )

    answer = await browser.get("/w/meridian/")

    assert answer.headers["location"].startswith("/sign-in")


async def test_signing_in_gives_the_browser_a_new_nonce(visit: Visit) -> None:
    """S35: links issued to the signed-out browser stop working."""
    browser = visit()
    await browser.post("/sign-in", data={"address": "ana@meridian.example"})
    before = remembered(browser).nonce

    await browser.post("/sign-in/check", data={"code": "123456"})

    assert remembered(browser).session == "session-of-ana-meridian"
    assert remembered(browser).nonce != before


def test_a_public_url_without_https_is_refused_except_on_ones_own_machine() -> None:
    assert isinstance(settings(public_url="http://localhost:8000"), Settings)

    with pytest.raises(ValueError, match="https"):
        settings(public_url="http://portal.larkspur.example")
