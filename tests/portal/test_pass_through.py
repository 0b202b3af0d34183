"""/api/<service>/… for API clients: only a token identifies the caller."""

from uuid import uuid4

import httpx
import pytest

from services.portal.pass_through import REQUEST_HEADERS
from tests.contracts.openapi import SERVICES, operations
from tests.portal.browsing import Visit
from tests.portal.business import INVOICES
from tests.portal.fake_services import FakeServices


async def test_only_headers_that_a_service_may_trust_are_forwarded(visit: Visit, fakes: FakeServices) -> None:
    headers = {
        "Authorization": "Bearer token-of-jonas", "X-Portico-User": "root", "X-Remote-User": "root",
        "X-Forwarded-For": "10.0.0.1", "X-Forwarded-User": "root", "Forwarded": "for=10.0.0.1", "Cookie": "a=b",
    }  # fmt: skip

    answer = await visit("ana").get("/api/billing/invoices?limit=2", headers=headers)

    request = fakes.seen[-1]
    assert answer.status_code == 200
    assert str(request.url) == "http://billing.example/api/billing/invoices?limit=2"
    assert request.headers["authorization"] == "Bearer token-of-jonas"
    assert request.headers["x-forwarded-for"] == "203.0.113.7"
    assert not {"cookie", "forwarded", "x-forwarded-user", "x-portico-user", "x-remote-user"} & set(request.headers)


@pytest.mark.parametrize("service", SERVICES)
def test_every_header_that_an_endpoint_documents_is_forwarded(service: str) -> None:
    documented = {name for operation in operations(service) for name in operation.inputs("header")}

    assert documented <= REQUEST_HEADERS


@pytest.mark.parametrize("sent", [{"X-Correlation-ID": str(uuid4())}, {}])
async def test_the_callers_correlation_id_reaches_the_service(
    visit: Visit, fakes: FakeServices, sent: dict[str, str]
) -> None:
    answer = await visit().get("/api/billing/invoices?limit=2", headers=sent)

    [correlation] = answer.headers.get_list("x-correlation-id")
    assert fakes.seen[-1].headers["x-correlation-id"] == correlation
    assert correlation == sent.get("X-Correlation-ID", correlation)


async def test_the_browsers_cookie_gives_no_access_to_the_api(visit: Visit, fakes: FakeServices) -> None:
    await visit("ana").get("/api/billing/invoices/" + INVOICES[0]["id"])

    assert "authorization" not in fakes.seen[-1].headers


async def test_a_body_and_its_response_are_forwarded_unchanged(visit: Visit, fakes: FakeServices) -> None:
    path = "/api/identity/sessions/end"
    fakes.undocumented = {path}
    fakes.replies["POST", path] = httpx.Response(303, headers={"Location": "/somewhere", "Set-Cookie": "a=b"})

    answer = await visit().post(path, json={"a": 1}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/somewhere"
    assert "set-cookie" not in answer.headers
    assert fakes.sent("POST", path) == [{"a": 1}]


async def test_a_page_of_the_payment_gateway_keeps_its_own_policy(visit: Visit, fakes: FakeServices) -> None:
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'nonce-x'; frame-ancestors 'none'"}
    path = "/api/billing/simulated-gateway/secret"
    fakes.replies["GET", path] = httpx.Response(200, html="<h1>Pay</h1>", headers=policy)

    answer = await visit().get(path)

    assert answer.headers["content-security-policy"] == policy["Content-Security-Policy"]


async def test_no_such_service_and_one_that_is_down_are_problem_documents(visit: Visit, fakes: FakeServices) -> None:
    fakes.down = {"audit"}

    unknown = await visit().get("/api/nothing/here")
    down = await visit().get("/api/audit/entries")

    assert unknown.status_code == 404
    assert down.status_code == 503
    assert down.headers["retry-after"] == "2"
    assert down.headers["content-type"] == "application/problem+json"
