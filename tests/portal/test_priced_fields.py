"""Prices per unit of the configuration (K8): staff set them, and every page that shows a price counts with them."""

import re
from typing import Any

import httpx
import pytest

from services.portal.products.plan_entries import charged_fields
from tests.portal import business
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.test_orders import PATH
from tests.portal.test_plans import ENTRY, PLANS, STANDARD

PREVIEW = "/api/billing/price-previews"
SERVICE = f"/w/northwind/services/{ident('service-1')}"


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The plan Standard charges for each Gbit/s."""
    plan = business.PLANS[0]
    monkeypatch.setitem(plan, "field_prices", {"speed_gbps": 1_250})
    return plan


def asked(fakes: FakeServices, path: str) -> list[list[str]]:
    return [sorted(each.url.params.get_list("number")) for each in fakes.seen if each.url.path == path]


@pytest.mark.rule("I2", "K8")
async def test_staff_set_a_price_for_each_unit_of_a_whole_number(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    form = (await staff.get(f"{PLANS}/new")).text
    prices = {"per_unit.speed_gbps": "12,50", "per_unit.term_months": "0"}
    answer = await staff.post(f"{PLANS}/new", data=ENTRY | prices)

    [sent] = fakes.sent("POST", "/api/billing/plans")
    assert answer.status_code == 303
    assert sent["field_prices"] == {"speed_gbps": 1_250}, "nothing is no price"
    assert charged_fields({"properties": {"a": {"enum": [1, 2.5]}, "b": {"enum": [True]}, "c": {}}}) == {}
    for name, offered in {"speed_gbps": True, "term_months": True, "site": False, "macsec": False}.items():
        assert (f'name="per_unit.{name}"' in form) == offered


async def test_new_prices_begin_with_those_of_now_and_tell_them(
    staff: httpx.AsyncClient, priced: dict[str, Any]
) -> None:
    page, product = (await staff.get(STANDARD)).text, (await staff.get("/provider/larkspur/products/port")).text

    assert 'value="12.50"' in page
    assert "plus $12.50 per unit of" in page
    assert "plus $12.50 per unit of Speed" in product
    assert priced["display_name"] in product


async def test_what_is_no_amount_is_said_at_its_field(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    answer = await staff.post(f"{PLANS}/new", data=ENTRY | {"per_unit.speed_gbps": "lots"})

    _, said, *_ = answer.text.split('id="per_unit.speed_gbps"')
    assert answer.status_code == 422
    assert "Enter an amount, such as 12.50." in said[:600]
    assert fakes.published_plans == []


@pytest.mark.rule("K6", "K8")
async def test_the_price_follows_the_configuration(visit: Visit, fakes: FakeServices, priced: dict[str, Any]) -> None:
    browser = visit("jonas")
    page = (await browser.get(PATH)).text
    entered = {"plan_version_id": priced["plan_version_id"], "quantity": "2", "configuration.speed_gbps": "100"}

    part = (await browser.get(f"{PATH}/price", params=entered, headers={"HX-Request": "true"})).text

    assert "plus $12.50 per unit of" in page
    assert asked(fakes, PREVIEW)[-1] == ["speed_gbps:100", "term_months:12"]
    assert "$4,200.00" in part, "2 x (500 + 100 x 12.50) and a fifth of tax"


@pytest.mark.rule("K8")
async def test_the_price_of_a_change_follows_the_configuration(visit: Visit, fakes: FakeServices) -> None:
    entered = {"configuration.speed_gbps": "100", "configuration.site": "FRA-02", "configuration.term_months": "12"}

    part = await visit("jonas").get(f"{SERVICE}/change/price", params=entered, headers={"HX-Request": "true"})

    assert part.status_code == 200
    assert asked(fakes, "/api/billing/subscription-previews/change") == [["speed_gbps:100", "term_months:12"]]


@pytest.mark.rule("K9")
async def test_a_subscription_says_what_its_configuration_costs(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(business.SUBSCRIPTIONS[0], "priced", {"speed_gbps": {"number": 100, "minor": 250}})

    page = (await visit("jonas").get(f"{SERVICE}/subscription")).text

    assert "<dt>Speed</dt>" in re.sub(r"\s+(?=<)", "", page)
    assert "$2.50 each" in page
