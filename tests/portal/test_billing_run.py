"""The provider's staff see which bill groups the billing run left out, and have them billed again."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import on
from tests.portal.unfinished import PARKED_GROUPS, RUN_PREVIEW

PAGE = "/provider/larkspur/billing-run"
API = "/api/billing/billing-runs/preview"


async def test_staff_see_what_the_run_would_bill_up_to_a_day_and_what_it_would_leave_out(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("lars")

    page = (await browser.get(PAGE)).text
    chosen = (await browser.get(f"{PAGE}?until={on(9)}")).text

    asked = [each.url.params.get("until") for each in fakes.seen if each.url.path == API]
    assert asked == [None, on(9)]
    for said in ("What the billing run would bill", "Northwind Logistics", "€17,540.00", "1 invoice on this page",
                 "Would be left out", "More money than an invoice can say", "Nothing to pay",
                 "Known when it is issued", f'value="{on(0)}"'):  # fmt: skip
        assert said in page
    assert f'value="{on(9)}"' in chosen


async def test_a_further_page_of_the_preview_keeps_the_day(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", API] = httpx.Response(200, json=RUN_PREVIEW | {"until": on(9), "next": "cursor-2"})
    browser = visit("lars")

    page = (await browser.get(f"{PAGE}?until={on(9)}")).text
    following = re.search(r'href="(/provider/larkspur/billing-run[?][^"]*after=cursor-2)#preview"', page)
    assert following
    await browser.get(following[1].replace("&amp;", "&"))

    params = [each.url.params for each in fakes.seen if each.url.path == API]
    assert [(each["until"], each.get("cursor")) for each in params] == [(on(9), None), (on(9), "cursor-2")]


@pytest.mark.parametrize(("until", "said"), [
    ("soon", "Enter a date."), ("2027-02-30", "Enter a date."), (on(400), "at most 62 days ahead."),
])  # fmt: skip
async def test_a_day_that_cannot_be_chosen_gets_a_sentence(
    visit: Visit, fakes: FakeServices, until: str, said: str
) -> None:
    fakes.replies["GET", API] = problem(422, "invalid", "Too far.", errors=[])

    page = await visit("lars").get(f"{PAGE}?until={until}")

    assert page.status_code == 422
    assert said in page.text
    assert "An error, which is in the log" in page.text, "the list of what was left out is there"


async def test_a_preview_that_does_not_come_leaves_the_list(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", API] = problem(503, "unavailable", "Not now.")

    page = (await visit("lars").get(PAGE)).text

    assert "The preview of the billing run cannot be shown just now." in page
    assert "An error, which is in the log" in page


async def test_staff_see_why_a_group_is_left_out_and_try_it_again(visit: Visit) -> None:
    lars = visit("lars")
    page = await lars.get(PAGE)
    assert "Northwind Logistics" in page.text
    assert "An error, which is in the log" in page.text

    retry = f"{PAGE}/{PARKED_GROUPS[0]['id']}/retry"
    tried = await lars.post(retry, data={"idempotency_key": "a" * 36}, follow_redirects=True)
    again = await lars.post(retry, data={"idempotency_key": "b" * 36})

    assert "The next billing run bills this group again." in tried.text
    assert "Every bill group is billed" in tried.text
    assert again.status_code == 404
    assert "is not left out any more" in again.text
