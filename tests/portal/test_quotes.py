"""The pages of quotes: for a customer's people, and for the provider's staff (I7)."""

import pytest

from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.business import PLANS
from tests.portal.fake_services import FakeServices
from tests.portal.quotes_answers import DRAFT, ID, NOTE, OFFER, QUOTE
from tests.portal.samples import at, ident, on

pytestmark = pytest.mark.rule("I7")
LIST, ONE = "/w/northwind/quotes", f"/w/northwind/quotes/{ID}"
ALL, WHOLE = "/provider/larkspur/quotes", f"/provider/larkspur/quotes/{ID}"
API, STAFF_API = f"/api/billing/quotes/{ID}", f"/api/billing/quoting/{ID}"
DRAFTED = QUOTE | {"state": "draft", "offer": None}


async def test_a_customer_sees_its_quotes_and_what_waits_for_its_answer(visit: Visit) -> None:
    jonas = visit("jonas")
    listed, overview = (await jonas.get(LIST)).text, (await jonas.get("/w/northwind/")).text
    for text in ("Q-10042", "Twenty ports in Hamburg. From March on.", "Offered", "Ask for a quote"):
        assert text in listed
    assert "1 offer waits for your answer." in overview


async def test_an_offer_shows_what_it_costs_and_is_accepted_with_a_name(visit: Visit, fakes: FakeServices) -> None:
    jonas = visit("jonas")
    shown = (await jonas.get(ONE)).text
    for text in ("Offer Q-10042-2", "Uplink Hamburg × 2", "€1,600.00", "€2,142.00", "Net within 30 days.",
                 "Would March suit you?", "Accept the offer", "Decline the offer"):  # fmt: skip
        assert text in shown
    entered = {"offer_version": "2", "name": "Jonas Weber", "po_number": "4711"}

    unconfirmed = await jonas.post(f"{ONE}/accept", data=entered)
    assert unconfirmed.status_code == 422
    assert fakes.sent("POST", f"{API}/accept") == []
    accepted = await jonas.post(f"{ONE}/accept", data=entered | {"confirmed": "true"})

    assert accepted.headers["location"] == ONE
    assert fakes.sent("POST", f"{API}/accept") == [{"offer_version": 2, "name": "Jonas Weber", "po_number": "4711"}]


async def test_an_answer_that_comes_too_late_is_told_with_what_was_entered(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["POST", f"{API}/accept"] = problem(409, "another-offer", "Offer 3 is the newest one.")
    entered = {"offer_version": "2", "name": "Jonas Weber", "po_number": "4711", "confirmed": "true"}
    answer = await visit("jonas").post(f"{ONE}/accept", data=entered)
    assert answer.status_code == 409
    assert "The seller has made another one." in answer.text
    assert 'value="4711"' in answer.text


async def test_who_may_not_accept_reads_and_writes_nothing_of_it(visit: Visit) -> None:
    shown = (await visit("tomas").get(ONE)).text
    assert "Offer Q-10042-2" in shown
    assert "Accept the offer" not in shown
    assert 'name="body"' not in shown


async def test_an_accepted_quote_that_is_not_ordered_says_why_on_both_sides(visit: Visit, fakes: FakeServices) -> None:
    acceptance = {"name": "Jonas Weber", "address": "jonas@northwind.example", "po_number": "4711", "at": at(hours=1),
                  "sha256": "5f" * 32}  # fmt: skip
    offer = OFFER | {"state": "accepted"}
    fakes.quote = QUOTE | {"state": "accepted", "acceptance": acceptance, "offer": offer, "order_failure": "no-room"}

    customers, sellers = (await visit("jonas").get(ONE)).text, (await visit("lars").get(WHOLE)).text

    assert "could not be ordered yet" in customers
    assert "Try again" not in customers
    for text in ("could not be ordered", "Try again", "4711"):
        assert text in sellers
    again = await visit("lars").post(f"{WHOLE}/order-again", data={})
    assert again.headers["location"] == WHOLE
    assert len(fakes.sent("POST", f"{STAFF_API}/order-again")) == 1


async def test_what_was_entered_in_the_form_of_an_order_goes_along_with_a_wish(
    visit: Visit, fakes: FakeServices
) -> None:
    jonas = visit("jonas")
    entries = {"plan_version_id": PLANS[0]["plan_version_id"], "quantity": "2", "configuration.speed_gbps": "10"}
    kept = await jonas.post("/w/northwind/quotes/from-order/port", data=entries)
    form = await jonas.get(kept.headers["location"])
    assert "What you have configured is sent along." in form.text
    draft = form.text.partition('name="draft" value="')[2].partition('"')[0]

    asked = await jonas.post(f"{LIST}/new", data={"wish": "Cheaper, please.", "product": "port", "draft": draft})

    assert asked.headers["location"] == ONE
    [sent] = fakes.sent("POST", "/api/billing/quotes")
    assert sent["wish"] == "Cheaper, please."
    assert sent["wished"]["plan_version_id"] == PLANS[0]["plan_version_id"]


async def test_staff_see_what_is_asked_for_and_the_notes_that_no_customer_sees(visit: Visit) -> None:
    lars = visit("lars")
    listed, whole = (await lars.get(ALL)).text, (await lars.get(WHOLE)).text
    assert "Northwind Logistics" in listed
    assert NOTE["body"] in whole
    assert NOTE["body"] not in (await visit("jonas").get(ONE)).text
    assert "quote is asked for." in (await lars.get("/w/larkspur/")).text


async def test_a_line_is_checked_as_an_order_and_added_at_its_own_price(visit: Visit, fakes: FakeServices) -> None:
    fakes.quote, lars = DRAFTED | {"currency": "USD"}, visit("lars")
    assert "Dedicated port" in (await lars.get(f"{WHOLE}/lines/new")).text
    form = await lars.get(f"{WHOLE}/lines/new/port")
    assert form.status_code == 200
    entries = {"plan_version_id": PLANS[0]["plan_version_id"], "recurring": "800", "one_off": "", "quantity": "2",
               "configuration.speed_gbps": "10", "display_name": "Uplink Hamburg", "draft_version": "0"}  # fmt: skip

    wrong = await lars.post(f"{WHOLE}/lines/new/port", data=entries | {"recurring": "cheap"})
    assert "Enter an amount" in wrong.text
    added = await lars.post(f"{WHOLE}/lines/new/port", data=entries)

    assert added.headers["location"] == WHOLE
    [checked] = fakes.sent("POST", f"/api/provisioning/order-checks/of-customers/{ident('northwind')}")
    assert (checked["quantity"], checked["bill_group_id"]) == (2, QUOTE["bill_group_id"])
    [sent] = fakes.sent("PUT", f"{STAFF_API}/draft")
    [line] = sent["lines"]
    assert (line["recurring_minor"], line["one_off_minor"], line["display_name"]) == (80_000, 0, "Uplink Hamburg")


async def test_a_drafted_line_is_changed_and_removed(visit: Visit, fakes: FakeServices) -> None:
    fakes.quote, fakes.draft, lars = DRAFTED, DRAFT, visit("lars")
    assert 'value="800.00"' in (await lars.get(f"{WHOLE}/lines/0")).text
    entries = {"display_name": "Uplink Kiel", "quantity": "3", "recurring": "700,50", "one_off": "0",
               "draft_version": "3"}  # fmt: skip
    assert (await lars.post(f"{WHOLE}/lines/0", data=entries)).headers["location"] == WHOLE
    assert (await lars.post(f"{WHOLE}/lines/0/remove", data={"draft_version": "4"})).headers["location"] == WHOLE
    changed, removed = fakes.sent("PUT", f"{STAFF_API}/draft")
    assert (changed["lines"][0]["display_name"], changed["lines"][0]["recurring_minor"]) == ("Uplink Kiel", 70_050)
    assert removed["lines"] == []


async def test_staff_offer_what_they_have_drafted(visit: Visit, fakes: FakeServices) -> None:
    fakes.quote, fakes.draft, lars = DRAFTED, DRAFT, visit("lars")
    page = (await lars.get(WHOLE)).text
    for text in ("Draft of the offer", "Uplink Hamburg × 2", "€2,142.00", "Offer to the customer"):
        assert text in page
    entries = {"valid_until": on(14), "terms": "Net.", "draft_version": "3", "then": "offer"}
    offered = await lars.post(f"{WHOLE}/draft", data=entries)
    assert offered.headers["location"] == WHOLE
    [kept] = fakes.sent("PUT", f"{STAFF_API}/draft")
    assert (kept["valid_until"], kept["terms"], kept["lines"]) == (on(14), "Net.", DRAFT["lines"])
    assert fakes.sent("POST", f"{STAFF_API}/offer") == [{"draft_version": 4}]


@pytest.mark.parametrize("deed", ["revise", "withdraw", "messages", "notes"])
async def test_each_other_deed_of_staff_goes_to_the_service(visit: Visit, fakes: FakeServices, deed: str) -> None:
    data = {"body": "Would March suit you?", "reason": "Sold out."}
    done = await visit("lars").post(f"{WHOLE}/{deed}", data=data)
    assert done.headers["location"] == WHOLE
    assert len(fakes.sent("POST", f"{STAFF_API}/{deed}")) == 1


async def test_staff_begin_a_quote_on_the_page_of_a_customer(visit: Visit, fakes: FakeServices) -> None:
    account = f"/provider/larkspur/customers/{ident('northwind')}"
    lars = visit("lars")
    assert "New quote" in (await lars.get(account)).text
    assert (await lars.get(f"{account}/quotes/new")).status_code == 200
    begun = await lars.post(f"{account}/quotes/new", data={"bill_group_id": ident("group")})
    assert begun.headers["location"] == WHOLE
    sent = fakes.sent("POST", f"/api/billing/quoting/of-customers/{ident('northwind')}")
    assert sent == [{"bill_group_id": ident("group")}]


@pytest.mark.parametrize("shown", ["9" * 5000, "-1", "two", ""])
async def test_a_version_that_no_page_showed_is_an_answer_and_not_a_failure(
    visit: Visit, fakes: FakeServices, shown: str
) -> None:
    declined = await visit("jonas").post(f"{ONE}/decline", data={"offer_version": shown, "reason": "Too late."})
    assert declined.headers["location"] == ONE
    assert fakes.sent("POST", f"{API}/decline") == [{"offer_version": 1, "reason": "Too late."}]
    fakes.quote, fakes.draft = DRAFTED, DRAFT
    kept = await visit("lars").post(f"{WHOLE}/draft", data={"draft_version": shown, "terms": "Net."})
    assert kept.headers["location"] == WHOLE
