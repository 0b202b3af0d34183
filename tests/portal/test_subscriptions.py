"""A subscription's term on the page of its service: shown, renewed, extended."""

from datetime import date
from typing import Any

import httpx
import pytest

from services.portal.terms import later
from tests.portal.agreeing_answers import renewal_order
from tests.portal.answering import problem
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
    done = await jonas.post(f"{HERE}/renew", data={"idempotency_key": "k" * 20, "term_ends_on": on(200)})

    assert "12 months more" in asked
    assert "$6,000.00 for these months" in asked
    assert done.headers["location"] == SERVICE
    assert f'value="{on(200)}"' in asked
    assert fakes.sent("POST", f"{API}/renew") == [{"term_ends_on": on(200)}]


@pytest.mark.rule("K2")
async def test_somebody_who_was_shown_a_former_term_sees_the_new_one_before_it_is_renewed(
    visit: Visit, fakes: FakeServices
) -> None:
    with_term(fakes, term_ends_on=on(565))
    fakes.replies["POST", f"{API}/renew"] = problem(409, "term-changed", "It ends on another day.")

    answer = await visit("jonas").post(f"{HERE}/renew", data={"idempotency_key": "k" * 20, "term_ends_on": on(200)})

    assert answer.status_code == 409
    assert "Somebody has renewed it, or it has renewed by itself." in answer.text
    assert f'value="{on(565)}"' in answer.text


@pytest.mark.parametrize("person", ["jonas", "tomas"])
async def test_a_term_that_no_page_has_shown_is_neither_renewed_nor_asked_for(
    visit: Visit, fakes: FakeServices, person: str
) -> None:
    with_term(fakes)

    answer = await visit(person).post(f"{HERE}/renew", data={"idempotency_key": "k" * 20, "term_ends_on": "soon"})

    assert answer.status_code == 409
    assert "What you see now is up to date." in answer.text
    assert fakes.sent("POST", f"{API}/renew") == fakes.sent("POST", "/api/provisioning/renewals") == []


@pytest.mark.rule("K2", "I24")
async def test_a_subscription_is_extended_by_some_of_its_terms(visit: Visit, fakes: FakeServices) -> None:
    with_term(fakes)
    jonas = visit("jonas")

    asked = (await jonas.get(f"{HERE}/extend")).text
    too_long = await jonas.post(f"{HERE}/extend", data={"months": "48", "term_ends_on": on(200)})
    done = await jonas.post(f"{HERE}/extend", data={"months": "24", "term_ends_on": on(200)})

    assert [f'value="{months}"' in asked for months in (12, 24, 36, 60)] == [True, True, True, False]
    assert "A term ends at most 60 months from now." in too_long.text
    assert done.status_code == 303
    sent = fakes.sent("POST", f"{API}/extend")
    assert sent == [{"term_ends_on": on(200), "months": months} for months in (48, 24)]


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


ORDER = f"/w/northwind/orders/{ident('renewal order')}"


@pytest.mark.rule("D2", "K2")
@pytest.mark.parametrize(("way", "path", "months"), [("renew", "", None), ("extend", "/extend", 24)])
async def test_a_member_asks_after_the_same_preview_and_an_admin_approves_what_is_shown(
    visit: Visit, fakes: FakeServices, way: str, path: str, months: int | None
) -> None:
    with_term(fakes)
    tomas, jonas = visit("tomas"), visit("jonas")
    sent = {"idempotency_key": "k" * 20, "term_ends_on": on(200), "months": "24", "message": "We stay."}

    panel = (await tomas.get(f"{SERVICE}/subscription")).text
    asked = (await tomas.get(f"{HERE}/{way}")).text
    answer = await tomas.post(f"{HERE}/{way}", data=sent)
    of_member = (await tomas.get(ORDER)).text
    with_term(fakes, term_ends_on=on(210))
    waits = (await jonas.get(ORDER)).text

    assert f"Ask to {way}" in panel
    assert "Do not renew" not in panel
    for text in ("Ask for approval", "$6,000.00 for these months", f'value="{on(200)}"'):
        assert text in asked
    assert answer.headers["location"] == ORDER
    [wanted] = fakes.sent("POST", f"/api/provisioning/renewals{path}")
    expected = {"service_id": ident("service-1"), "term_ends_on": on(200), "message": "We stay."}
    assert wanted == expected | ({"months": months} if months else {})
    assert fakes.sent("POST", f"{API}/{way}") == []
    for text in ("Renewal", "Withdraw", "You are told by mail"):
        assert text in of_member
    assert "Approve the renewal" not in of_member
    for text in ("Approve the renewal", "New end of the term", f'value="{on(210)}"'):
        assert text in waits
    assert ("24 months more" if months else "12 months more") in waits


@pytest.mark.rule("D2", "K2")
async def test_what_is_not_possible_any_more_is_said_and_cannot_be_approved(visit: Visit, fakes: FakeServices) -> None:
    fakes.agreed = renewal_order()
    with_term(fakes, may_renew=False)

    page = (await visit("jonas").get(ORDER)).text

    assert "This is not possible now" in page
    assert "Approve the renewal" not in page
    assert "Refuse" in page


@pytest.mark.rule("D2", "K2")
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("fulfilled", "The term of the subscription ends later now."),
        ("failed", "The term or the plan was changed meanwhile."),
    ],
)
async def test_the_order_says_what_became_of_a_renewal(
    visit: Visit, fakes: FakeServices, state: str, said: str
) -> None:
    failure = {"failure": "Changed.", "failure_code": "renewal_term_changed"} if state == "failed" else {}
    fakes.agreed = renewal_order(state, **failure)

    page = (await visit("tomas").get(ORDER)).text

    assert said in page
    assert "Nothing is billed for it." not in page
