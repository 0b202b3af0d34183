"""Answers that the portal cannot read: their section says so, with a number that support finds in the logs."""

from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.harness.logs import captured_logs
from tests.portal.browsing import Visit
from tests.portal.business import SERVICES
from tests.portal.fake_services import FakeServices
from tests.portal.operations_answers import detail
from tests.portal.samples import ident

DEEP = '{"items": [{"configuration": ' + '{"a":' * 240 + "1" + "}" * 240 + '}], "next": null}'
SECRET = "something-that-was-answered"
UNREADABLE = {
    "another shape": httpx.Response(200, json={"items": [{"id": SECRET}], "next": None}),
    "no object": httpx.Response(200, json=[SECRET]),
    "no JSON": httpx.Response(200, text=f"<html>{SECRET}</html>"),
    "not UTF-8": httpx.Response(200, content=b'{"items": ["\xff"]}'),
    "nested too deeply": httpx.Response(200, text=DEEP),
    "nothing": httpx.Response(200),
    "a bug": httpx.Response(500, text=SECRET),
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_unreadable_answer_is_one_section_with_a_number_for_support(
    visit: Visit, fakes: FakeServices, answer: httpx.Response
) -> None:
    fakes.undocumented = {"/api/provisioning/services"}
    fakes.replies["GET", "/api/provisioning/services"] = answer
    number = str(uuid4())
    await visit("jonas").get("/w/northwind/")  # makes the documents of the fake services, which configures the logs

    with captured_logs() as lines:
        page = await visit("jonas").get("/w/northwind/", headers={"X-Correlation-Id": number})

    assert page.status_code == 200
    assert "Services cannot be shown." in page.text
    assert number in page.text
    assert "Outstanding" in page.text, "the other sections stand"
    assert noted(lines) == [("provisioning", number)]
    assert SECRET not in str(lines)
    assert SECRET not in page.text


def noted(lines: list[MutableMapping[str, Any]]) -> list[tuple[str, str]]:
    return [(line["asked"], line["correlation_id"]) for line in lines if line["event"] == "answer.unreadable"]


async def test_a_page_that_is_nothing_without_it_says_so(visit: Visit, fakes: FakeServices) -> None:
    path = f"/api/provisioning/orders/{ident('order')}"
    fakes.undocumented = {path}
    fakes.replies["GET", path] = httpx.Response(500)

    page = await visit("jonas").get(f"/w/northwind/orders/{ident('order')}")

    assert page.status_code == 502
    assert "<b>Order cannot be shown.</b>" in page.text
    assert page.headers["x-correlation-id"] in page.text
    assert 'id="history"' in page.text, "which the log has"


async def test_a_form_that_is_nothing_without_it_says_so(visit: Visit, fakes: FakeServices) -> None:
    path = f"/api/provisioning/services/{ident('service-1')}"
    fakes.undocumented = {path}
    fakes.replies["GET", path] = httpx.Response(500)

    page = await visit("jonas").get(f"/w/northwind/services/{ident('service-1')}/rename")

    assert page.status_code == 502
    assert "This cannot be shown" in page.text
    assert page.headers["x-correlation-id"] in page.text


@pytest.mark.parametrize("body", ["[]", '"no"', "", "{", '{"errors": null}'])
async def test_a_refusal_that_cannot_be_read_is_still_a_refusal(visit: Visit, fakes: FakeServices, body: str) -> None:
    path = f"/api/provisioning/orders/{ident('order')}"
    fakes.undocumented = {path}
    fakes.replies["GET", path] = httpx.Response(409, text=body)

    page = await visit("jonas").get(f"/w/northwind/orders/{ident('order')}")

    assert page.status_code == 409


async def test_a_service_whose_configuration_cannot_be_read_is_shown_with_the_others(
    visit: Visit, fakes: FakeServices
) -> None:
    broken = SERVICES[0] | {"configuration": None}
    listed = httpx.Response(200, json={"items": [broken, *SERVICES[1:]], "next": None})
    fakes.replies["GET", "/api/provisioning/services"] = listed
    fakes.replies["GET", f"/api/provisioning/services/{broken['id']}"] = httpx.Response(200, json=detail(broken))

    page = await visit("jonas").get("/w/northwind/services")
    alone = await visit("jonas").get(f"/w/northwind/services/{broken['id']}")

    assert all(each["display_name"] in page.text for each in SERVICES)
    assert "Cannot be read. Support can tell you" in alone.text
