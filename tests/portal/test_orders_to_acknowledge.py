"""Orders that the provider confirms first: on its customer's pages and on those of the provider's staff."""

import re

import httpx
import pytest

from tests.portal import business
from tests.portal.all_workspaces_answers import WAITING
from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.orders_answers import waiting_order
from tests.portal.samples import at, ident
from tests.portal.test_failed_orders import row
from tests.portal.test_ordering import review

LIST = "/provider/larkspur/all-orders"
ANSWER = f"{LIST}/{WAITING['id']}"
API = f"/api/provisioning/acknowledgements/{WAITING['id']}"
PAGE = f"/w/northwind/orders/{ident('waiting order')}"


def submitted(state: str = "awaiting_acknowledgement", **changes: object) -> dict[str, object]:
    return waiting_order(state, submitted_at=at(hours=2), message="", **changes)


async def test_an_order_that_waits_says_who_looks_at_it_and_since_when(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = submitted(brought=["Virtual circuit", "Cross connect"])

    page = (await visit("jonas").get(PAGE)).text
    of_member = (await visit("tomas").get(PAGE)).text

    for text in ("Waiting to be confirmed", "2 hours ago", "Nothing is provisioned or billed before.", "Withdraw",
                 "Comes along", "Virtual circuit, Cross connect"):  # fmt: skip
        assert text in page
    assert "Approve and order" not in page
    assert "Withdraw" not in of_member


async def test_a_returned_order_says_why(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = submitted("returned", reason="This building has no line.", answered_at=at(hours=1))

    page = (await visit("jonas").get(PAGE)).text

    for text in ("Returned", "This building has no line.", "Nothing is ordered or billed."):
        assert text in page
    assert "Refused by" not in page


async def test_the_form_and_the_review_say_that_the_order_is_confirmed_first(visit: Visit, fakes: FakeServices) -> None:
    usual = (await review(visit("jonas"))).text
    product = business.PRODUCTS[0] | {"needs_acknowledgement": True}
    fakes.replies["GET", "/api/provisioning/products/port"] = httpx.Response(200, json=product)
    browser = visit("jonas")

    form = (await browser.get("/w/northwind/orders/new/port")).text
    reviewed = (await review(browser)).text

    assert "Each order is looked at first" not in usual
    for page in (form, reviewed):
        assert "Each order is looked at first" in page


async def test_staff_see_what_waits_for_them_and_open_only_that(visit: Visit) -> None:
    page = (await visit("lars").get(LIST)).text
    of_reader = (await visit("lars-reading").get(LIST)).text

    assert "1 order waits for you to confirm it." in page
    assert f'href="{LIST}?state=awaiting_acknowledgement"' in page
    assert f'href="{ANSWER}"' in row(page, "ORD-1049")
    assert "<a " not in row(page, "ORD-1042")
    assert "waits for you" not in of_reader
    assert "<a " not in row(of_reader, "ORD-1049")


async def test_staff_see_what_was_ordered_and_at_what_price_and_confirm_it(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    page = (await browser.get(ANSWER)).text
    [key] = set(re.findall(r'name="idempotency_key"\s+value="([^"]+)"', page))

    answer = await browser.post(f"{ANSWER}/acknowledge", data={"idempotency_key": key}, follow_redirects=True)

    for text in ("Northwind Logistics", "Port to the warehouse", "10 Gbps", "tom@", "on behalf", "2 days ago"):
        assert text in page
    assert "Order ORD-1049 is confirmed." in answer.text
    assert fakes.answered == "placed"
    assert len(fakes.sent("POST", f"{API}/acknowledge")) == 1


async def test_staff_see_what_comes_along_and_what_an_add_on_is_for(visit: Visit, fakes: FakeServices) -> None:
    product = WAITING["product"]
    along = [
        {"product": product, "plan_version_id": ident("plan-1"), "quantity": 3},
        {"product": product | {"display_name": "Old extra"}, "plan_version_id": ident("plan-1"), "quantity": None},
    ]
    changed = WAITING | {"brought": along, "whole_name": "Port to the harbour"}
    fakes.replies["GET", API] = httpx.Response(200, json=changed)

    page = (await visit("lars").get(ANSWER)).text

    for text in ("Port to the harbour", "Comes along", "Dedicated port × 3", "$500.00", "Old extra"):
        assert text in page
    assert "It does not come along any more" in page


async def test_staff_return_an_order_with_a_reason(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")

    without = await browser.post(f"{ANSWER}/return", data={"reason": ""})
    answer = await browser.post(f"{ANSWER}/return", data={"reason": "No line there."}, follow_redirects=True)

    assert (without.status_code, "Confirm the order" in without.text) == (422, True)
    assert "Order ORD-1049 is returned." in answer.text
    assert fakes.sent("POST", f"{API}/return")[-1] == {"reason": "No line there."}


@pytest.mark.parametrize("deed", ["acknowledge", "return"])
async def test_who_comes_second_is_told_so_above_the_list(visit: Visit, fakes: FakeServices, deed: str) -> None:
    fakes.answered = "returned"

    answer = await visit("lars").post(f"{ANSWER}/{deed}", data={"reason": "No."}, follow_redirects=True)

    assert "Somebody has confirmed or returned it already" in answer.text
    assert answer.url.path == LIST


async def test_what_is_in_the_way_is_said_and_the_order_can_still_be_returned(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.replies["POST", f"{API}/acknowledge"] = problem(422, "no-room", "No host has room for it.", errors=[])

    answer = await visit("lars").post(f"{ANSWER}/acknowledge")

    assert answer.status_code == 422
    assert "There is no room for it" in answer.text
    assert "Return the order" in answer.text
