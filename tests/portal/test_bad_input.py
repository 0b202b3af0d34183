"""What no browser sends: bodies that are too large, characters that cannot be stored, addresses that lead elsewhere."""

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from services.portal.forms import IDEMPOTENCY_KEY
from shared.bodies import BODY_BYTES, IMAGE_BODY_BYTES
from tests.portal.browsing import ORIGIN, Visit
from tests.portal.business import PRODUCTS, SCHEMA
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.test_orders import ENTRIES, PATH

RATIO = {"type": "number", "title": "Ratio"}
WITH_A_RATIO = PRODUCTS[0] | {"configuration_schema": {**SCHEMA, "properties": SCHEMA["properties"] | {"ratio": RATIO}}}  # type: ignore[operator]


async def test_a_form_that_is_too_large_is_a_page_for_people_and_changes_nothing(
    visit: Visit, fakes: FakeServices
) -> None:
    answer = await visit("jonas").post(PATH, data=ENTRIES | {"display_name": "x" * BODY_BYTES})

    assert answer.status_code == 413
    assert "<h1>That did not work</h1>" in answer.text
    assert "more text than can be saved. Nothing was changed." in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert fakes.seen == []


async def test_a_body_for_a_service_has_the_limit_of_the_largest_that_any_takes(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.undocumented = {"/api/provisioning/products"}

    fits = await visit().post("/api/provisioning/products", content=b"x" * IMAGE_BODY_BYTES)
    larger = await visit().post("/api/provisioning/products", content=b"x" * (IMAGE_BODY_BYTES + 1))

    assert fits.status_code == 404
    assert len(fakes.seen) == 1
    assert larger.status_code == 413
    assert larger.headers["content-type"] == "application/problem+json"
    assert larger.json()["type"] == "/problems/body-too-large"


@pytest.mark.parametrize("path", ["/api/billing/invoices", "/sign-in"])
async def test_a_proxy_that_reports_no_ip_address_is_not_quoted(
    portal: FastAPI, fakes: FakeServices, path: str
) -> None:
    fakes.undocumented = {"/api/billing/invoices"}
    transport = httpx.ASGITransport(portal, client=("ünï\n", 1))

    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        answer = await client.post(path, data={"address": "ana@meridian.example"}, headers={"Origin": ORIGIN})

    assert answer.status_code < 500
    assert fakes.seen[-1].headers["x-forwarded-for"] == "unknown"


@pytest.mark.parametrize(
    "path", ["/api/billing/a%00b", "/api/billing/a%3Fb%23c", "/api/billing/a%2Fb?c=%00&d=%FF", "/api/billing/%E2%82%AC"]
)
async def test_an_address_reaches_the_service_as_it_was_sent(visit: Visit, fakes: FakeServices, path: str) -> None:
    fakes.undocumented = {httpx.URL(path).path}

    answer = await visit().get(path)

    assert answer.status_code == 404
    assert fakes.seen[-1].url.raw_path == path.encode()


@pytest.mark.parametrize("name", ["Authorization", "Idempotency-Key", "Content-Type", "X-Correlation-ID", "Cookie"])
async def test_a_header_outside_of_ascii_is_the_services_to_refuse(
    visit: Visit, fakes: FakeServices, name: str
) -> None:
    fakes.undocumented = {"/api/billing/invoices"}

    answer = await visit().get("/api/billing/invoices", headers={name: "Bearer ünïcode €".encode()})

    assert answer.status_code == 404
    assert len(fakes.seen) == 1


@pytest.mark.parametrize("path", ["/w/%00/", "/w/northwind/orders/new/%00", "/w/northwind/orders/new/a%3Fb", "/%00",
                                  "/w/northwind/orders/%00", "/static/%00", "/w/northwind/orders/new/..",
                                  "/sign-in?return_to=%00", "/w/northwind/services?cursor=%00"])  # fmt: skip
@pytest.mark.parametrize("who", [None, "jonas"])
async def test_no_address_is_a_mistake_of_ours(visit: Visit, fakes: FakeServices, path: str, who: str | None) -> None:
    for product in ("\0", "a?b"):
        fakes.undocumented |= {f"/api/provisioning/products/{product}"}
    fakes.undocumented |= {"/api/provisioning/"}

    answer = await visit(who).get(path)

    assert answer.status_code < 500
    assert [seen.url.query for seen in fakes.seen if seen.url.path == "/api/provisioning/products/a"] == []


@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity", "1e999", "9" * 30, "9" * 5000, "\0", "\ud800", "٣"])
async def test_whatever_is_typed_for_a_number_is_provisionings_to_judge(
    visit: Visit, fakes: FakeServices, value: str
) -> None:
    entries = {"configuration.term_months": value, "configuration.ratio": value, "configuration.vlan_name": value}
    entries |= {"plan_version_id": ident("plan-1"), "display_name": value}
    body = urlencode({name: text.encode("utf-8", "surrogatepass") for name, text in entries.items()})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    fakes.undocumented = {"/api/provisioning/order-checks", "/api/provisioning/products/port"}
    fakes.replies["GET", "/api/provisioning/products/port"] = httpx.Response(200, json=WITH_A_RATIO)

    answer = await visit("jonas").post(PATH, content=body, headers=form, follow_redirects=True)

    assert answer.status_code == 404, "the fake's answer to a check"
    assert fakes.sent("POST", "/api/provisioning/order-checks")[0]["configuration"].keys() >= {"ratio", "term_months"}


async def test_a_key_that_no_header_can_hold_is_replaced(visit: Visit, fakes: FakeServices) -> None:
    for key in ("short", "ünïcode-key", "two words of it", "x" * 300, "line\r\nX-User: root"):
        await visit("jonas").post(
            f"/w/northwind/billing/invoices/{ident('invoice-1')}/pay", data={"idempotency_key": key}
        )

        sent = fakes.seen[-1].headers["idempotency-key"]
        assert sent != key
        assert IDEMPOTENCY_KEY.fullmatch(sent)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "application/json", "ünï"])
async def test_a_form_that_is_none_is_refused_or_empty(visit: Visit, kind: str) -> None:
    answer = await visit().post("/sign-in", content=b"\xff\x00\r\n--x", headers={"Content-Type": kind.encode()})

    assert answer.status_code in (400, 422)
    assert "<h1>" in answer.text


async def test_an_answer_that_cannot_be_read_makes_its_section_unavailable_and_not_the_page(
    visit: Visit, fakes: FakeServices
) -> None:
    nested: Any = "x"
    for _ in range(240):
        nested = {"a": nested}
    fakes.undocumented = {"/api/provisioning/services"}
    fakes.replies["GET", "/api/provisioning/services"] = httpx.Response(
        200, json={"items": [{"configuration": nested}], "next": None}
    )

    answer = await visit("jonas").get("/w/northwind/")

    assert answer.status_code == 200
    assert "<b>Services cannot be shown.</b>" in answer.text
