"""The seller's sheet of a bill group's portal, and the page on which its visitors sign in (O29, O32 to O43)."""

import re

import pytest

from tests.portal.access_answers import KEY
from tests.portal.browsing import Visit, remembered
from tests.portal.fake_services import FakeServices, problem
from tests.portal.samples import ident

PATH = f"/partner/meridian/customers/{ident('quarry')}/bill-groups/{ident('berlin')}/access"
API = f"/api/identity/access-rules/{ident('quarry')}/{ident('berlin')}"
DOMAIN = {"kind": "domain", "domain": "quarry.example"}
PART = {"HX-Request": "true"}


@pytest.mark.rule("O33", "O34", "O35", "O41")
async def test_the_sheet_adds_a_domain_and_gives_the_link_with_and_without_script(
    visit: Visit, fakes: FakeServices
) -> None:
    ana = visit("ana")

    before = (await ana.get(PATH)).text
    added = await ana.post(PATH, data=DOMAIN)
    after = (await ana.get(PATH)).text
    part = (await ana.post(PATH, data={"kind": "address", "address": "eva@tidewater.example"}, headers=PART)).text

    assert "Nobody has access yet" in before
    assert f'value="https://portal.larkspur.example/p/{KEY}"' in before
    assert "Copy Portal Link" in before
    assert added.headers["location"] == PATH
    assert "quarry.example may sign in now." in after
    assert "Nobody can sign in yet" not in after
    assert "eva@tidewater.example may sign in now." in part
    assert "<html" not in part
    assert fakes.sent("POST", API)[0] == {"kind": "domain", "value": "quarry.example", "fold_in": False}


@pytest.mark.rule("O33", "O34")
async def test_a_partner_gets_from_its_customers_to_the_portal_of_each_bill_group(
    visit: Visit, fakes: FakeServices
) -> None:
    ana, account = visit("ana"), f"/partner/meridian/customers/{ident('quarry')}"

    listed = (await ana.get("/partner/meridian/customers")).text
    before = (await ana.get(account)).text
    await ana.post(PATH, data=DOMAIN)
    after = (await ana.get(account)).text
    sheet = (await ana.get(PATH)).text
    fakes.portal_state["portal_on"] = False
    off = (await ana.get(account)).text
    fakes.portal_state["portals_on"] = False
    all_off = (await ana.get(account)).text

    assert re.search(r'href="/partner/meridian/customers/[^"/]+"[^>]*>Account<', listed)
    assert f'href="{PATH}"' in before
    assert "Nobody has access yet." in before
    assert "1 domain or address has access" in after
    assert "The portal of this bill group is switched off." in off
    assert "Portals are switched off for this whole installation." in all_off
    assert f'href="{account}"' in sheet, "the way back"
    assert PATH.removesuffix("/access") + '"' not in sheet, "a partner has no page with a bill group's money"
    assert "Outstanding balance" not in before


async def test_who_may_not_decide_about_portals_is_led_to_none(visit: Visit) -> None:
    tom = visit("tom")

    of_ana = (await visit("ana").get("/partner/meridian/customers")).text
    listed = (await tom.get("/partner/meridian/customers")).text
    account = (await tom.get(f"/partner/meridian/customers/{ident('quarry')}")).text

    assert "Account of" in of_ana
    assert "Account of" not in listed
    assert PATH not in account


async def test_the_customer_of_a_partner_is_no_page_for_the_provider(visit: Visit, fakes: FakeServices) -> None:
    gone = problem(404, "not-found", "There is no such customer.")
    fakes.replies["GET", f"/api/identity/customers/{ident('quarry')}"] = gone

    for path in ("", f"/bill-groups/{ident('berlin')}/access"):
        answer = await visit("lars").get(f"/provider/larkspur/customers/{ident('quarry')}{path}")
        assert answer.status_code == 404
        assert "<h1>" in answer.text
        assert "Customer Portal" not in answer.text.partition("<main")[2]


@pytest.mark.rule("O38", "O39")
async def test_a_list_of_addresses_is_refused_in_words_at_its_field(visit: Visit) -> None:
    entered = {"kind": "address", "address": "a@quarry.example, b@quarry.example"}

    answer = await visit("ana").post(PATH, data=entered)

    assert answer.status_code == 422
    assert "One entry at a time, without commas or spaces." in answer.text
    assert entered["address"] in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.rule("O40", "D13")
async def test_a_domain_above_addresses_lists_them_and_offers_to_take_their_place(
    visit: Visit, fakes: FakeServices
) -> None:
    ana = visit("ana")
    await ana.post(PATH, data={"kind": "address", "address": "eva@quarry.example"})

    refused = await ana.post(PATH, data=DOMAIN)
    folded = await ana.post(PATH, data=DOMAIN | {"fold_in": "true"})

    assert refused.status_code == 409
    assert "eva@quarry.example" in refused.text
    assert "Let the domain take their place" in refused.text
    assert folded.status_code == 303
    assert [rule["value"] for rule in fakes.rules] == ["quarry.example"]


@pytest.mark.rule("D14")
async def test_removing_names_its_effect_before_anything_happens(visit: Visit, fakes: FakeServices) -> None:
    ana = visit("ana")
    await ana.post(PATH, data=DOMAIN)
    rule = f"{PATH}/{fakes.rules[0]['id']}/remove"

    asked = (await ana.get(rule)).text
    kept = list(fakes.rules)
    done = await ana.post(rule)
    again = await ana.post(rule)

    assert "2 people have signed in by this." in asked
    assert len(kept) == 1
    assert done.headers["location"] == PATH
    assert fakes.rules == []
    assert again.status_code == 404


@pytest.mark.rule("O32")
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"has_contract": False}, "The portal opens with an active contract"),
        ({"portal_on": False}, "The portal of this bill group is switched off."),
        ({"is_closed": True}, "This bill group is closed, and no invoice of it is open."),
    ],
)
async def test_the_sheet_says_what_is_missing_and_rules_can_be_prepared(
    visit: Visit, fakes: FakeServices, state: dict[str, bool], sentence: str
) -> None:
    fakes.portal_state |= state

    page = (await visit("ana").get(PATH)).text

    assert sentence in page
    assert "Add domain" in page


@pytest.mark.rule("O2", "L15")
async def test_the_sheet_says_that_portals_are_switched_off_in_the_installation(
    visit: Visit, fakes: FakeServices
) -> None:
    usual = (await visit("ana").get(PATH)).text
    fakes.portal_state["portals_on"] = False

    page = (await visit("ana").get(PATH)).text

    assert "Portals are switched off for this whole installation." in page
    assert "Portals are switched off" not in usual
    assert "The portal of this bill group is switched off." not in page


@pytest.mark.rule("O42", "O43")
async def test_a_visitor_enters_an_address_and_then_the_code(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()

    page = (await browser.get(f"/p/{KEY}")).text
    asked = await browser.post(f"/p/{KEY}", data={"address": "eva@quarry.example"})
    check = (await browser.get(asked.headers["location"])).text
    done = await browser.post("/sign-in/check", data={"code": "123456"})

    assert "Customer portal of Meridian Partners" in page
    assert 'type="password"' not in page
    assert "If <b>eva@quarry.example</b> has access to this portal" in check
    assert f"/p/{KEY}?address=eva%40quarry.example" in check
    assert fakes.sent("POST", "/api/identity/sign-in-challenges")[0]["portal"] == KEY
    assert done.headers["location"] == "/"


@pytest.mark.rule("O42")
async def test_asking_for_another_mail_stays_with_the_portal(visit: Visit, fakes: FakeServices) -> None:
    browser = visit()
    await browser.post(f"/p/{KEY}", data={"address": "eva@quarry.example"})
    assert (pending := remembered(browser).pending)
    assert pending.portal == KEY

    over = problem(410, "challenge-spent", "This code was used.")
    fakes.replies["POST", f"/api/identity/sign-in-challenges/{ident('challenge')}/redeem"] = over
    page = (await browser.post("/sign-in/check", data={"code": "123456"})).text
    link = (await browser.post("/sign-in/verify", data={"c": ident("challenge"), "t": "t" * 30})).text

    assert f'action="/p/{KEY}"' in page
    assert f'href="/p/{KEY}"' in link


@pytest.mark.rule("O32")
async def test_a_portal_that_is_not_open_says_so_and_whom_to_ask(visit: Visit, fakes: FakeServices) -> None:
    fakes.portal_state["portal_on"] = False

    page = (await visit().get(f"/p/{KEY}")).text

    assert "This portal is not open now. Ask Meridian Partners" in page
    assert "help@meridian.example" in page
    assert "<input" not in page.split("<main")[1]


async def test_a_link_that_was_never_made_is_no_page(visit: Visit) -> None:
    assert (await visit().get("/p/" + "x" * 32)).status_code == 404


@pytest.mark.rule("O1", "O29")
async def test_a_visitor_starts_at_billing_and_is_shown_nothing_that_does_not_work(visit: Visit) -> None:
    visitor = visit("visitor")

    start = await visitor.get("/w/northwind/")
    page = (await visitor.get(start.headers["location"])).text

    assert start.headers["location"] == "/w/northwind/billing"
    shown = page.split('id="nav"')[1].split("</nav>")[0] if 'id="nav"' in page else page
    for section in ("services", "orders", "billing", "audit", "exports"):
        assert f'href="/w/northwind/{section}"' in shown
    for section in ("users", "contacts", "settings", ""):
        assert f'href="/w/northwind/{section}"' not in shown


@pytest.mark.rule("O3", "O19")
@pytest.mark.parametrize(
    "section", ["services", "orders", "billing", "billing/invoices", "audit", "exports", "support"]
)
async def test_pages_of_a_visitor_hide_nothing_that_they_link_to(visit: Visit, section: str) -> None:
    page = await visit("visitor").get(f"/w/northwind/{section}")

    assert page.status_code == 200
    assert "hidden with your role" not in page.text
