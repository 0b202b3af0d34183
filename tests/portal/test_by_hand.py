"""What people do: customers say for when they want it, see what is planned, and have it moved and collected."""

import re

import httpx
import pytest

from tests.portal.agreeing_answers import cancel_order, change_order
from tests.portal.browsing import Visit
from tests.portal.business import SERVICES
from tests.portal.business import order as order_at
from tests.portal.fake_services import FakeServices, problem
from tests.portal.locations_answers import BERLIN, COLOGNE
from tests.portal.operations_answers import detail
from tests.portal.samples import ident, on
from tests.portal.test_ordering import ORDERS, review
from tests.portal.test_orders import PATH, with_schema

SERVICE = ident("service-1")
HERE, API = f"/w/northwind/services/{SERVICE}", f"/api/provisioning/services/{SERVICE}"
CHANGES, CANCELLATIONS = "/api/provisioning/changes", "/api/provisioning/cancellations"


@pytest.fixture
def product(fakes: FakeServices) -> None:
    """The product that can be ordered is done by hand."""
    whole = with_schema({"properties": {}}).json() | {"by_hand": True}
    fakes.replies["GET", "/api/provisioning/products/port"] = httpx.Response(200, json=whole)


@pytest.fixture
def gateway(fakes: FakeServices) -> None:
    """An asset in Berlin."""
    fakes.have_locations()
    place = {"id": BERLIN["id"], "display_name": "Berlin office"}
    service = detail(SERVICES[0]) | {
        "kind": "asset", "display_name": "Edge gateway", "by_hand": True, "location": place,
        "bill_group_id": BERLIN["bill_group_id"], "serial_numbers": ["EG-77310"], "condition": "good",
        "photo_digest": "ab" * 32,
    }  # fmt: skip
    fakes.replies["GET", API] = httpx.Response(200, json=service)


@pytest.mark.rule("L14")
async def test_an_order_says_for_when_and_what_is_wished(visit: Visit, fakes: FakeServices, product: None) -> None:
    browser = visit("jonas")
    form = (await browser.get(PATH)).text
    reviewed = await review(browser, wanted_on=on(9), wish="Ring at the back door")
    await browser.post(f"{PATH}/review", data={"draft": re.findall(r'name="draft" value="([^"]+)"', reviewed.text)[0]})

    assert re.search(r'name="wanted_on"[^>]*type="date"', form)
    assert "Ring at the back door" in reviewed.text
    [ordered] = fakes.sent("POST", ORDERS)
    assert (ordered["wanted_on"], ordered["message"]) == (on(9), "Ring at the back door")


async def test_what_is_not_done_by_hand_has_no_day(visit: Visit) -> None:
    assert "wanted_on" not in (await visit("jonas").get(PATH)).text


async def test_a_day_that_is_not_possible_is_said_at_its_field(
    visit: Visit, fakes: FakeServices, product: None
) -> None:
    wrong = {"errors": [{"pointer": "/wanted_on", "code": "not_that_day", "detail": "x"}]}
    fakes.replies["POST", "/api/provisioning/order-checks"] = problem(422, "not-wanted-then", "Choose.", **wrong)

    page = await review(visit("jonas"), wanted_on=on(-9))

    assert "Choose a day from today on, within a year." in page.text
    assert 'id="wanted_on-about"' in page.text


@pytest.mark.rule("L14")
async def test_the_page_of_an_order_says_what_is_planned(visit: Visit, fakes: FakeServices) -> None:
    path = f"/api/provisioning/orders/{ident('order')}"
    whole = order_at(1) | {"by_hand": True, "message": "Ring", "wanted_on": on(9), "plan_note": "", "planned_on": None}
    browser, here = visit("jonas"), f"/w/northwind/orders/{ident('order')}"

    fakes.replies["GET", path] = httpx.Response(200, json=whole)
    waiting = (await browser.get(here)).text
    fakes.replies["GET", path] = httpx.Response(200, json=whole | {"planned_on": on(3), "plan_note": "Two people come"})
    planned = (await browser.get(here)).text

    assert "Meridian Partners plans when this is done." in waiting
    assert "Meridian Partners has planned this for" in planned
    assert planned.count("Two people come") == 2
    assert "Ring" in planned


@pytest.mark.rule("L1", "L13")
async def test_an_asset_shows_its_serial_number_condition_and_photo(
    visit: Visit, fakes: FakeServices, gateway: None
) -> None:
    fakes.replies["GET", f"/api/provisioning/assets/{SERVICE}/photo"] = httpx.Response(
        200, content=b"a jpeg", headers={"content-type": "image/jpeg", "cache-control": "private, max-age=9"}
    )
    browser = visit("jonas")

    page = (await browser.get(HERE)).text
    [address] = re.findall(r'class="photo"\s+src="([^"]+)"', page)
    photo = await browser.get(address)

    assert "EG-77310" in page
    assert "Good" in page
    assert (photo.content, photo.headers["content-type"]) == (b"a jpeg", "image/jpeg")
    assert photo.headers["cache-control"] == "private, max-age=9"


async def test_a_missing_photo_is_not_found(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", f"/api/provisioning/assets/{SERVICE}/photo"] = problem(404, "not-found", "None.")

    assert (await visit("jonas").get(f"{HERE}/photo")).status_code == 404


@pytest.mark.rule("L14")
async def test_an_asset_is_moved_to_another_location_of_its_bill_group(
    visit: Visit, fakes: FakeServices, gateway: None
) -> None:
    browser = visit("jonas")
    moved = change_order(by_hand=True, former_location={"id": BERLIN["id"], "display_name": "Berlin office"})
    fakes.replies["GET", f"/api/provisioning/orders/{ident('change order')}"] = httpx.Response(200, json=moved)

    page = (await browser.get(HERE)).text
    form = (await browser.get(f"{HERE}/move")).text
    nowhere = await browser.post(f"{HERE}/move", data={"location_id": ""})
    entered = {"location_id": COLOGNE["id"], "wanted_on": on(9), "message": "Lift is broken"}
    ordered = await browser.post(f"{HERE}/move", data=entered)
    order = (await browser.get(ordered.headers["location"])).text

    assert f'href="{HERE}/move"' in page
    assert "Have it collected" in page
    assert f'value="{COLOGNE["id"]}"' in form
    assert f'value="{BERLIN["id"]}"' not in form
    assert (nowhere.status_code, "Choose a location." in nowhere.text) == (422, True)
    [wanted] = fakes.sent("POST", CHANGES)
    assert (wanted["location_id"], wanted["wanted_on"]) == (COLOGNE["id"], on(9))
    assert wanted["configuration"] == SERVICES[0]["configuration"]
    assert "Moved from" in order


async def test_what_refuses_a_move_is_said(visit: Visit, fakes: FakeServices, gateway: None) -> None:
    wrong = {"errors": [{"pointer": "/wanted_on", "code": "not_that_day", "detail": "x"}]}
    entered = {"location_id": COLOGNE["id"], "wanted_on": on(-9), "message": ""}

    fakes.replies["POST", CHANGES] = problem(422, "not-wanted-then", "Choose another day.", **wrong)
    at_field = await visit("jonas").post(f"{HERE}/move", data=entered)
    fakes.replies["POST", CHANGES] = problem(409, "service-busy", "Busy.", verb="change")
    back = await visit("jonas").post(f"{HERE}/move", data=entered)

    assert (at_field.status_code, "Choose a day from today on" in at_field.text) == (422, True)
    assert (back.status_code, back.headers["location"]) == (303, HERE)


@pytest.mark.rule("P20")
async def test_a_reader_is_not_asked_where_to(visit: Visit, fakes: FakeServices, gateway: None) -> None:
    browser = visit("lena")

    assert f'href="{HERE}/move"' not in (await browser.get(HERE)).text
    assert (await browser.get(f"{HERE}/move")).status_code in (302, 303, 403)


@pytest.mark.rule("L14")
async def test_an_asset_is_collected_on_a_day(visit: Visit, fakes: FakeServices, gateway: None) -> None:
    browser = visit("jonas")
    fakes.replies["GET", f"/api/provisioning/orders/{ident('cancel order')}"] = httpx.Response(
        200, json=cancel_order("now", "provisioning", by_hand=True, wanted_on=on(9))
    )

    form = (await browser.get(f"{HERE}/cancel")).text
    entered = {"ends": "now", "end_reason": "not_needed", "message": "", "name": "Edge gateway", "wanted_on": on(9)}
    await browser.post(f"{HERE}/cancel", data=entered)

    assert "We collect it or take it down." in form
    assert fakes.sent("POST", CANCELLATIONS)[0]["wanted_on"] == on(9)


@pytest.mark.rule("L14")
async def test_the_page_of_a_location_leads_to_what_can_be_had_there(visit: Visit, fakes: FakeServices) -> None:
    fakes.have_locations()
    browser = visit("jonas")

    page = (await browser.get(f"/w/northwind/locations/{BERLIN['id']}")).text
    catalogue = (await browser.get(f"/w/northwind/orders/new?location_id={BERLIN['id']}")).text
    form = (await browser.get(f"{PATH}?location_id={BERLIN['id']}")).text

    assert f"orders/new?location_id={BERLIN['id']}" in page
    assert f'href="{PATH}?location_id={BERLIN["id"]}"' in catalogue
    assert re.search(rf'value="{BERLIN["id"]}"\s+selected', form)
