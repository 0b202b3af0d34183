"""A customer's account as its seller sees it: bill groups, one of them, and the forms."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.business import BILL_GROUP, CUSTOMER_GROUPS, SUBSCRIPTIONS
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident

ACCOUNT = f"/provider/larkspur/customers/{ident('northwind')}"
GROUP = f"{ACCOUNT}/bill-groups/{ident('group')}"
LABS = f"{ACCOUNT}/bill-groups/{ident('group-2')}"
API = f"/api/billing/customers/{ident('northwind')}"


@pytest.mark.rule("O33", "O30", "K13")
async def test_the_account_has_a_customer_portal_button_for_each_group(visit: Visit) -> None:
    browser = visit("lars")

    listed = (await browser.get("/provider/larkspur/customers")).text
    page = (await browser.get(ACCOUNT)).text

    assert re.search(r'href="/provider/larkspur/customers/[^"/]+"[^>]*>Account<', listed)
    for group in CUSTOMER_GROUPS:
        assert group["display_name"] in page
        assert f'href="{ACCOUNT}/bill-groups/{group["id"]}/access"' in page
    assert page.count("Customer Portal") >= len(CUSTOMER_GROUPS)
    assert "$16,720.00 overdue" in page


@pytest.mark.rule("O33")
async def test_the_page_of_a_group_shows_all_that_belongs_to_it(visit: Visit) -> None:
    page = (await visit("lars").get(GROUP)).text

    for text in ("Jonas Weber", "PO-88213", "DE314159265", "Not checked", "INV-2026-00003", "Dedicated port, Standard",
                 "Monthly", "Paying online", f'href="{GROUP}/access"', "Move", "Company card (Visa •••• 4242)",
                 "Default: this one is charged.", "Access to the portal", "Auto-pay"):  # fmt: skip
        assert text in page
    assert "Former" not in page, "it is closed and has another currency"


async def test_the_page_of_a_group_shows_its_credit_and_leads_to_paying_it_back(visit: Visit) -> None:
    browser = visit("lars")
    page = (await browser.get(GROUP)).text
    credit = await browser.get(f"{GROUP}/credit")
    looked_at = (await visit("lars-reading").get(GROUP)).text

    assert f'href="{GROUP}/credit"' in page
    assert credit.status_code == 200
    assert f'href="{GROUP}"' in credit.text, "the way back"
    assert "More was paid than was owed" in credit.text
    assert "Credit" in looked_at
    assert f"{GROUP}/credit" not in looked_at, "only who may pay it back"


async def test_who_may_only_look_gets_no_form(visit: Visit) -> None:
    page = (await visit("lars-reading").get(GROUP)).text

    assert "INV-2026-00003" in page
    assert f"{GROUP}/edit" not in page
    assert "another bill group" not in page


async def test_support_sees_no_money_of_a_customer(visit: Visit) -> None:
    listed = (await visit("lars-support").get("/provider/larkspur/customers")).text
    assert "Account of " not in listed


async def test_a_section_that_is_down_leaves_the_rest(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", f"{API}/invoices"] = problem(503, "unavailable", "Not now.")
    page = (await visit("lars").get(GROUP)).text

    assert "Invoices cannot be shown just now." in page
    assert "Dedicated port, Standard" in page


async def test_a_group_is_created_by_a_plain_form(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")

    wrong = await browser.post(f"{ACCOUNT}/bill-groups/new", data={"display_name": "Japan", "currency": "XXX"})
    words = await browser.post(
        f"{ACCOUNT}/bill-groups/new", data={"display_name": "Japan", "currency": "jpy", "terms_days": "soon"}
    )
    made = await browser.post(f"{ACCOUNT}/bill-groups/new", data={"display_name": "Japan", "currency": "jpy"})
    after = await browser.get(made.headers["location"])

    assert (wrong.status_code, words.status_code) == (422, 422)
    assert "Enter a currency by its three letters" in wrong.text
    assert "Enter a whole number." in words.text
    assert fakes.sent("POST", f"{API}/bill-groups")[-1] == {
        "display_name": "Japan", "currency": "JPY", "terms_days": None}  # fmt: skip
    assert "The bill group Japan is created." in after.text


@pytest.mark.rule("O2", "L15")
async def test_the_portal_and_paying_are_switched_per_group(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    form = (await browser.get(f"{LABS}/edit")).text

    await browser.post(f"{LABS}/edit", data={"display_name": "Labs", "terms_days": "30", "paying_on": "true"})

    assert re.search(r'id="paying_on"[^>]*checked', form)
    assert not re.search(r'id="portal_on"[^>]*checked', form)
    assert fakes.sent("PATCH", f"{API}/bill-groups/{ident('group-2')}") == [
        {
            "display_name": "Labs",
            "terms_days": 30,
            "portal_on": False,
            "paying_on": True,
            "locations_see_invoices": False,
        }
    ]


async def test_a_group_is_closed_opened_and_made_the_default(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    assert "Close the bill group" in (await browser.get(LABS)).text

    for act in ("close", "open", "default"):
        assert (await browser.post(f"{LABS}/state/{act}")).status_code == 303
    refused = await browser.post(f"{GROUP}/state/close")

    assert fakes.sent("PATCH", f"{API}/bill-groups/{ident('group-2')}") == [
        {"is_closed": True}, {"is_closed": False}, {"is_default": True}]  # fmt: skip
    assert refused.status_code == 409
    assert "It has subscriptions or unpaid invoices." in refused.text


async def test_a_subscription_is_moved_with_a_key_of_its_own(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    page = (await browser.get(GROUP)).text
    moving = f"{GROUP}/subscriptions/{SUBSCRIPTIONS[0]['id']}/move"
    form = page.partition(f'action="{moving}"')[2].partition("</form>")[0]
    key = re.search(r'name="idempotency_key" value="([^"]+)"', form)
    assert key

    done = await browser.post(moving, data={"bill_group_id": ident("group-2"), "idempotency_key": key[1]})
    after = await browser.get(done.headers["location"])

    path = f"{API}/subscriptions/{SUBSCRIPTIONS[0]['id']}/move"
    assert fakes.sent("POST", path) == [{"bill_group_id": ident("group-2")}]
    assert "The subscription is moved." in after.text


@pytest.mark.parametrize("chosen", ["", "zz", "-1.5e999"])
async def test_a_move_to_what_is_no_group_is_refused_in_words(visit: Visit, fakes: FakeServices, chosen: str) -> None:
    moving = f"{GROUP}/subscriptions/{SUBSCRIPTIONS[0]['id']}/move"

    refused = await visit("lars").post(moving, data={"bill_group_id": chosen})

    assert refused.status_code == 422
    assert "Choose one of the bill groups." in refused.text
    assert fakes.sent("POST", f"{API}/subscriptions/{SUBSCRIPTIONS[0]['id']}/move") == []


@pytest.mark.rule("O6", "O15", "O16", "O17")
async def test_a_customer_changes_its_billing_details(visit: Visit, fakes: FakeServices) -> None:
    browser, path = visit("jonas"), f"/w/northwind/billing/{ident('group')}/profile"
    summary = (await browser.get("/w/northwind/billing")).text
    form = (await browser.get(path)).text
    wrong = await browser.post(path, data={"po_number": "PO-7", "vat_number": "DE1", "registration_number": ""})
    saved = await browser.post(path, data={"po_number": "PO-7", "vat_number": "DE136695976"})
    after = await browser.get(saved.headers["location"])

    assert f'href="{path}"' in summary
    assert 'value="PO-88213"' in form
    assert wrong.status_code == 422
    assert "This cannot be a VAT number" in wrong.text
    assert 'value="PO-7"' in wrong.text
    assert fakes.sent("PUT", f"/api/billing/bill-groups/{ident('group')}/profile")[-1] == {
        "po_number": "PO-7", "vat_number": "DE136695976", "registration_number": ""}  # fmt: skip
    assert "The billing details are saved." in after.text


@pytest.mark.rule("D20")
async def test_the_order_form_offers_who_pays_and_the_review_says_who_does(visit: Visit, fakes: FakeServices) -> None:
    browser, form = visit("jonas"), "/w/northwind/orders/new/port"
    one = (await browser.get(form)).text
    groups = [BILL_GROUP, BILL_GROUP | {"id": ident("labs"), "display_name": "Labs", "is_default": False}]
    fakes.replies["GET", "/api/billing/bill-groups"] = httpx.Response(200, json=groups)
    two = (await browser.get(form)).text
    entries = {"plan_version_id": ident("plan-1"), "quantity": "1", "configuration.speed_gbps": "10",
               "configuration.site": "FRA-02", "configuration.term_months": "12"}  # fmt: skip

    async def review(**more: str) -> str:
        kept = await browser.post(form, data=entries | more)
        return (await browser.get(kept.headers["location"], follow_redirects=True)).text

    usual, chosen = await review(), await review(bill_group_id=ident("labs"))
    wrong = await review(bill_group_id=ident("nowhere"))

    assert 'name="bill_group_id"' not in one
    assert f'<option value="{ident("labs")}"' in two
    assert "EU infrastructure" in usual.partition("Paid by")[2]
    assert "Labs" in chosen.partition("Paid by")[2]
    assert "Choose one of the options." in wrong
    asked = [sent.get("bill_group_id") for sent in fakes.sent("POST", "/api/provisioning/order-checks")]
    assert asked == [ident("group"), ident("labs")]
