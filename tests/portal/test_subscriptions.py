"""A subscription's term on the page of its service: shown, renewed, extended."""

from datetime import date
from typing import Any

import httpx
import pytest

from services.portal.subscriptions.pages import later
from tests.portal.browsing import Visit
from tests.portal.business import SUBSCRIPTIONS
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident, on

SERVICE = f"/w/northwind/services/{ident('service-1')}"
HERE = f"/w/northwind/subscriptions/{ident('service-1')}"
API = f"/api/billing/subscriptions/{SUBSCRIPTIONS[0]['id']}"


def with_term(fakes: FakeServices, **facts: Any) -> None:
    one = SUBSCRIPTIONS[0] | {
        "clock": "started", "status": "active", "term_months": 12, "term_ends_on": on(200), "may_renew": True,
    } | facts  # fmt: skip
    fakes.replies["GET", "/api/billing/subscriptions"] = httpx.Response(200, json={"items": [one], "next": None})


@pytest.mark.rule("K2")
async def test_the_page_of_a_service_says_how_long_it_runs_and_what_can_be_done(
    visit: Visit, fakes: FakeServices
) -> None:
    with_term(fakes)

    text = (await visit("jonas").get(f"{SERVICE}/subscription")).text

    for said in ("Term until", "Another term begins by itself", f"{HERE}/renew", f"{HERE}/extend", "Do not renew"):
        assert said in text


async def test_what_is_cancelled_says_when_it_ends_and_is_not_renewed(visit: Visit, fakes: FakeServices) -> None:
    with_term(fakes, ends_on=on(200), may_renew=False)

    text = (await visit("jonas").get(f"{SERVICE}/subscription")).text

    assert "Ends on" in text
    assert f"{HERE}/renew" not in text


@pytest.mark.rule("K2")
async def test_a_subscription_is_renewed_after_its_new_end_and_cost_were_shown(
    visit: Visit, fakes: FakeServices
) -> None:
    with_term(fakes)
    jonas = visit("jonas")

    asked = (await jonas.get(f"{HERE}/renew")).text
    done = await jonas.post(f"{HERE}/renew", data={"idempotency_key": "k" * 20})

    assert "12 months more" in asked
    assert "$6,000.00 for these months" in asked
    assert done.headers["location"] == SERVICE
    assert len(fakes.sent("POST", f"{API}/renew")) == 1


@pytest.mark.rule("K2", "I24")
async def test_a_subscription_is_extended_by_some_of_its_terms(visit: Visit, fakes: FakeServices) -> None:
    with_term(fakes)
    jonas = visit("jonas")

    asked = (await jonas.get(f"{HERE}/extend")).text
    too_long = await jonas.post(f"{HERE}/extend", data={"months": "48"})
    done = await jonas.post(f"{HERE}/extend", data={"months": "24"})

    assert [f'value="{months}"' in asked for months in (12, 24, 36, 60)] == [True, True, True, False]
    assert "A term ends at most 60 months from now." in too_long.text
    assert done.status_code == 303
    assert [sent["months"] for sent in fakes.sent("POST", f"{API}/extend")] == [48, 24]


@pytest.mark.rule("K2")
async def test_it_can_be_chosen_that_it_does_not_renew_by_itself(visit: Visit, fakes: FakeServices) -> None:
    with_term(fakes)

    answer = await visit("jonas").post(f"{HERE}/term-end", data={"at_term_end": "end"})

    assert answer.headers["location"] == SERVICE
    assert fakes.sent("PUT", f"{API}/at-term-end") == [{"at_term_end": "end"}]


@pytest.mark.rule("P5")
async def test_the_billing_page_shows_the_mrr_by_month_with_what_changed_it(visit: Visit) -> None:
    text = (await visit("jonas").get("/w/northwind/billing")).text

    for said in ("MRR by month", "$2,070.00", "What changed it", "Ended"):
        assert said in text


def test_a_term_ends_on_the_last_day_of_a_shorter_month() -> None:
    assert later(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert later(date(2027, 11, 30), 14) == date(2029, 1, 30)
