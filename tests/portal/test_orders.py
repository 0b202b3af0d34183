"""From the catalogue to the live steps of an order."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from deploy.waiting import eventually
from services.portal.configuration import configuration_of
from services.portal.forms import Form
from services.portal.live import LOOK_AGAIN_SECONDS, Drawing, Live
from services.portal.product_fields import fields_of
from tests.portal.answering import refused_fields
from tests.portal.browsing import Visit
from tests.portal.business import PRODUCTS, SCHEMA, SERVICES
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident

PATH = "/w/northwind/orders/new/port"
ORDER = f"/api/provisioning/orders/{ident('order')}"
ENTRIES = {
    "plan_version_id": ident("plan-1"), "configuration.speed_gbps": "10", "configuration.site": "AMS-01",
    "configuration.term_months": "24", "configuration.macsec": "true", "display_name": "Port to the warehouse",
}  # fmt: skip


@pytest.mark.rule("K7")
async def test_the_form_is_generated_from_the_products_schema(visit: Visit) -> None:
    page = (await visit("jonas").get(PATH)).text

    assert re.search(r'<option value="10"\s+selected>10 Gbps', page)
    assert re.search(r'<option value="FRA-02"\s+selected>', page)
    assert re.search(r'name="configuration.term_months"[^>]*value="12"', page)
    assert 'max="60"' in page
    assert 'maxlength="32"' in page
    assert 'role="switch"' in page
    assert "$500.00" in page


async def test_an_order_is_reviewed_and_placed_without_javascript(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("tom-on-behalf")

    review = await browser.post(PATH, data=ENTRIES | {"step": "review"})
    key = re.search(r'name="idempotency_key" value="([^"]+)"', review.text)
    assert key
    placed = await browser.post(PATH, data=ENTRIES | {"step": "place", "idempotency_key": key[1]})
    page = await browser.get(placed.headers["location"])

    assert "10 Gbps" in review.text
    assert "15 days after provisioning" in review.text
    request = next(each for each in fakes.seen if each.method == "POST" and each.url.path == "/api/provisioning/orders")
    assert request.headers["idempotency-key"] == key[1]
    assert fakes.sent("POST", "/api/provisioning/orders")[0] == {
        "product_id": ident("port"), "plan_version_id": ident("plan-1"), "display_name": "Port to the warehouse",
        "configuration": {"speed_gbps": 10, "site": "AMS-01", "term_months": 24, "macsec": True},
    }  # fmt: skip
    assert "Order ORD-1042 is placed." in page.text
    assert "Show the newest state" in page.text


async def test_going_back_keeps_every_entry(visit: Visit) -> None:
    page = (await visit("jonas").post(PATH, data=ENTRIES | {"step": "configure"})).text

    assert re.search(r'<option value="AMS-01"\s+selected>', page)
    assert re.search(r'name="configuration.term_months"[^>]*value="24"', page)
    assert re.search(r'name="configuration.macsec"[^>]*checked', page)


async def test_a_refusal_of_provisioning_is_shown_at_its_field_and_the_entries_stay(visit: Visit) -> None:
    entries = ENTRIES | {"configuration.speed_gbps": "400", "step": "place", "idempotency_key": "k" * 20}

    answer = await visit("jonas").post(PATH, data=entries)

    assert answer.status_code == 422
    assert re.search(
        r'id="configuration.speed_gbps-about">.*?This does not fit the other entries\.', answer.text, re.DOTALL
    )
    assert re.search(r'<option value="400"\s+selected>', answer.text)
    assert 'value="24"' in answer.text


@pytest.mark.rule("D22")
async def test_an_order_that_could_not_be_confirmed_is_sent_again_with_the_same_key(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.replies["POST", "/api/provisioning/orders"] = problem(503, "unavailable", "The database does not answer.")

    answer = await visit("jonas").post(PATH, data=ENTRIES | {"step": "place", "idempotency_key": "key-of-this-order"})

    assert answer.status_code == 503
    assert 'value="key-of-this-order"' in answer.text
    assert "placed once only" in answer.text


async def test_a_role_that_may_not_order_sees_the_catalogue_only(visit: Visit) -> None:
    page = (await visit("rosa").get("/w/northwind/orders/new")).text

    assert "Your role may look at the catalogue" in page
    assert "Look at it" in page
    assert "Configure" not in page


def test_a_field_may_refer_to_a_definition_of_its_schema_and_add_to_it() -> None:
    sites = {"title": "Site", "enum": [1, 2], "default": 2}
    refers = {"$ref": "#/$defs/site", "title": "First site"}
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/x~1y"}}, "$defs": {"x/y": refers, "site": sites}}

    [field] = fields_of(schema)

    assert (field.label, field.control, field.default, field.options) == (
        "First site",
        "select",
        "2",
        [("1", "1"), ("2", "2")],
    )
    assert configuration_of(Form({"configuration.a": "2"}), schema) == {"a": 2}


async def test_a_pattern_stays_on_the_server_which_says_what_is_needed(visit: Visit, fakes: FakeServices) -> None:
    vlan = {"title": "VLAN name", "description": "Small letters.", "type": "string", "pattern": "^([a-z]+-?)+$"}
    fakes.replies["GET", "/api/provisioning/products/port"] = with_schema({"properties": {"vlan_name": vlan}})
    fakes.replies["POST", "/api/provisioning/orders"] = refused_fields(configuration__vlan_name="wrong_form")

    page = await visit("jonas").get(PATH)
    refused = await visit("jonas").post(PATH, data=ENTRIES | {"configuration.vlan_name": "!", "step": "place"})

    assert "pattern" not in page.text
    assert "Small letters." in page.text
    assert refused.status_code == 422
    assert "This does not have the form that is needed. Small letters." in refused.text


async def test_a_product_whose_schema_cannot_be_read_is_shown_without_its_form(
    visit: Visit, fakes: FakeServices
) -> None:
    for schema in (None, {"properties": {"a": {"$ref": "#/properties/a"}}}, {"properties": {"a": 1}}):
        fakes.replies["GET", "/api/provisioning/products/port"] = with_schema(schema)

        page = await visit("jonas").get(PATH)
        order = await visit("jonas").post(PATH, data=ENTRIES | {"step": "place"})
        service = await visit("jonas").get(f"/w/northwind/services/{ident('service-1')}")

        assert (page.status_code, order.status_code, service.status_code) == (200, 502, 200)
        assert "What can be configured cannot be shown." in page.text
        assert page.headers["x-correlation-id"] in page.text
        assert "Speed gbps" in service.text, "without the labels of its schema"
    assert fakes.sent("POST", "/api/provisioning/orders") == []


async def test_the_fields_of_a_product_are_read_once_per_version(visit: Visit, fakes: FakeServices) -> None:
    browser, path = visit("jonas"), f"/w/northwind/services/{ident('service-1')}"
    pages = [await browser.get(path), await browser.get(f"/w/northwind/orders/{ident('order')}")]
    before = fakes.reads("/api/provisioning/products/port")

    changed = SERVICES[0] | {"product": SERVICES[0]["product"] | {"version": 2}}
    fakes.replies["GET", f"/api/provisioning/services/{ident('service-1')}"] = httpx.Response(200, json=changed)
    speed = {"title": "Rate", "type": "integer"}
    fakes.replies["GET", "/api/provisioning/products/port"] = with_schema({"properties": {"speed_gbps": speed}}, 2)
    pages.append(await browser.get(path))

    assert (before, fakes.reads("/api/provisioning/products/port")) == (1, 2)
    assert [("10 Gbps" in page.text, "Rate" in page.text) for page in pages] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip


def with_schema(schema: Any, version: int = 1) -> httpx.Response:
    return httpx.Response(200, json=PRODUCTS[0] | {"configuration_schema": schema, "version": version})


def test_the_forms_texts_are_converted_to_the_schemas_types() -> None:
    form = Form({"configuration.speed_gbps": "100", "configuration.site": "LON-03", "configuration.term_months": "x"})

    configuration = configuration_of(form, SCHEMA)

    assert configuration == {"speed_gbps": 100, "site": "LON-03", "term_months": "x", "macsec": False}


def test_each_kind_of_property_gets_its_control() -> None:
    controls = {field.name: field.control for field in fields_of(SCHEMA)}

    assert list(controls.values()) == ["select", "select", "number", "text", "switch"]


async def test_a_stream_sends_the_current_state_then_changes_and_ends(
    portal: FastAPI, visit: Visit, fakes: FakeServices
) -> None:
    live: Live = portal.state.runtime.live
    streaming = asyncio.create_task(visit("jonas").get(f"/w/northwind/orders/{ident('order')}/events"))
    for reads, step in enumerate((2, 4), 1):
        await eventually(lambda reads=reads: fakes.reads(ORDER) == reads, seconds=LOOK_AGAIN_SECONDS / 2)
        fakes.order_step = step
        live.wake(ident("northwind"))

    answer = await asyncio.wait_for(streaming, LOOK_AGAIN_SECONDS / 2)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    done = [int(found) for found in re.findall(r"(\d) of 4 steps done", answer.text)]
    assert done == [1, 2, 4]
    assert answer.text.rstrip().endswith("event: done\ndata: done")


async def test_a_stream_survives_a_service_that_is_down_for_a_moment() -> None:
    live = Live(None)
    drawings = iter([Drawing("one"), Drawing(None), Drawing("one"), Drawing("two", final=True)])

    async def draw() -> Drawing:
        live.wake("workspace")
        return next(drawings)

    sent = [message async for message in live.messages("workspace", draw)]

    assert [each for each in sent if each.startswith("data:")] == ["data: one\n\n", "data: two\n\n"]


@pytest.mark.rule("D14")
async def test_a_stream_ends_when_access_has_ended_and_the_next_click_says_why(
    visit: Visit, fakes: FakeServices
) -> None:
    session = fakes.sessions["tom-on-behalf"]
    browser = visit("tom-on-behalf")
    streaming = asyncio.create_task(
        browser.get(f"/w/northwind/orders/{ident('order')}/events", headers={"Sec-Fetch-Mode": "cors"})
    )
    await eventually(lambda: fakes.reads(ORDER) == 1, "the stream is open")
    session.acting, session.role = "meridian", "member"
    session.ended = {"reason": "revoked", "workspace_display_name": "Northwind Logistics"}

    live = await asyncio.wait_for(streaming, 12)
    click = await browser.get("/w/northwind/orders")

    assert "Your access to Northwind Logistics has ended." in live.text
    assert click.status_code == 403
    assert "taken your access away" in click.text
