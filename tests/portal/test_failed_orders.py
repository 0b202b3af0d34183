"""The provider's page of failed orders, and its retry button."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PATH = "/provider/larkspur/failed-orders"
RETRY = f"{PATH}/{ident('ORD-1042')}/retry"
SERVICE = f"/api/provisioning/orders/{ident('ORD-1042')}/retry"


def row(page: str, number: str) -> str:
    found = re.search(rf'<tr[^>]*data-row="{number}".*?</tr>', page, re.DOTALL)
    assert found, number
    return found[0]


def form_of(page: str, number: str) -> dict[str, str]:
    """What a browser sends when the button of this row is pressed."""
    return dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', row(page, number)))


@pytest.mark.rule("D18")
async def test_a_row_says_whose_order_failed_where_why_and_when(visit: Visit) -> None:
    page = (await visit("lars").get(PATH)).text

    warehouse = row(page, "ORD-1042")
    for text in ("Northwind Logistics", "Port to the warehouse", "3 of 4", "The switch at FRA-02 has no free port.",
                 "3 days ago", "tom@meridian.example", "on behalf", "Try again"):  # fmt: skip
        assert text in warehouse
    assert "Halcyon Health" in row(page, "ORD-1051")


@pytest.mark.rule("D22")
async def test_try_again_is_a_plain_form_with_its_own_key_in_each_row(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    page = (await browser.get(PATH)).text
    sent, other = form_of(page, "ORD-1042"), form_of(page, "ORD-1051")

    answer = await browser.post(RETRY, data=sent)
    after = await browser.get(answer.headers["location"])

    request = next(each for each in fakes.seen if each.url.path == SERVICE)
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert fakes.sent("POST", SERVICE) == [{}]
    assert request.headers["idempotency-key"] == sent["idempotency_key"] != other["idempotency_key"]
    assert "Order ORD-1042 is tried again, from the step that failed." in after.text
    assert 'data-row="ORD-1042"' not in after.text
    assert 'data-row="ORD-1051"' in after.text


async def test_a_retry_that_came_too_late_is_explained_above_the_list(visit: Visit) -> None:
    browser = visit("lars")
    sent = form_of((await browser.get(PATH)).text, "ORD-1042")
    await browser.post(RETRY, data=sent)

    answer = await browser.post(RETRY, data=sent | {"idempotency_key": "another-key"})

    assert answer.status_code == 409
    assert "Only a failed order can be tried again." in answer.text
    assert 'data-row="ORD-1051"' in answer.text


async def test_the_page_says_when_no_order_has_failed(visit: Visit, fakes: FakeServices) -> None:
    fakes.failed_orders.clear()

    page = (await visit("lars").get(PATH)).text

    assert "Nothing has failed" in page
    assert "<table" not in page


async def test_without_the_service_the_page_shows_no_list_but_still_works(visit: Visit, fakes: FakeServices) -> None:
    fakes.down.add("provisioning")

    answer = await visit("lars").get(PATH)

    assert answer.status_code == 200
    assert "Failed orders cannot be shown just now." in answer.text


async def test_the_next_page_is_a_link(visit: Visit, fakes: FakeServices) -> None:
    listed = {"items": fakes.failed_orders, "next": "cursor-2"}
    fakes.replies[("GET", "/api/provisioning/failed-orders")] = httpx.Response(200, json=listed)

    page = (await visit("lars").get(PATH + "?cursor=cursor-1")).text

    assert f"{PATH}?cursor=cursor-2" in page
    asked = next(each for each in fakes.seen if each.url.path == "/api/provisioning/failed-orders").url.params
    assert dict(asked) == {"cursor": "cursor-1", "limit": "50"}


@pytest.mark.rule("S01")
@pytest.mark.parametrize(
    ("who", "path", "offered"),
    [("lars", PATH, True), ("lars-reading", PATH, False), ("ana", "/provider/meridian/failed-orders", False),
     ("jonas", "/provider/northwind/failed-orders", False)],
)  # fmt: skip
async def test_only_people_who_may_retry_get_a_link_to_the_list(
    visit: Visit, fakes: FakeServices, who: str, path: str, offered: bool
) -> None:
    page = (await visit(who).get(path)).text

    assert (f'href="{path}"' in page) == offered
    assert ("Try again" in page) == offered
    assert ("hidden with your role" in page) != offered
    assert any(each.url.path == "/api/provisioning/failed-orders" for each in fakes.seen) == offered
