"""The provider's Partners page: the list, adding one, inviting again, working for one, and permissions."""

import re

import httpx
import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PATH = "/provider/larkspur/partners"
FORM = {"display_name": "Alder", "contact_name": "Farah", "address": "farah@alder.example", "idempotency_key": "k" * 20}


def row(page: str, slug: str) -> str:
    found = re.search(rf'<tr[^>]*data-row="{slug}".*?</tr>', page, re.DOTALL)
    assert found, slug
    return found[0]


@pytest.mark.rule("D20")
async def test_a_row_shows_totals_of_a_partners_customers_and_never_adds_two_currencies(visit: Visit) -> None:
    meridian = row((await visit("lars").get(PATH)).text, "meridian")

    for label, number in (("Customers", 8), ("Ports", 36), ("VCs", 109), ("Cloud", 34)):
        assert re.search(rf'data-l="{label}">\s*{number}\s*<', meridian)
    assert "€59,985.50 + $7.00" in meridian
    assert "3 days ago" in meridian
    assert "Connected" in meridian
    assert "office@<wbr>meridian.example" in meridian


@pytest.mark.rule("D10", "P4")
async def test_a_link_as_support_hides_the_numbers_of_a_partner_too(visit: Visit) -> None:
    page = (await visit("lars").get(PATH)).text

    assert "Hidden with Support access" in row(page, "birch")
    assert "Hidden" not in row(page, "alder")
    assert re.search(r'data-l="Ports">\s*0\s*<', row(page, "alder"))


@pytest.mark.rule("P25")
async def test_view_opens_a_connected_partner_and_exit_leads_back_to_the_partners(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("lars")
    page = (await browser.get(PATH)).text

    opened = await browser.post(f"{PATH}/meridian/view")
    inside = await browser.get(opened.headers["location"])
    back = await browser.post("/w/meridian/exit")

    assert f'action="{PATH}/meridian/view"' in row(page, "meridian")
    assert "/view" not in row(page, "alder"), "nobody has signed up there"
    assert fakes.sent("POST", "/api/identity/on-behalf") == [{"workspace": "meridian"}]
    assert "Working in <strong>Meridian Partners</strong>" in inside.text
    assert "for Larkspur Cloud" in inside.text
    assert back.headers["location"] == PATH


async def test_a_partner_is_added_on_a_page_of_its_own(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    listed = await browser.get(PATH)

    form = await browser.get(f"{PATH}/new")
    refused = await browser.post(f"{PATH}/new", data=FORM | {"address": "nowhere"})
    added = await browser.post(f"{PATH}/new", data=FORM)

    assert f'href="{PATH}/new"' in listed.text
    assert "Name of its first admin" in form.text
    assert refused.status_code == 422
    assert 'value="nowhere"' in refused.text
    assert added.headers["location"] == PATH
    assert fakes.sent("POST", "/api/identity/partners")[-1]["address"] == "farah@alder.example"


@pytest.mark.rule("L8", "L10")
async def test_a_partner_that_has_not_accepted_is_invited_again_and_the_page_leads_back_to_the_partners(
    visit: Visit, fakes: FakeServices
) -> None:
    browser, alder = visit("lars"), f"{PATH}/{ident('alder')}"
    page = (await browser.get(PATH)).text

    question = await browser.get(f"{alder}/invitation")
    sent = await browser.post(f"{alder}/invitation", data={"idempotency_key": "k" * 20})
    contact = await browser.get(f"{alder}/contact")
    saved = await browser.post(f"{alder}/contact", data={"display_name": "Farah", "address": "farah@alder.example"})
    connected = await browser.get(f"{PATH}/{ident('meridian')}/invitation")

    assert f'href="{alder}/invitation"' in row(page, "alder")
    assert "office@alder.example" in question.text
    assert 'value="office@alder.example"' in contact.text
    assert sent.headers["location"] == saved.headers["location"] == PATH
    assert len(fakes.sent("POST", f"/api/identity/customers/{ident('alder')}/invite")) == 1
    assert connected.status_code == 404


@pytest.mark.rule("P14")
async def test_users_are_linked_to_a_partner_from_the_partners_page(visit: Visit, fakes: FakeServices) -> None:
    browser, users = visit("lars"), f"{PATH}/{ident('meridian')}/users"

    panel = await browser.get(users)
    linked = await browser.post(users, data={"chosen": ident("tom"), "idempotency_key": "k" * 20})

    assert "Which users of Larkspur Cloud may work for" in panel.text
    assert f'href="{PATH}"' in panel.text
    assert linked.headers["location"] == users
    assert (await browser.get(f"/provider/larkspur/products/{ident('meridian')}/users")).status_code == 404


async def test_without_partners_the_page_offers_adding_one_to_people_who_may(visit: Visit, fakes: FakeServices) -> None:
    fakes.replies["GET", "/api/identity/partners"] = httpx.Response(200, json={"items": [], "next": None})

    admin = (await visit("lars").get(PATH)).text
    fakes.sessions["lars"].role = "regular"
    regular = (await visit("lars").get(PATH)).text

    assert "No partners yet" in admin
    assert admin.count(f'href="{PATH}/new"') == 2
    assert "linked you to it" in regular
    assert f"{PATH}/new" not in regular


async def test_the_providers_overview_lists_its_partners_and_a_partners_overview_does_not(
    visit: Visit, fakes: FakeServices
) -> None:
    provider = (await visit("lars").get("/w/larkspur/")).text
    partner = (await visit("ana").get("/w/meridian/")).text

    assert "Meridian Partners" in provider
    assert f'href="{PATH}">View all' in provider
    assert "Your partners and customers" in provider
    assert 'id="partners"' not in partner
    asked = [each for each in fakes.seen if each.url.path == "/api/identity/partners"]
    assert len(asked) == 1


async def test_a_partners_workspace_has_no_partners_page(visit: Visit) -> None:
    page = (await visit("ana").get("/w/meridian/")).text

    assert "/partners" not in page


@pytest.mark.rule("P5", "P7", "P8", "P9", "P10", "P11")
async def test_the_customers_of_a_partner_are_listed_to_read(visit: Visit, fakes: FakeServices) -> None:
    path = f"{PATH}/{ident('meridian')}"
    listed = (await visit("lars").get(PATH)).text

    page = (await visit("lars").get(f"{path}?sort=-mrr")).text

    assert f'href="{path}"' in row(listed, "meridian")
    northwind = row(page, "northwind")
    assert "$18,420.00" in northwind
    for label, number in (("Ports", 12), ("VCs", 34), ("Cloud", 9)):
        assert re.search(rf'data-l="{label}">\s*{number}\s*<', northwind)
    assert "Connected" in northwind
    below = f"{path}/customers/{ident('northwind')}"
    acts = re.findall('<a [^>]*href="([^"]+)"', northwind)
    assert acts == [f"{below}/suspension", f"{below}/move", f"{below}/holders"]
    assert not re.search("<(button|form)", northwind), "nothing else can be done with a customer of a partner"
    assert "Hidden with Support access" in row(page, "tiller")
    assert "Partner account MER-20011 and its customers, to read." in page
    assert f'action="{PATH}/meridian/view"' in page
    assert "Export list" not in page
    asked = [each for each in fakes.seen if each.url.path == f"/api/identity/partners/{ident('meridian')}/customers"]
    assert dict(asked[-1].url.params) == {"status": "connected", "sort": "mrr", "descending": "true",
                                          "hide_inactive": "false", "totals": "true", "limit": "50"}  # fmt: skip


async def test_customers_of_a_partner_that_are_not_connected_are_a_choice_away(visit: Visit) -> None:
    page = (await visit("lars").get(f"{PATH}/{ident('meridian')}?status=not_connected")).text

    assert "Invited on" in row(page, "quarry")
    assert "office@quarrylane.example" not in page
    assert "/invitation" not in row(page, "quarry")


async def test_a_partner_that_nobody_has_signed_up_for_has_no_portal_to_work_in(visit: Visit) -> None:
    page = (await visit("lars").get(f"{PATH}/{ident('alder')}")).text

    assert f"{PATH}/alder/view" not in page
    assert (await visit("lars").get(f"{PATH}/{ident('nobody')}")).status_code == 404
