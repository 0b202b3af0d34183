"""Add-ons on the page of a service, what comes along with an order, and both in the staff's form."""

from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from tests.portal import business
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, problem
from tests.portal.orders_answers import waiting_order
from tests.portal.parts_answers import BACKUP, brought, part
from tests.portal.samples import ident
from tests.portal.test_ordering import review
from tests.portal.test_orders import ENTRIES, PATH

NODE = ident("service-2")
SERVICE = f"/w/northwind/services/{NODE}"
ADD_ON = f"/w/northwind/orders/new/daily-backup?part_of={NODE}"
OTHERS = ident("service of others")
PRODUCTS = "/provider/larkspur/products"
PLAN = business.PLANS[0] | {
    "id": ident("plan-b"), "plan_version_id": ident("plan-b1"), "product_id": BACKUP["id"], "recurring_minor": 900,
    "one_off_minor": 0,
}  # fmt: skip
CIRCUIT = PLAN | {"plan_version_id": ident("plan-circuit"), "product_id": ident("circuit")}


@pytest.fixture(autouse=True)
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(business, "PLANS", [*business.PLANS, PLAN, CIRCUIT])


@pytest.fixture
def sold(fakes: FakeServices, monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    """A backup is an add-on to nodes."""
    monkeypatch.setattr(business, "PRODUCTS", [*business.PRODUCTS, BACKUP])
    fakes.add_ons = [BACKUP]
    return fakes


@pytest.mark.rule("K7")
async def test_the_page_of_a_service_shows_its_parts_and_what_can_be_added(visit: Visit, sold: FakeServices) -> None:
    sold.parts = [part("Nightly copy")]

    page = unescape((await visit("jonas").get(SERVICE)).text)

    assert "Nightly copy" in page
    assert "Standard: $9.00" in page
    assert f'href="/w/northwind/orders/new/daily-backup?part_of={NODE}"' in page


async def test_who_may_not_order_adds_nothing(visit: Visit, sold: FakeServices) -> None:
    page = (await visit("rosa").get(SERVICE)).text

    assert "Daily backup" in page
    assert "part_of=" not in page


@pytest.mark.rule("K7")
async def test_an_add_on_is_ordered_for_its_service(visit: Visit, sold: FakeServices) -> None:
    browser = visit("jonas")

    form = (await browser.get(ADD_ON)).text
    entries = {"plan_version_id": ident("plan-b1"), "quantity": "1", "part_of": NODE}
    reviewed = await browser.post(urlsplit(ADD_ON).path, data=entries, follow_redirects=True)
    draft = reviewed.url.params["draft"]
    await browser.post(f"{urlsplit(ADD_ON).path}/review", data={"draft": draft})

    assert "Daily backup for fra02-metal-07" in form
    assert f'name="part_of" value="{NODE}"' in form
    assert 'name="bill_group_id"' not in form
    assert "For the service" in reviewed.text
    (sent,) = sold.sent("POST", "/api/provisioning/add-ons")
    assert (sent["part_of"], sent["bill_group_id"]) == (NODE, None)


@pytest.mark.parametrize("part_of", ["", "nothing", OTHERS])
async def test_an_add_on_without_its_service_leads_to_the_services(
    visit: Visit, sold: FakeServices, part_of: str
) -> None:
    sold.replies["GET", f"/api/provisioning/services/{OTHERS}"] = problem(404, "not-found", "No.")
    page = await visit("jonas").get(f"/w/northwind/orders/new/daily-backup?part_of={part_of}")

    assert page.status_code == 200
    assert "It is ordered on the page of the service that it is for." in page.text
    assert 'name="part_of"' not in page.text


async def test_a_part_names_its_service_and_what_came_along_is_not_cancelled_alone(
    visit: Visit, sold: FakeServices
) -> None:
    alone = part(id=ident("service-1")) | {"verbs": ["delete"], "by_hand": False, "may_pause": False}
    sold.replies["GET", f"/api/provisioning/services/{alone['id']}"] = business_reply(alone)
    added = (await visit("jonas").get(f"/w/northwind/services/{alone['id']}")).text
    sold.replies["GET", f"/api/provisioning/services/{alone['id']}"] = business_reply(
        alone | {"brought": True, "operation": None, "state": "requested", "provisioned_at": None}
    )
    brought_along = (await visit("jonas").get(f"/w/northwind/services/{alone['id']}")).text

    assert f'href="{SERVICE}"' in added
    assert "/cancel" in added
    assert "It came along with this service" in brought_along
    assert "/cancel" not in brought_along


def business_reply(answer: object) -> httpx.Response:
    return httpx.Response(200, json=answer)


@pytest.mark.rule("P19")
async def test_who_cancels_a_service_sees_what_ends_with_it(visit: Visit, sold: FakeServices) -> None:
    sold.parts = [part("Nightly copy")]

    page = unescape((await visit("jonas").get(f"{SERVICE}/cancel")).text)

    assert "1 service belongs to it and ends with it on the same day:" in page
    assert "Nightly copy" in page


@pytest.mark.rule("K7", "D20")
async def test_the_form_and_the_review_show_what_comes_along_with_its_price_and_the_sum(
    visit: Visit, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = [each | {"brings": [{"product": "circuit", "plans": ["Standard"], "configuration": {}, "copied": {},
                                 "quantity": 1}]} if each["key"] == "port" else each
             for each in business.PRODUCTS]  # fmt: skip
    monkeypatch.setattr(business, "PRODUCTS", ports)
    fakes.along = {"port": [brought()]}
    browser = visit("jonas")

    form = unescape((await browser.get(PATH)).text)
    reviewed = await review(browser)
    await browser.post(f"{PATH}/review", data={"draft": reviewed.url.params["draft"]})

    for page in (form, unescape(reviewed.text)):
        assert "Comes along" in page
        assert "Virtual circuit" in page
        assert "Together per month" in page
    (sent,) = fakes.sent("POST", "/api/provisioning/orders")
    assert sent["brought_plan_version_ids"] == [ident("plan-circuit")]
    assert ENTRIES["quantity"] == str(sent["quantity"])


async def test_what_cannot_come_along_says_that_nothing_can_be_ordered(
    visit: Visit, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    brings = {"product": "circuit", "plans": ["Standard"], "configuration": {}, "copied": {}, "quantity": 1}
    monkeypatch.setattr(business, "PRODUCTS", [business.PRODUCTS[0] | {"brings": [brings]}])
    fakes.along = {"port": [brought(plans=[])]}

    page = (await visit("jonas").get(PATH)).text

    assert "It cannot be ordered now, so that nothing can be ordered." in page
    assert "Together" not in page


@pytest.mark.rule("D2")
async def test_an_approval_shows_and_names_what_comes_along(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order()
    fakes.along = {"port": [brought()]}
    browser = visit("jonas")
    page = f"/w/northwind/orders/{ident('waiting order')}"

    shown = (await browser.get(page)).text
    await browser.post(
        f"{page}/approve", data={"plan_version_id": ident("plan-1"), "brought": ident("plan-circuit")}
    )  # fmt: skip

    assert f'name="brought" value="{ident("plan-circuit")}"' in shown
    (sent,) = fakes.sent("POST", f"/api/provisioning/orders/{ident('waiting order')}/approve")
    assert sent["brought_plan_version_ids"] == [ident("plan-circuit")]


async def test_the_order_of_what_came_along_says_what_it_waits_for(visit: Visit, fakes: FakeServices) -> None:
    waits = waiting_order("placed", part_of=NODE, message="")
    fakes.waiting = waits
    page = (await visit("jonas").get(f"/w/northwind/orders/{waits['id']}")).text
    fakes.waiting = waits | {"state": "cancelled"}
    dropped = (await visit("jonas").get(f"/w/northwind/orders/{waits['id']}")).text

    assert "This begins when the service is there that it came along with." in page
    assert f'href="{SERVICE}"' in page
    assert "was never there. Nothing is billed for it." in unescape(dropped)


@pytest.mark.rule("I2")
async def test_staff_say_what_a_product_is_added_to_and_what_it_brings(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    form = (await browser.get(f"{PRODUCTS}/port/edit")).text
    entries = {
        "display_name": "Dedicated port", "max_quantity": "10", "driver_options": "{}", "view": "json",
        "configuration_schema": '{"type": "object"}', "billing_delay_days": "15",
        "brings-0-product": "metal-m4", "brings-0-plans": "Monthly, Yearly", "brings-0-quantity": "2",
        "brings-0-configuration": '{"vlan": 100}', "brings-0-copied": "speed: speed_gbps",
        "add-on-to.hosted-cloud": "true",
    }  # fmt: skip

    more = (await browser.post(f"{PRODUCTS}/port/edit", data=entries | {"act": "bring-more"})).text
    saved = await browser.post(f"{PRODUCTS}/port/edit", data=entries | {"act": "save"})

    assert 'name="brings-0-product"' in form
    assert 'name="add-on-to.metal-m4"' in form
    assert 'name="add-on-to.port"' not in form
    assert 'name="brings-1-product"' in more
    assert saved.status_code == 303, saved.text
    (sent,) = fakes.sent("PUT", "/api/provisioning/products/port")
    assert sent["add_on_to"] == ["hosted-cloud"]
    assert sent["brings"] == [
        {"product": "metal-m4", "plans": ["Monthly", "Yearly"], "configuration": {"vlan": 100},
         "copied": {"speed": "speed_gbps"}, "quantity": 2},
    ]  # fmt: skip


async def test_what_is_wrong_with_what_comes_along_is_said_at_its_row(visit: Visit, fakes: FakeServices) -> None:
    entries = {
        "display_name": "Port", "max_quantity": "10", "driver_options": "{}", "view": "json", "act": "save",
        "configuration_schema": '{"type": "object"}', "brings-1-product": "metal-m4", "brings-1-quantity": "many",
        "brings-1-configuration": "{", "brings-1-copied": "speed",
    }  # fmt: skip

    page = await visit("lars").post(f"{PRODUCTS}/port/edit", data=entries)

    assert page.status_code == 422
    for name in ("plans", "quantity", "configuration", "copied"):
        assert f'id="brings-1-{name}-about"' in page.text


async def test_whoever_withdraws_what_comes_along_reads_what_cannot_be_ordered_then(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.brought_by = {"port": ["Hosted cloud connection"]}

    page = (await visit("lars").get(f"{PRODUCTS}/port/withdraw")).text

    assert "cannot be ordered any more either: Hosted cloud connection." in page
