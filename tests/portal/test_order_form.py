"""The order form: the price beside it, the quantity, and the fields in the order of the schema."""

import re

import httpx

from tests.portal.answering import refused_fields
from tests.portal.browsing import Visit
from tests.portal.business import SERVICES
from tests.portal.business import order as order_at
from tests.portal.fake_services import FakeServices, problem
from tests.portal.operations_answers import detail
from tests.portal.samples import ident
from tests.portal.test_ordering import CHECKS, ORDERS, WANTED, review
from tests.portal.test_orders import PATH, with_schema


async def test_the_price_follows_plan_and_quantity_with_and_without_script(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    entered = {"plan_version_id": ident("plan-2"), "quantity": "2", "configuration.site": "LON-03"}

    updated = await browser.get(PATH, params=entered)
    part = await browser.get(f"{PATH}/price", params=entered, headers={"HX-Request": "true"})
    nothing = await browser.get(f"{PATH}/price", params={"quantity": "many"}, headers={"HX-Request": "true"})

    assert "$12,960.00" in part.text
    assert "<html" not in part.text
    assert "$12,960.00" in updated.text
    assert re.search(r'<option value="LON-03"\s+selected>', updated.text), "other entries stay"
    assert "Please check your entries" not in updated.text
    assert "Choose a plan and a quantity." in nothing.text
    assert fakes.sent("POST", CHECKS) == []


async def test_a_price_that_is_not_available_hides_nothing_else(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", "/api/billing/price-previews"] = problem(503, "unavailable", "Not now.")

    page = await visit("jonas").get(PATH)

    assert page.status_code == 200
    assert "The price cannot be shown just now." in page.text
    assert "Review the order" in page.text


async def test_a_product_of_which_one_order_has_one_asks_for_no_quantity(visit: Visit, fakes: FakeServices) -> None:
    single = with_schema({"properties": {}}).json() | {"max_quantity": 1}
    fakes.replies["GET", "/api/provisioning/products/port"] = httpx.Response(200, json=single)

    form = await visit("jonas").get(PATH)
    await review(visit("jonas"), quantity="7")

    assert 'name="quantity"' not in form.text
    assert fakes.sent("POST", CHECKS)[0]["quantity"] == 1


async def test_a_pattern_stays_on_the_server_which_says_what_is_needed(visit: Visit, fakes: FakeServices) -> None:
    vlan = {"title": "VLAN name", "description": "Small letters.", "type": "string", "pattern": "^([a-z]+-?)+$"}
    fakes.replies["GET", "/api/provisioning/products/port"] = with_schema({"properties": {"vlan_name": vlan}})
    fakes.replies["POST", CHECKS] = refused_fields(configuration__vlan_name="wrong_form")

    page = await visit("jonas").get(PATH)
    refused = await review(visit("jonas"), **{"configuration.vlan_name": "!"})

    assert "pattern" not in page.text
    assert "Small letters." in page.text
    assert "This does not have the form that is needed. Small letters." in refused.text


async def test_a_product_whose_schema_cannot_be_read_is_shown_without_its_form(
    visit: Visit, fakes: FakeServices
) -> None:
    for schema in (None, {"properties": {"a": {"$ref": "#/properties/a"}}}, {"properties": {"a": 1}}):
        fakes.replies["GET", "/api/provisioning/products/port"] = with_schema(schema)

        page = await visit("jonas").get(PATH)
        order = await review(visit("jonas"))
        service = await visit("jonas").get(f"/w/northwind/services/{ident('service-1')}")

        assert (page.status_code, order.status_code, service.status_code) == (200, 502, 200)
        assert "What can be configured cannot be shown." in page.text
        assert page.headers["x-correlation-id"] in page.text
        assert "Speed gbps" in service.text, "without the labels of its schema"
    assert fakes.sent("POST", ORDERS) == []


async def test_fields_stand_in_the_order_of_the_schema_on_every_page(visit: Visit, fakes: FakeServices) -> None:
    labels = ["Speed", "Site", "Term in months", "Encrypt with MACsec"]
    browser = visit("jonas")
    service, order = ident("service-1"), ident("order")
    as_jsonb_sorts = {"configuration": dict(sorted(WANTED["configuration"].items()))}  # type: ignore[attr-defined]
    for path, whole in ((f"services/{service}", detail(SERVICES[0])), (f"orders/{order}", order_at(1))):
        fakes.replies["GET", f"/api/provisioning/{path}"] = httpx.Response(200, json=whole | as_jsonb_sorts)

    pages = [
        await browser.get(PATH),
        await review(browser),
        await browser.get(f"/w/northwind/services/{service}"),
        await browser.get(f"/w/northwind/orders/{order}"),
    ]

    for page in pages:
        main = page.text[page.text.index("<main") :]
        places = [re.search(rf">{label}\s*<", main).start() for label in labels]  # type: ignore[union-attr]
        assert places == sorted(places), page.url
