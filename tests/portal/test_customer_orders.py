"""The partner's page of the orders of its customers, and the numbers on its overview."""

import html
import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.test_failed_orders import row

PAGE = "/partner/meridian/customer-orders"


@pytest.mark.rule("P25")
async def test_a_row_says_who_ordered_what_and_leads_to_it_in_the_customers_portal(visit: Visit) -> None:
    page = (await visit("ana").get(PAGE)).text

    order = row(page, "ORD-1042")
    for text in ("Northwind Logistics", "Fulfilled", "tom@", "on behalf", "3 days ago"):
        assert text in order
    assert f'href="/w/northwind/orders/{ident("ORD-1042")}"' in order
    assert "€" not in order


async def test_orders_of_customers_are_searched_filtered_and_sorted_by_the_address(
    visit: Visit, fakes: FakeServices
) -> None:
    await visit("ana").get(f"{PAGE}?q=halcyon&state=failed&sort=placed_at&descending=false")

    [asked] = [dict(each.url.params) for each in fakes.seen if each.url.path == "/api/provisioning/customer-orders"]
    expected = {"q": "halcyon", "state": "failed", "sort": "placed_at", "descending": "false"}
    assert {name: asked[name] for name in expected} == expected


@pytest.mark.rule("P13")
@pytest.mark.parametrize(
    ("who", "slug", "listed"),
    [("ana", "meridian", True), ("tom", "meridian", True), ("lars", "larkspur", False), ("jonas", "northwind", False)],
)
async def test_the_page_is_in_the_side_bar_of_partners(visit: Visit, who: str, slug: str, listed: bool) -> None:
    page = (await visit(who).get(f"/w/{slug}/")).text

    assert (f'href="/partner/{slug}/customer-orders"' in page) == listed


OVERVIEW = "/w/meridian/"


def glance(page: str, title: str) -> tuple[str, str]:
    """Where a number of the overview leads, and the number."""
    found = re.search(rf'<a href="([^"]+)">{title}</a>.*?item-side"><b>([^<]+)</b>', page, re.DOTALL)
    assert found, title
    return html.unescape(found[1]), found[2]


@pytest.mark.rule("P12", "D6")
async def test_each_number_of_the_overview_leads_to_the_list_that_it_counts(visit: Visit) -> None:
    page = (await visit("ana").get(OVERVIEW)).text

    assert glance(page, "Active") == ("/partner/meridian/customers?hide_inactive=true", "8")
    assert glance(page, "Inactive") == ("/partner/meridian/customers?activity=inactive", "4")
    assert glance(page, "Never active") == ("/partner/meridian/customers?activity=never", "1")
    assert glance(page, "Invited") == ("/partner/meridian/invitations", "1,000+")
    assert "2 expire within two days" in page
    assert glance(page, "Provisioning") == (f"{PAGE}?state=provisioning", "3")
    assert glance(page, "Failed") == (f"{PAGE}?state=failed", "1,000+")


@pytest.mark.rule("D10")
async def test_what_cannot_be_had_just_now_is_not_a_zero_and_the_rest_is_there(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.down = {"provisioning"}

    page = (await visit("ana").get(OVERVIEW)).text

    assert "Orders in progress cannot be shown just now." in page
    assert glance(page, "Inactive")[1] == "4"


async def test_the_filter_of_activity_is_passed_on(visit: Visit, fakes: FakeServices) -> None:
    await visit("ana").get("/partner/meridian/customers?activity=never")

    asked = next(each for each in fakes.seen if each.url.path == "/api/identity/customers").url.params
    assert asked["activity"] == "never"


@pytest.mark.rule("P5", "D20")
async def test_the_overview_says_what_moved_the_revenue_of_this_month(visit: Visit) -> None:
    page = (await visit("ana").get(OVERVIEW)).text

    assert glance(page, "New") == ("/partner/meridian/customers?sort=-mrr", "€1,200.00")
    assert glance(page, "Ended")[1] in ("-€400.00", "−€400.00")
