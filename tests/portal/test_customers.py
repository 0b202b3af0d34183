"""The Customers page: hidden, unavailable and zero values, inviting, and who may work for a customer."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PATH = "/partner/meridian/customers"
USERS = f"{PATH}/{ident('northwind')}/users"
HTMX = {"HX-Request": "true"}


def row(page: str, slug: str) -> str:
    found = re.search(rf'<tr[^>]*data-customer="{slug}".*?</tr>', page, re.DOTALL)
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
    assert "1 hour ago" in northwind
    assert "2 days ago" in northwind


@pytest.mark.rule("P12")
async def test_search_sort_and_hide_inactive_are_passed_to_the_service(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    part = await browser.get(f"{PATH}?q=verdi&sort=mrr&descending=true&hide_inactive=true", headers=HTMX)

    asked = next(each for each in fakes.seen if each.url.path == "/api/identity/customers").url.params
    assert dict(asked) == {"status": "connected", "q": "verdi", "sort": "mrr", "descending": "true",
                           "hide_inactive": "true", "totals": "true", "limit": "50"}  # fmt: skip
    assert part.text.lstrip().startswith('<div id="customers">')
    assert part.headers["vary"] == "HX-Request"
    assert "No customer matches “verdi”" in part.text


@pytest.mark.rule("P3")
async def test_a_user_without_links_reads_why_the_list_is_empty(visit: Visit, fakes: FakeServices) -> None:
    nobody: dict[str, object] = {"items": [], "next": None, "totals": None, "inactive_hidden": 0}
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
    linked = await browser.post(USERS, data={"user_id": ident("tom"), "idempotency_key": "key-of-the-form-1"})
    panel = await browser.get(linked.headers["location"])
    link = fakes.links[0]["id"]
    await browser.post(f"{USERS}/{link}", data={"role": "regular"})
    changed = fakes.links[0]["role"]
    await browser.post(f"{USERS}/{link}/revoke")

    assert "Tom Vidal" in offered.text
    assert "ana@meridian.example)" not in offered.text
    assert re.search(r'value="support"\s+selected', panel.text)
    assert changed == "regular"
    assert fakes.links == []


@pytest.mark.rule("P14")
async def test_the_panel_alone_is_returned_to_htmx(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    answer = await browser.post(USERS, data={"user_id": ident("tom")}, headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "The user is linked with Support access." in answer.text


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
    assert ": invite " in row(page, "quarry")
    assert ": invite " not in row(page, "pampas")
    assert "There is no address on file" in without.text
    assert re.search(r"<button[^>]*disabled", without.text)
    assert "Send Invitation?" in question.text
    assert "office@quarrylane.example" in question.text
    assert len(fakes.sent("POST", f"/api/identity/customers/{ident('quarry')}/invite")) == 1


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
    assert "Is not an e-mail address." in refused.text


async def test_the_provider_sees_its_catalogue(visit: Visit) -> None:
    products = await visit("lars").get("/provider/larkspur/products")

    assert "Dedicated port" in products.text
    assert "$500.00" in products.text
