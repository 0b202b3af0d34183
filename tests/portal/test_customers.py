"""The Customers page: hidden, unavailable and zero values, inviting, and who may work for a customer."""

import re

import httpx
import pytest

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.business import PRODUCTS, product_summary
from tests.portal.fake_services import FakeServices
from tests.portal.samples import PEOPLE, customers_page, ident

PATH = "/partner/meridian/customers"
USERS = f"{PATH}/{ident('northwind')}/users"
HTMX = {"HX-Request": "true"}


def row(page: str, slug: str) -> str:
    found = re.search(rf'<tr[^>]*data-row="{slug}".*?</tr>', page, re.DOTALL)
    assert found, slug
    return found[0]


@pytest.mark.rule("D10", "P4")
async def test_hidden_unavailable_and_zero_are_three_different_answers(visit: Visit) -> None:
    page = (await visit("ana").get(PATH)).text

    assert "Hidden with Support access" in row(page, "tiller")
    assert "Unavailable" in row(page, "fjord")
    zero = row(page, "verdigris")
    assert "Unavailable" not in zero
    assert "Hidden" not in zero
    assert re.search(r'data-l="Ports">\s*0\s*<', zero)
    assert "Never" in zero


@pytest.mark.rule("P5", "P7", "P8", "P9", "P10", "P11")
async def test_a_row_shows_the_six_columns(visit: Visit) -> None:
    northwind = row((await visit("ana").get(PATH)).text, "northwind")

    assert "$18,420.00" in northwind
    for label, number in (("Ports", 12), ("VCs", 34), ("Cloud", 9)):
        assert re.search(rf'data-l="{label}">\s*{number}\s*<', northwind)
    assert "3 days ago" in northwind
    assert "2 days ago" in northwind


@pytest.mark.parametrize(("query", "expected"), [("?q=verdi", "true"), ("?cursor=abc", "false")])
async def test_totals_are_asked_for_with_the_first_page_alone(
    visit: Visit, fakes: FakeServices, query: str, expected: str
) -> None:
    await visit("ana").get(PATH + query)

    asked = next(each for each in fakes.seen if each.url.path == "/api/identity/customers").url.params
    assert asked["totals"] == expected


@pytest.mark.rule("P12")
async def test_search_sort_and_hide_inactive_are_passed_to_the_service(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    part = await browser.get(f"{PATH}?q=verdi&sort=-mrr&hide_inactive=true", headers=HTMX)

    asked = next(each for each in fakes.seen if each.url.path == "/api/identity/customers").url.params
    assert dict(asked) == {"status": "connected", "q": "verdi", "sort": "mrr", "descending": "true",
                           "hide_inactive": "true", "totals": "false", "limit": "50"}  # fmt: skip
    assert part.text.lstrip().startswith('<div id="table-customers"')
    assert part.headers["vary"] == "HX-Request"
    assert "Nothing matches “verdi”" in part.text


async def test_a_search_that_too_many_match_says_what_is_listed_and_why_there_are_no_totals(
    visit: Visit, fakes: FakeServices
) -> None:
    given = customers_page(None, {}) | {"totals": None, "inactive_hidden": 1_001, "too_many_found": True}
    fakes.replies["GET", "/api/identity/customers"] = httpx.Response(200, json=given)

    page = (await visit("ana").get(f"{PATH}?q=ltd&hide_inactive=true")).text

    assert "More than 1,000 customers match “ltd”. Only 1,000 of them are listed" in page
    assert "Totals are left out" in page
    assert "more than 1,000 inactive hidden" in page
    assert "Monthly recurring revenue" not in page


@pytest.mark.rule("P3")
async def test_a_user_without_links_reads_why_the_list_is_empty(visit: Visit, fakes: FakeServices) -> None:
    nobody: dict[str, object] = {"items": [], "next": None, "totals": None, "inactive_hidden": 0,
                                "too_many_found": False}  # fmt: skip
    fakes.replies["GET", "/api/identity/customers"] = httpx.Response(200, json=nobody)

    answer = await visit("tom").get(PATH)

    assert "linked you" in answer.text
    assert "Add customer" not in answer.text


@pytest.mark.rule("P14", "P15", "P16", "P17", "P24")
async def test_users_are_linked_as_support_changed_and_revoked_by_plain_forms(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("ana")

    offered = await browser.get(USERS)
    linked = await browser.post(USERS, data={"chosen": ident("tom"), "idempotency_key": "key-of-the-form-1"})
    panel = await browser.get(linked.headers["location"])
    link = fakes.links[0]["id"]
    await browser.post(f"{USERS}/{link}", data={"role": "regular"})
    changed = fakes.links[0]["role"]
    await browser.post(f"{USERS}/{link}/revoke")
    after = await browser.get(USERS)

    assert "Tom Vidal" in offered.text
    assert "ana@meridian.example)" not in offered.text
    assert re.search(r'value="support"\s+selected', panel.text)
    texts = (
        "Manage users of Northwind Logistics",
        "Which users of Meridian Partners may work for Northwind Logistics",
        "Tom Vidal may work for Northwind Logistics with Support access now.",
        "Revoke the access of Tom Vidal to Northwind Logistics",
    )
    for said in texts:
        assert said in panel.text
    assert "Tom Vidal has no access to Northwind Logistics any more." in after.text
    assert changed == "regular"
    assert fakes.links == []


@pytest.mark.rule("P14")
async def test_many_linked_users_and_many_others_come_page_by_page(visit: Visit, fakes: FakeServices) -> None:
    link = {"id": ident("link"), "user": PEOPLE["tom"], "role": "support", "last_day": None}
    for path, item in (("links", link), ("links/linkable", PEOPLE["priya"])):
        answer = httpx.Response(200, json={"items": [item], "next": f"after-{path.rpartition('/')[2]}"})
        fakes.replies["GET", f"/api/identity/{path}"] = answer
    browser = visit("ana")

    first = await browser.get(USERS)
    paths = re.findall(r'href="([^"]*)">\s*More (?:linked users|users to link)', first.text)
    fakes.seen.clear()
    for path in sorted(paths):
        await browser.get(path)

    asked = [(each.url.path, each.url.params.get("cursor", "")) for each in fakes.seen if "/links" in each.url.path]
    assert sorted(asked) == [
        ("/api/identity/links", ""), ("/api/identity/links", "after-links"),
        ("/api/identity/links/linkable", ""), ("/api/identity/links/linkable", "after-linkable"),
    ]  # fmt: skip


@pytest.mark.rule("P14")
async def test_the_panel_alone_is_returned_to_htmx(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    answer = await browser.post(USERS, data={"chosen": ident("tom")}, headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Tom Vidal may work for Northwind Logistics with Support access now." in answer.text


async def test_only_admins_are_offered_the_panel(visit: Visit) -> None:
    admins, answer = await visit("ana").get(PATH), await visit("tom").get(PATH)

    assert "Manage users" in admins.text
    assert "Manage users" not in answer.text


@pytest.mark.rule("L4", "L5", "L8", "L10", "L11")
async def test_an_invitation_needs_an_address_on_file_and_asks_before_it_is_sent(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("ana")

    page = (await browser.get("/partner/meridian/invitations")).text
    without = await browser.get(f"/partner/meridian/invitations/{ident('pampas')}")
    question = await browser.get(f"/partner/meridian/invitations/{ident('quarry')}")
    await browser.post(
        f"/partner/meridian/invitations/{ident('quarry')}", data={"idempotency_key": "key-of-the-form-2"}
    )

    assert "Not Connected" in row(page, "pampas")
    assert ">Invited<" not in page
    assert "Invited on " in row(page, "quarry")
    assert "Invited on " not in row(page, "pampas")
    assert ": invite " in row(page, "quarry")
    assert ": invite " in row(page, "pampas")
    assert "There is no address on file" in without.text
    assert re.search(r"<button[^>]*disabled", without.text)
    assert "Send Invitation?" in question.text
    assert "office@quarrylane.example" in question.text
    assert len(fakes.sent("POST", f"/api/identity/customers/{ident('quarry')}/invite")) == 1


@pytest.mark.rule("L8")
async def test_a_reminder_and_a_mail_that_came_back_show_wherever_the_invitation_does(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"reminded_at": "2026-11-20T10:00:00Z", "undelivered_at": "2026-11-21T10:00:00Z"}
    monkeypatch.setitem(samples.NOT_CONNECTED[1], "invitation", samples.pending(**told))
    quarry = ident("quarry")

    listed = (await visit("ana").get("/partner/meridian/invitations")).text
    question = (await visit("ana").get(f"/partner/meridian/invitations/{quarry}")).text
    account = (await visit("lars").get(f"/provider/larkspur/customers/{quarry}")).text

    for page in (listed, account):
        assert "Reminded on Nov 20, 2026" in page
        assert "Could not be delivered" in page
    assert "A reminder was sent on Nov 20, 2026." in question
    assert "Its mail could not be delivered." in question


async def test_an_invitation_that_is_under_way_is_taken_back(visit: Visit, fakes: FakeServices) -> None:
    browser, path = visit("ana"), f"/partner/meridian/invitations/{ident('quarry')}"

    question = (await browser.get(path)).text
    of_other = (await browser.get(f"/partner/meridian/invitations/{ident('pampas')}")).text
    taken = await browser.post(f"{path}/revoke", data={})
    listed = (await browser.get(taken.headers["location"])).text

    assert f'action="{path}/revoke"' in question
    assert "An invitation was sent on" in question
    assert "/revoke" not in of_other
    assert len(fakes.sent("POST", f"/api/identity/customers/{ident('quarry')}/revoke-invitation")) == 1
    assert "The invitation is taken back." in listed


@pytest.mark.rule("P1")
async def test_a_customer_is_added_and_then_needs_an_address(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    added = await browser.post(
        f"{PATH}/new", data={"display_name": "Pampas Foods", "idempotency_key": "key-of-the-form-3"}
    )
    refused = await browser.post(added.headers["location"], data={"display_name": "Rosa Lind", "address": "nowhere"})

    assert refused.status_code == 422
    assert 'value="Rosa Lind"' in refused.text
    assert 'value="nowhere"' in refused.text
    assert "Enter a mail address" in refused.text


async def test_the_provider_sees_its_catalogue_page_by_page(visit: Visit, fakes: FakeServices) -> None:
    first = await visit("lars").get("/provider/larkspur/products")
    few = [{"name": f"field_{n}", "title": None} for n in range(10)]
    more = product_summary(PRODUCTS[0]) | {"fields": {"count": 12, "first": few}}
    listed = httpx.Response(200, json={"items": [more], "next": "cursor-2"})
    fakes.replies["GET", "/api/provisioning/products"] = listed
    kept = httpx.Response(200, json={"items": [more | {"state": "offered"}], "next": "cursor-2"})
    fakes.replies["GET", "/api/provisioning/catalogue"] = kept
    next_page = await visit("lars").get("/provider/larkspur/products?cursor=cursor-1")
    catalogue = await visit("lars").get("/w/larkspur/orders/new")

    assert "Dedicated port" in first.text
    assert "$500.00" in first.text
    assert "Speed, Site, Term in months, VLAN name, Encrypt with MACsec" in first.text
    assert "Field 9 and 2 more" in next_page.text
    assert "/provider/larkspur/products?cursor=cursor-2" in next_page.text
    assert "/w/larkspur/orders/new?cursor=cursor-2" in catalogue.text
    assert fakes.seen[-1].url.path == "/api/provisioning/products"


@pytest.mark.rule("P13", "P25")
async def test_who_keeps_admins_out_has_no_button_to_enter_but_the_reason(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(samples.CUSTOMERS[0], "may_enter", False)
    monkeypatch.setitem(samples.PARTNERS[2], "may_enter", False)

    customers = (await visit("ana").get("/partner/meridian/customers")).text
    partner = (await visit("lars").get(f"/provider/larkspur/partners/{samples.PARTNERS[2]['id']}")).text

    assert "/customers/northwind/view" not in customers
    assert "/customers/halcyon/view" in customers
    assert customers.count("Keeps your admins out") == 1
    assert "This partner keeps your admins out." in partner
    assert "/partners/meridian/view" not in partner
