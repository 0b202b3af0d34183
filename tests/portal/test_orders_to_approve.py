"""Orders of people whose role has to ask: asking, approving, refusing, withdrawing, on pages (D2)."""

import re

import pytest

from tests.portal.browsing import Visit, remembered
from tests.portal.fake_services import FakeServices
from tests.portal.orders_answers import waiting_order
from tests.portal.samples import ident
from tests.portal.test_ordering import ORDERS, WANTED, draft_in, review
from tests.portal.test_orders import PATH

PAGE = f"/w/northwind/orders/{ident('waiting order')}"
ORDER = f"{ORDERS}/{ident('waiting order')}"


@pytest.mark.rule("D2")
async def test_a_member_reviews_an_order_and_asks_for_it(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("tomas")

    reviewed = await review(browser)
    asked = await browser.post(f"{PATH}/review", data={"draft": draft_in(reviewed), "message": "For the new site."})
    page = await browser.get(asked.headers["location"])

    assert "Ask for approval" in reviewed.text
    assert "Place the order" not in reviewed.text
    assert fakes.sent("POST", ORDERS) == [WANTED | {"message": "For the new site."}]
    assert (asked.status_code, asked.headers["location"]) == (303, PAGE)
    assert "Order ORD-1043 waits for approval. You get a mail." in page.text
    for text in ("Waiting for approval", "For the new site.", "Withdraw", "You are told by mail"):
        assert text in page.text
    for text in ("Approve and order", "Refuse"):
        assert text not in page.text


@pytest.mark.rule("D2")
async def test_who_may_order_places_it_without_a_message(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    reviewed = await review(browser)
    await browser.post(f"{PATH}/review", data={"draft": draft_in(reviewed), "message": "Made up."})

    assert "Ask for approval" not in reviewed.text
    assert fakes.sent("POST", ORDERS) == [WANTED]


async def test_a_message_that_is_too_long_is_refused_at_its_field_and_kept(visit: Visit) -> None:
    browser = visit("tomas")
    draft = draft_in(await review(browser))

    answer = await browser.post(f"{PATH}/review", data={"draft": draft, "message": "x" * 301})

    assert answer.status_code == 422
    assert re.search(r'id="message-about">[^<]*300', answer.text) or "too long" in answer.text.lower()
    assert "x" * 301 in answer.text


@pytest.mark.rule("D2")
async def test_who_may_approve_is_told_what_waits(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order()
    overview, orders = [(await visit("jonas").get(f"/w/northwind/{each}")).text for each in ("", "orders")]
    of_member = [(await visit("tomas").get(f"/w/northwind/{each}")).text for each in ("", "orders")]

    for page in (overview, orders):
        assert "1 order waits for approval." in page
        assert 'href="/w/northwind/orders?state=awaiting_approval"' in page
    for page in of_member:
        assert "waits for approval." not in page
    assert "ORD-1043" in of_member[1], "the member sees it in the list"


@pytest.mark.rule("D2")
async def test_an_admin_approves_at_the_price_that_is_shown(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order()
    browser = visit("jonas")
    page = (await browser.get(PAGE)).text
    [shown] = re.findall(r'name="plan_version_id"\s+value="([^"]+)"', page)

    answer = await browser.post(f"{PAGE}/approve", data={"plan_version_id": shown})

    assert "$600.00" in page
    assert "The price has changed" not in page
    assert fakes.sent("POST", f"{ORDER}/approve") == [
        {"plan_version_id": ident("plan-1"), "brought_plan_version_ids": [], "term_ends_on": None}
    ]
    assert answer.headers["location"] == PAGE
    flash = remembered(browser).flash
    assert flash is not None
    assert flash.text == "Order ORD-1043 is approved and placed."


@pytest.mark.rule("D2")
async def test_a_changed_price_is_said_and_the_new_one_is_approved(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order(newest_plan_version_id=ident("plan-2"))
    browser = visit("jonas")

    page = (await browser.get(PAGE)).text
    late = await browser.post(f"{PAGE}/approve", data={"plan_version_id": ident("plan-1")}, follow_redirects=True)

    assert "The price has changed since this was asked for. It was $600.00 per month." in page
    assert "$6,480.00" in page
    assert f'value="{ident("plan-2")}"' in page
    assert "Look at the new price" in late.text
    assert fakes.waiting["state"] == "awaiting_approval"


@pytest.mark.rule("D2")
async def test_without_a_price_nothing_is_approved(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order()
    fakes.down.add("billing")

    page = (await visit("jonas").get(PAGE)).text

    assert "Approve and order" not in page
    assert "Refuse" in page


@pytest.mark.rule("D2")
async def test_a_refusal_asks_for_a_reason_and_says_it(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order()
    browser = visit("jonas")

    asked = (await browser.get(f"{PAGE}/refuse")).text
    without = await browser.post(f"{PAGE}/refuse", data={"reason": ""})
    answer = await browser.post(f"{PAGE}/refuse", data={"reason": "Use the old one."}, follow_redirects=True)

    assert "They wrote: “For the new site.”" in asked
    assert without.status_code == 422
    for text in ("Refused by", "jonas@northwind.example", "Use the old one.", "Nothing is ordered"):
        assert text in answer.text
    assert "Withdraw" not in answer.text


@pytest.mark.rule("D2")
async def test_who_asked_withdraws(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order()

    answer = await visit("tomas").post(f"{PAGE}/withdraw", follow_redirects=True)

    assert "Order ORD-1043 is withdrawn." in answer.text
    assert fakes.waiting["state"] == "withdrawn"


@pytest.mark.rule("D2")
@pytest.mark.parametrize("deed", ["approve", "refuse", "withdraw"])
async def test_what_was_decided_meanwhile_is_said_on_its_page(visit: Visit, fakes: FakeServices, deed: str) -> None:
    fakes.waiting = waiting_order("refused", reason="No.")
    data = {"plan_version_id": ident("plan-1"), "reason": "No."}

    answer = await visit("jonas").post(f"{PAGE}/{deed}", data=data, follow_redirects=True)

    assert answer.status_code == 200
    assert "This order does not wait any more" in answer.text


async def test_a_made_up_plan_is_no_error(visit: Visit, fakes: FakeServices) -> None:
    fakes.waiting = waiting_order()

    answer = await visit("jonas").post(f"{PAGE}/approve", data={"plan_version_id": "<b>"})

    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert fakes.sent("POST", f"{ORDER}/approve") == []
