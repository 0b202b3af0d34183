"""The provider's pages of the orders and of the failed work of all workspaces."""

import pytest

from tests.portal.all_workspaces_answers import ALL_ORDERS, FAILED_WORK
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.test_failed_orders import row

ORDERS, FAILED = "/provider/larkspur/all-orders", "/provider/larkspur/failed-work"


@pytest.mark.rule("D18")
async def test_a_row_says_who_ordered_what_for_whom_and_leads_nowhere(visit: Visit) -> None:
    page = (await visit("lars").get(ORDERS)).text

    order = row(page, "ORD-1042")
    for text in ("Northwind Logistics", "Fulfilled", "tom@", "on behalf", "3 days ago"):
        assert text in order
    assert "<a " not in order
    assert "€" not in order


async def test_orders_are_searched_and_filtered_by_the_address_of_the_page(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("lars").get(f"{ORDERS}?q=halcyon&state=failed&sort=eaten&state=x")).text
    await visit("lars").get(f"{ORDERS}?q=halcyon&state=failed")

    asked = [dict(each.url.params) for each in fakes.seen if each.url.path == "/api/provisioning/all-orders"][-1]
    assert {name: asked[name] for name in ("q", "state")} == {"q": "halcyon", "state": "failed"}
    assert "Halcyon Health" in page


@pytest.mark.rule("D18")
async def test_a_row_says_what_failed_where_why_and_who_began_it(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("lars").get(f"{FAILED}?verb=restart")).text
    german = (await visit("lars", **{"Accept-Language": "de-DE"}).get(FAILED)).text

    work = row(page, FAILED_WORK[0]["id"])
    for text in ("Port to the warehouse", "Northwind Logistics", "Restart", "2 of 3", "jonas@",
                 "The infrastructure does not answer."):  # fmt: skip
        assert text in work
    assert "<a " not in work
    assert "Neustart" in german
    [first, *_] = [dict(each.url.params) for each in fakes.seen if each.url.path == "/api/provisioning/failed-work"]
    assert first["verb"] == "restart"


@pytest.mark.parametrize(("path", "asked"), [(ORDERS, "all-orders"), (FAILED, "failed-work")])
@pytest.mark.parametrize(
    ("who", "workspace", "sees"),
    [("lars", "larkspur", True), ("lars-reading", "larkspur", True), ("ana", "meridian", False)],
)
async def test_the_pages_are_those_of_the_providers_staff(
    visit: Visit, fakes: FakeServices, path: str, asked: str, who: str, workspace: str, sees: bool
) -> None:
    page = (await visit(who).get(path.replace("larkspur", workspace))).text

    assert any(each.url.path == f"/api/provisioning/{asked}" for each in fakes.seen) == sees
    assert (ALL_ORDERS[0]["customer_name"] in page or FAILED_WORK[0]["customer_name"] in page) == sees
    assert (f'href="/provider/{workspace}/{asked}"' in page) == sees
