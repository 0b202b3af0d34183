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
from tests.portal.browsing import Visit
from tests.portal.business import PRODUCTS, SCHEMA, SERVICES
from tests.portal.fake_services import FakeServices, problem
from tests.portal.operations_answers import detail
from tests.portal.samples import ident

PATH = "/w/northwind/orders/new/port"
ORDER = f"/api/provisioning/orders/{ident('order')}"
ENTRIES = {
    "plan_version_id": ident("plan-1"), "quantity": "2", "configuration.speed_gbps": "10",
    "configuration.site": "AMS-01", "configuration.term_months": "24", "configuration.macsec": "true",
    "display_name": "Port to the warehouse",
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


async def test_a_role_that_may_not_order_sees_the_catalogue_only(visit: Visit) -> None:
    page = (await visit("rosa").get("/w/northwind/orders/new")).text

    assert "Your role may look at the catalogue" in page
    assert "Look at it" in page
    assert "Configure" not in page


@pytest.mark.parametrize(("who", "base", "customers"), [
    ("lars", "/w/larkspur", "/provider/larkspur/customers"), ("ana", "/w/meridian", "/partner/meridian/customers"),
])  # fmt: skip
async def test_a_seller_is_offered_no_order_and_told_where_to_place_one(
    visit: Visit, fakes: FakeServices, who: str, base: str, customers: str
) -> None:
    browser = visit(who)
    pages = [(await browser.get(f"{base}/{each}")).text for each in ("", "services", "orders")]
    catalogue, form = [(await browser.get(f"{base}/orders/new{each}")).text for each in ("", "/port")]
    german = (await visit(who, **{"Accept-Language": "de-DE"}).get(f"{base}/orders/new")).text

    for page in pages:
        assert "orders/new" not in page
    for page in (catalogue, form):
        assert "Orders are placed for a customer: open it under Customers." in page
        assert f'href="{customers}"' in page
    assert "Review the order" not in form
    assert "Bestellt wird für einen Kunden" in german


async def test_what_a_seller_sends_anyway_is_refused_in_words(visit: Visit, fakes: FakeServices) -> None:
    path = "/w/larkspur/orders/new/port"
    fakes.replies["POST", "/api/provisioning/order-checks"] = problem(409, "ordered-for-customers", "Not here.")
    browser = visit("lars")

    kept = await browser.post(path, data=ENTRIES)
    review = await browser.get(kept.headers["location"])
    page = await browser.get(review.headers["location"])

    assert "Open the customer under Customers, and order there." in page.text


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


async def test_the_fields_of_a_product_are_read_once_per_version(visit: Visit, fakes: FakeServices) -> None:
    browser, path = visit("jonas"), f"/w/northwind/services/{ident('service-1')}"
    pages = [await browser.get(path), await browser.get(f"/w/northwind/orders/{ident('order')}")]
    before = fakes.reads("/api/provisioning/products/port")

    changed = detail(SERVICES[0]) | {"product": SERVICES[0]["product"] | {"version": 2}}
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
