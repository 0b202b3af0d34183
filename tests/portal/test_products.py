"""The catalogue for the provider's staff: products, their form with its builder, its preview, and withdrawal."""

import html
import json
import re
from typing import Any

import httpx
import pytest

from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.business import PLANS
from tests.portal.fake_services import FakeServices

PRODUCTS = "/provider/larkspur/products"
ENTRY = {
    "display_name": "Colour box", "description": "A box.", "key": "box", "kind": "asset", "counting": "",
    "driver": "simulator", "driver_options": '{"step_seconds": 1}', "billing_delay_days": "", "max_quantity": "5",
    "view": "form", "closed": "true", "rows": "2",
    "field-0-name": "colour", "field-0-title": "Colour", "field-0-type": "choice", "field-0-required": "true",
    "field-0-choices": "red | Red\nblue", "field-1-name": "height", "field-1-type": "integer",
    "field-1-minimum": "1", "field-1-maximum": "20", "field-1-default": "3",
}  # fmt: skip


def values_in(text: str) -> dict[str, str]:
    """The values of the inputs and text areas of a page."""
    inputs = dict(re.findall(r'<input[^>]*?name="([^"]+)"\s+value="([^"]*)"', text))
    areas = dict(re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', text))
    selects = dict(re.findall(r'<select[^>]*?name="([^"]+)".*?<option value="([^"]*)" selected', text, re.S))
    switch = r'type="checkbox"\s+role="switch"\s+id="[^"]+"\s+name="([^"]+)"\s+value="true"\s+checked'
    found = inputs | areas | selects | dict.fromkeys(re.findall(switch, text), "true")
    return {name: html.unescape(value) for name, value in found.items()}


@pytest.mark.rule("I2")
async def test_staff_find_products_by_their_state(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.withdrawn = {"port", "metal-m4"}

    usual = (await staff.get(PRODUCTS)).text
    retired = (await staff.get(PRODUCTS, params={"state": "retired"})).text

    assert f'href="{PRODUCTS}/port"' in usual
    assert "Withdrawn" in usual
    assert "Metal M4" not in usual
    assert "Metal M4" in retired
    assert f'href="{PRODUCTS}/new"' in usual


async def test_a_product_has_a_page_with_its_services_plans_and_history(staff: httpx.AsyncClient) -> None:
    text = (await staff.get(f"{PRODUCTS}/port")).text

    for said in ("Dedicated port", "1 Gbps, 10 Gbps", "$500.00", "12", "simulator", "History", "Withdraw from sale"):
        assert said in text


@pytest.mark.rule("K7")
async def test_a_product_is_published_as_it_was_entered(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    answer = await staff.post(f"{PRODUCTS}/new", data=ENTRY | {"act": "save", "needs_acknowledgement": "true"})

    [sent] = fakes.sent("POST", "/api/provisioning/products")
    assert answer.headers["location"] == f"{PRODUCTS}/box"
    assert sent["configuration_schema"] == {
        "type": "object",
        "properties": {
            "colour": {"title": "Colour", "type": "string",
                       "oneOf": [{"const": "red", "title": "Red"}, {"const": "blue"}]},
            "height": {"type": "integer", "minimum": 1, "maximum": 20, "default": 3},
        },
        "required": ["colour"],
        "additionalProperties": False,
    }  # fmt: skip
    assert (sent["max_quantity"], sent["billing_delay_days"], sent["needs_acknowledgement"]) == (5, None, True)
    assert (sent["driver"], sent["driver_options"]) == ("simulator", {"step_seconds": 1})


@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("add", ["colour", "height", ""]), ("remove-0", ["height"]), ("up-1", ["height", "colour"]),
        ("down-0", ["height", "colour"]), ("up-0", ["colour", "height"]), ("down-7", ["colour", "height"]),
        ("nonsense", ["colour", "height"]),
    ],
)  # fmt: skip
async def test_buttons_build_the_fields_and_lose_nothing(
    staff: httpx.AsyncClient, fakes: FakeServices, act: str, names: list[str]
) -> None:
    text = (await staff.post(f"{PRODUCTS}/new", data=ENTRY | {"act": act})).text

    values = values_in(text)
    assert [values[f"field-{n}-name"] for n in range(int(values["rows"]))] == names
    assert (values["display_name"], values["description"], values["max_quantity"]) == ("Colour box", "A box.", "5")
    assert fakes.sent("POST", "/api/provisioning/products") == []


async def test_the_fields_become_json_and_fields_again(staff: httpx.AsyncClient) -> None:
    as_json = values_in((await staff.post(f"{PRODUCTS}/new", data=ENTRY | {"act": "as-json"})).text)
    schema = as_json["configuration_schema"]
    back = ENTRY | {"view": "json", "configuration_schema": schema, "act": "as-form", "rows": "0"}
    again = values_in((await staff.post(f"{PRODUCTS}/new", data=back)).text)

    assert list(json.loads(schema)["properties"]) == ["colour", "height"]
    assert (again["view"], again["rows"], again["field-1-maximum"]) == ("form", "2", "20")


@pytest.mark.rule("K7")
async def test_a_schema_with_rules_is_changed_as_json_and_the_page_says_so(staff: httpx.AsyncClient) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "boolean"}}, "allOf": [{"description": "No."}]}
    entry = ENTRY | {"view": "json", "configuration_schema": json.dumps(schema), "act": "as-form"}

    text = (await staff.post(f"{PRODUCTS}/new", data=entry)).text

    assert "This schema has parts that the form cannot show" in text
    assert "Show as a form" not in text
    assert values_in(text)["view"] == "json"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"field-0-name": "no name"}, "Letters, digits and underscores are possible"),
        ({"field-1-name": "colour"}, "Another field has this name."),
        ({"field-1-minimum": "21"}, "This is less than the least."),
        ({"field-1-default": "many"}, "This does not have the form that is needed."),
        ({"field-0-choices": ""}, "Enter a choice per line."),
        ({"field-0-pattern": "a"}, "Fields of this type have none."),
        ({"max_quantity": "a few"}, "Enter a whole number."),
        ({"counting": "hosted"}, "Cloud connections need one, and nothing else has one."),
        ({"kind": "cloud_connection"}, "Cloud connections need one, and nothing else has one."),
        ({"driver_options": '{\n "a" 1}'}, "Line 2, column 6: this is not valid JSON."),
        ({"driver_options": "[]"}, "This has to be an object in braces."),
        ({"driver_options": '{"a": 1, "a": 2}'}, "The name a is there twice in one object."),
        ({"driver_options": '{\n\t"nothing": 1}'}, "Line 2, column 2: This cannot be entered here."),
        ({"key": "port"}, "Another product has this key. Choose another one."),
        ({"field-1-type": "text", "field-1-default": "", "field-1-pattern": "(?=a)"}, "This is not a pattern that can"),
        (
            {"view": "json", "configuration_schema": '{"type": "object",\n "properties": {"a": {"pattern": "(?=a)"}}}'},
            "Line 2, column 23: This is not a pattern that can",
        ),
    ],
)
async def test_what_is_refused_is_said_at_its_entry_and_nothing_is_lost(
    staff: httpx.AsyncClient, change: dict[str, str], said: str
) -> None:
    answer = await staff.post(f"{PRODUCTS}/new", data=ENTRY | change | {"act": "save"})

    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert 'value="Colour box"' in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.rule("K7")
async def test_the_preview_is_the_order_form_and_nothing_is_published(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    text = (await staff.post(f"{PRODUCTS}/new", data=ENTRY | {"act": "preview"})).text
    back = values_in(text) | {"act": "edit"}
    again = values_in((await staff.post(f"{PRODUCTS}/new", data=back)).text)

    for said in ("Colour box", 'name="configuration.colour"', ">Red<", "From 1 to 20.", 'name="quantity"'):
        assert said in text
    assert fakes.sent("POST", "/api/provisioning/products") == []
    assert (again["field-1-name"], again["field-1-maximum"], again["key"]) == ("height", "20", "box")


async def test_a_product_is_changed_in_the_same_form(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    shown = values_in((await staff.get(f"{PRODUCTS}/port/edit")).text)
    change = shown | {"display_name": "Port, new", "key": "another", "kind": "node", "act": "save"}

    answer = await staff.post(f"{PRODUCTS}/port/edit", data=change)

    [sent] = fakes.sent("PUT", "/api/provisioning/products/port")
    assert answer.headers["location"] == f"{PRODUCTS}/port"
    assert sent["display_name"] == "Port, new"
    assert list(sent["configuration_schema"]["properties"]) == [
        "speed_gbps", "site", "term_months", "vlan_name", "macsec",
    ]  # fmt: skip
    assert "key" not in sent


@pytest.mark.rule("I2")
async def test_a_withdrawal_is_asked_about_and_undone(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    asked = (await staff.get(f"{PRODUCTS}/port/withdraw")).text
    assert fakes.withdrawn == set()
    await staff.post(f"{PRODUCTS}/port/withdraw")
    withdrawn = (await staff.get(f"{PRODUCTS}/port")).text
    await staff.post(f"{PRODUCTS}/port/offer")
    offered = (await staff.get(f"{PRODUCTS}/port")).text

    assert "12 services of customers are of this product." in asked
    assert "Offer again" in withdrawn
    assert "Withdraw from sale" not in withdrawn
    assert "Withdraw from sale" in offered


async def test_who_may_not_change_the_catalogue_sees_what_is_offered(visit: Visit) -> None:
    browser = visit("lars-support")

    listed = await browser.get(PRODUCTS)
    page = await browser.get(f"{PRODUCTS}/port")

    assert "Dedicated port" in listed.text
    assert "New product" not in listed.text
    assert page.status_code == 403


@pytest.mark.rule("I2")
async def test_an_order_of_a_withdrawn_product_is_refused_in_words(visit: Visit, fakes: FakeServices) -> None:
    refusal = problem(409, "product-no-longer-offered", "It was withdrawn.")
    fakes.replies["POST", "/api/provisioning/order-checks"] = refusal
    browser = visit("jonas")
    plan: dict[str, Any] = {"configuration.speed_gbps": "10", "configuration.site": "FRA-02", "quantity": "1"}

    sent = await browser.post(
        "/w/northwind/orders/new/port", data=plan | {"plan_version_id": PLANS[0]["plan_version_id"]}
    )
    answer = await browser.get(sent.headers["location"])
    shown = await browser.get(answer.headers["location"])

    assert "This product was withdrawn and cannot be ordered any more." in shown.text
