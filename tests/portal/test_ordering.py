"""From the form to the order: every page is an answer to GET, and an order is placed once."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet

from services.portal.orders.drafts import LONGEST, REVIEWABLE_SECONDS
from tests.portal.browsing import KEY, Visit
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident
from tests.portal.test_orders import ENTRIES, PATH

ORDERS, CHECKS = "/api/provisioning/orders", "/api/provisioning/order-checks"
ORDER_PAGE = f"/w/northwind/orders/{ident('order')}"
WANTED = {
    "product_id": ident("port"), "plan_version_id": ident("plan-1"), "display_name": "Port to the warehouse",
    "configuration": {"speed_gbps": 10, "site": "AMS-01", "term_months": 24, "macsec": True}, "quantity": 2,
    "bill_group_id": ident("group"), "site_id": None, "location_id": None, "message": "",
    "brought_plan_version_ids": [], "wanted_on": None,
}  # fmt: skip


async def review(browser: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    """What follows from the form: the review, or the form with what is wrong."""
    return await browser.post(PATH, data=ENTRIES | changes, follow_redirects=True)


def draft_in(answer: httpx.Response) -> str:
    [draft] = parse_qs(urlsplit(str(answer.url)).query)["draft"]
    return draft


async def place(browser: httpx.AsyncClient, draft: str) -> httpx.Response:
    return await browser.post(f"{PATH}/review", data={"draft": draft})


@pytest.mark.rule("K7", "D22")
async def test_an_order_is_reviewed_and_placed_without_javascript(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("tom-on-behalf")

    reviewed = await review(browser)
    placed = await place(browser, draft_in(reviewed))
    page = await browser.get(placed.headers["location"])

    assert (reviewed.request.method, reviewed.url.path) == ("GET", f"{PATH}/review")
    assert "10 Gbps" in reviewed.text
    assert "15 days after provisioning" in reviewed.text
    assert fakes.sent("POST", CHECKS)[0] == fakes.sent("POST", ORDERS)[0] == WANTED
    keys = {
        each.headers["idempotency-key"] for each in fakes.seen if each.method == "POST" and "/order" in str(each.url)
    }
    assert len(keys) == 1, "the check names the key that places the order"
    assert (placed.status_code, placed.headers["location"]) == (303, ORDER_PAGE)
    assert "Order ORD-1042 is placed." in page.text


@pytest.mark.rule("D20")
async def test_the_review_shows_the_whole_price_as_billing_says_it(visit: Visit) -> None:
    page = (await review(visit("jonas"), quantity="3")).text

    shown = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))
    for text in (
        "Quantity 3 Per month $1,800.00 $1,500.00 plus $300.00 tax (20 %) Billed at the end of each period",
        "Once $900.00 $750.00 plus",
    ):
        assert text in shown


@pytest.mark.rule("D22")
async def test_back_reload_and_a_second_click_place_one_order(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    reviewed = await review(browser)
    draft = draft_in(reviewed)

    first, second = await place(browser, draft), await place(browser, draft)
    back = await browser.get(str(reviewed.url))

    assert first.headers["location"] == second.headers["location"] == ORDER_PAGE
    assert len({each.headers["idempotency-key"] for each in fakes.seen if each.url.path == ORDERS}) == 1
    assert back.status_code == 200
    assert "This is ordered already" in back.text
    assert f'href="{ORDER_PAGE}"' in back.text
    assert "Place the order" not in back.text


async def test_every_form_that_was_filled_in_again_is_an_order_of_its_own(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    for _ in range(2):
        await place(browser, draft_in(await review(browser)))

    assert len({each.headers["idempotency-key"] for each in fakes.seen if each.url.path == ORDERS}) == 2


async def test_the_way_back_to_the_form_keeps_every_entry(visit: Visit) -> None:
    browser = visit("jonas")
    reviewed = await review(browser)
    [back] = set(re.findall(rf'href="({PATH}\?draft=[^"]+)"', reviewed.text))

    page = (await browser.get(unescape(back))).text

    assert re.search(r'<option value="AMS-01"\s+selected>', page)
    assert re.search(r'name="configuration.term_months"[^>]*value="24"', page)
    assert re.search(r'name="configuration.macsec"[^>]*checked', page)
    assert re.search(r'name="quantity"[^>]*value="2"', page)
    assert "Please check your entries" not in page


@pytest.mark.rule("K7")
async def test_the_review_refuses_what_the_order_would_at_its_field_and_the_entries_stay(
    visit: Visit, fakes: FakeServices
) -> None:
    answer = await review(visit("jonas"), **{"configuration.speed_gbps": "400"})

    assert (answer.request.method, answer.url.path) == ("GET", PATH), "reloading it sends no form"
    assert re.search(
        r'id="configuration.speed_gbps-about">.*?This does not fit the other entries\.', answer.text, re.DOTALL
    )
    assert re.search(r'<option value="400"\s+selected>', answer.text)
    assert 'value="24"' in answer.text
    assert fakes.sent("POST", ORDERS) == []


@pytest.mark.parametrize(
    ("changes", "name", "said"),
    [
        ({"quantity": "two"}, "quantity", "Enter a whole number."),
        ({"quantity": ""}, "quantity", "Enter a whole number."),
        ({"quantity": "1001"}, "quantity", "This is too large."),
        ({"plan_version_id": ""}, "plan_version_id", "Choose a plan."),
        ({"plan_version_id": "x"}, "plan_version_id", "Choose a plan."),
    ],
)
async def test_what_cannot_be_ordered_is_said_at_its_field(
    visit: Visit, changes: dict[str, str], name: str, said: str
) -> None:
    answer = await review(visit("jonas"), **changes)

    assert answer.url.path == PATH
    assert re.search(rf'id="{name}-about">(<svg.*?</svg>)?{said}', answer.text)


async def test_a_rule_is_said_in_the_products_own_words_and_a_plans_terms_in_its_fields(
    visit: Visit, fakes: FakeServices
) -> None:
    sentence = "A yearly plan needs a term of a year."
    errors = [
        {"pointer": "/configuration/term_months", "code": "not_of_plan", "detail": "for developers"},
        {"pointer": "/configuration/site", "code": "against_a_rule", "detail": sentence},
    ]
    fakes.replies["POST", CHECKS] = problem(422, "configuration-not-valid", "Correct them.", errors=errors)

    form = (await visit("jonas").get(PATH)).text
    answer = await review(visit("jonas"), plan_version_id=ident("plan-2"))

    assert "Term in months: 12, 24, 36" in form
    assert "Speed: 10 Gbps, 100 Gbps" in form
    assert sentence in answer.text
    assert "This is not possible with the chosen plan. Term in months: 12, 24, 36." in answer.text
    assert "for developers" not in answer.text


async def test_a_price_that_has_changed_leads_back_to_the_form_with_the_new_one(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    draft = draft_in(await review(browser))
    superseded = problem(409, "plan-superseded", "The plan was published anew.")
    fakes.replies |= {("POST", CHECKS): superseded, ("POST", ORDERS): superseded}

    placed = await place(browser, draft)
    page = await browser.get(placed.headers["location"])

    assert placed.headers["location"].startswith(f"{PATH}?draft=")
    assert "The plan was published anew meanwhile." in page.text


@pytest.mark.rule("D22")
async def test_an_order_that_could_not_be_confirmed_is_sent_again_with_the_same_key(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    reviewed = await review(browser)
    fakes.replies["POST", ORDERS] = problem(503, "unavailable", "The database does not answer.")

    failed = await place(browser, draft_in(reviewed))
    del fakes.replies["POST", ORDERS]
    again = await browser.get(failed.headers["location"])
    placed = await place(browser, draft_in(again))

    assert failed.status_code == 303
    assert str(again.url) == str(reviewed.url)
    assert "placed once only" in again.text
    assert placed.headers["location"] == ORDER_PAGE
    assert len({each.headers["idempotency-key"] for each in fakes.seen if each.url.path == ORDERS}) == 1


async def test_a_draft_says_nothing_and_counts_only_where_it_was_made(visit: Visit, fakes: FakeServices) -> None:
    draft = draft_in(await review(visit("jonas")))
    elsewhere = visit("lars")

    changed = await visit("jonas").get(f"{PATH}/review", params={"draft": draft[:-9] + "A" * 9})
    other_product = await visit("jonas").get("/w/northwind/orders/new/metal-m4/review", params={"draft": draft})
    other_workspace = await elsewhere.get("/w/larkspur/orders/new/port/review", params={"draft": draft})
    placed = await elsewhere.post("/w/larkspur/orders/new/port/review", data={"draft": draft})

    assert "warehouse" not in draft
    for answer in (changed, other_product, other_workspace, placed):
        assert answer.status_code == 303
        assert "/review" not in answer.headers["location"]
    form = await elsewhere.get(other_workspace.headers["location"])
    assert "Port to the warehouse" not in form.text
    assert fakes.sent("POST", ORDERS) == []


async def test_a_draft_that_is_older_than_its_key_is_remembered_is_looked_at_again(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("jonas")
    draft = draft_in(await review(browser))
    fernet = Fernet(KEY)
    made_at = fernet.extract_timestamp(draft.encode())
    old = fernet.encrypt_at_time(fernet.decrypt(draft.encode()), made_at - REVIEWABLE_SECONDS - 60).decode()

    reviewed = await browser.get(f"{PATH}/review", params={"draft": old})
    placed = await place(browser, old)
    form = await browser.get(reviewed.headers["location"])

    assert timedelta(seconds=REVIEWABLE_SECONDS) < timedelta(hours=24), "as long as provisioning remembers a key"
    for answer in (reviewed, placed):
        assert answer.headers["location"].startswith(f"{PATH}?draft=")
    assert "Port to the warehouse" in form.text
    assert fakes.sent("POST", ORDERS) == []


async def test_an_order_that_is_too_long_for_an_address_says_so(visit: Visit) -> None:
    noise = "".join(chr(0x4E00 + 7919 * n % 20000) for n in range(4000))

    answer = await review(visit("jonas"), display_name=noise)
    fits = await review(visit("jonas"), **{"configuration.vlan_name": "x" * 4000})

    assert answer.status_code == 422
    assert "more text than an order can hold" in answer.text
    assert noise[:50] in answer.text
    assert len(str(fits.url)) < LONGEST + 1000 < 8 * 1024
