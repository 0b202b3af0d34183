"""The pages of locations, for their customer's people and for its seller."""

import re

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.locations_answers import BERLIN, COLOGNE, DRESDEN, PENDING, status
from tests.portal.samples import ident

OWN = "/w/northwind/locations"
SOLD = f"/partner/meridian/customers/{ident('northwind')}/locations"
ENTRIES = {"display_name": "Hamburg", "street": "", "postal_code": "", "city": "Hamburg", "country": "DE",
           "contact_name": "Kai", "contact_address": "kai@northwind.example",
           "idempotency_key": "a-key-of-this-form"}  # fmt: skip


@pytest.mark.rule("L4", "L5", "L6", "L8")
@pytest.mark.parametrize(("who", "path"), [("jonas", OWN), ("ana", SOLD)])
async def test_the_list_says_connected_or_not_and_a_click_on_the_latter_asks_to_invite(
    visit: Visit, fakes: FakeServices, who: str, path: str
) -> None:
    fakes.have_locations()
    browser = visit(who)

    page = (await browser.get(path)).text
    question = (await browser.get(f"{path}/{BERLIN['id']}/invitation")).text
    without = (await browser.get(f"{path}/{COLOGNE['id']}/invitation")).text

    assert re.findall(r"</span>((?:Not )?Connected)</span>", page) == ["Connected", "Not Connected"]
    assert f'href="{path}/{COLOGNE["id"]}/invitation"' in page
    assert f'href="{path}/{BERLIN["id"]}/invitation"' not in page
    assert "needs an address first" in page
    assert ("Send Invitation?" in question, "mara@northwind.example" in question) == (True, True)
    assert "There is no address on file for Cologne." in without
    assert f'href="{path}/{COLOGNE["id"]}/edit"' in without


@pytest.mark.rule("L8")
@pytest.mark.parametrize(("who", "path", "api"), [
    ("jonas", OWN, "/api/identity/location-invitations"),
    ("ana", SOLD, f"/api/identity/location-invitations/customers/{ident('northwind')}"),
])  # fmt: skip
async def test_the_invitation_is_sent_and_taken_back(
    visit: Visit, fakes: FakeServices, who: str, path: str, api: str
) -> None:
    fakes.have_locations()
    fakes.doors = [status(BERLIN, invitation=PENDING)]
    browser, here = visit(who), f"{path}/{BERLIN['id']}"

    question = (await browser.get(f"{here}/invitation")).text
    sent = await browser.post(f"{here}/invitation", data={"idempotency_key": "a-key-of-this-form"})
    taken = await browser.post(f"{here}/invitation/revoke", data={})

    assert "Take it back" in question
    assert [sent.status_code, taken.status_code] == [303, 303]
    assert fakes.sent("POST", f"{api}/{BERLIN['id']}/send")
    assert fakes.sent("POST", f"{api}/{BERLIN['id']}/revoke")
    assert "Invited on" in (await browser.get(path)).text


@pytest.mark.rule("L1")
@pytest.mark.parametrize(("who", "path", "api"), [
    ("jonas", OWN, "/api/provisioning/locations"),
    ("ana", SOLD, f"/api/provisioning/customers/{ident('northwind')}/locations"),
])  # fmt: skip
async def test_a_location_is_added_changed_and_closed(
    visit: Visit, fakes: FakeServices, who: str, path: str, api: str
) -> None:
    fakes.have_locations()
    browser, here = visit(who), f"{path}/{BERLIN['id']}"

    added = await browser.post(f"{path}/new", data=ENTRIES)
    nameless = await browser.post(f"{path}/new", data=ENTRIES | {"display_name": ""})
    taken = await browser.post(f"{path}/new", data=ENTRIES | {"display_name": "Cologne"})
    form = (await browser.get(f"{here}/edit")).text
    changed = await browser.post(f"{here}/edit", data=ENTRIES)
    in_use = (await browser.get(f"{here}/close")).text
    closed = await browser.post(f"{path}/{COLOGNE['id']}/close", data={})

    assert [added.status_code, changed.status_code, closed.status_code] == [303, 303, 303]
    assert [nameless.status_code, taken.status_code] == [422, 409]
    assert "There is a location of this name already." in taken.text
    assert 'value="Torstraße 1"' in form
    assert "It can be closed once they are cancelled." in in_use
    assert [body["city"] for body in fakes.sent("POST", api)] == ["Hamburg"] * 3
    assert fakes.sent("PUT", f"{api}/{BERLIN['id']}")[0]["contact_address"] == "kai@northwind.example"
    assert fakes.sent("POST", f"{api}/{COLOGNE['id']}/close") == [{}]


@pytest.mark.rule("L2")
async def test_somebody_is_invited_to_several_locations_together(visit: Visit, fakes: FakeServices) -> None:
    fakes.have_locations()
    browser = visit("jonas")
    person = {"display_name": "Kai", "address": "kai@northwind.example", "idempotency_key": "a-key-of-this-form"}

    form = (await browser.get(f"{OWN}/invite")).text
    none = await browser.post(f"{OWN}/invite", data=person)
    sent = await browser.post(f"{OWN}/invite", data=person | {
        f"location.{each['id']}": "true" for each in (BERLIN, COLOGNE)
    })  # fmt: skip
    wrong = await browser.post(f"{OWN}/invite", data=person | {"address": "kai", f"location.{BERLIN['id']}": "true"})

    assert ("Berlin office" in form, "Dresden" in form) == (True, False)
    assert (none.status_code, "Choose at least one location." in none.text) == (422, True)
    assert (sent.status_code, wrong.status_code) == (303, 422)
    assert fakes.sent("POST", "/api/identity/location-invitations")[0]["location_ids"] == [BERLIN["id"], COLOGNE["id"]]


@pytest.mark.rule("L13", "D26")
async def test_people_of_a_location_see_what_is_deployed_there_and_no_billing(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.have_locations()
    browser = visit("mara")

    page = (await browser.get(f"{OWN}/{BERLIN['id']}")).text
    listed = (await browser.get(OWN)).text
    allowed = (await visit("mara-paying").get(f"{OWN}/{BERLIN['id']}")).text

    assert "Deployed here" in page
    assert 'href="/w/northwind/billing"' not in page
    assert f'href="{OWN}/new"' not in listed
    assert 'href="/w/northwind/billing"' in allowed
    assert "Only the location Berlin office" in (await browser.get("/me/workspaces")).text


@pytest.mark.rule("L7", "P24")
async def test_an_admin_sees_a_locations_people_and_takes_it_from_them(visit: Visit, fakes: FakeServices) -> None:
    fakes.have_locations()
    browser, here = visit("jonas"), f"{OWN}/{BERLIN['id']}"

    page = (await browser.get(here)).text
    question = (await browser.get(f"{here}/people/{ident('mara')}/remove")).text
    removed = await browser.post(f"{here}/people/{ident('mara')}/remove", data={})

    assert f'href="{here}/people/{ident("mara")}/remove"' in page
    assert "Remove Mara Lind?" in question
    assert removed.status_code == 303
    assert any(each.method == "DELETE" for each in fakes.seen)


@pytest.mark.rule("L1", "L13")
async def test_an_order_is_for_a_chosen_location(visit: Visit, fakes: FakeServices) -> None:
    fakes.have_locations()

    form = (await visit("jonas").get("/w/northwind/orders/new/port")).text
    limited = (await visit("mara").get("/w/northwind/orders/new/port")).text

    assert f'<option value="{BERLIN["id"]}"' in form
    assert f'<option value="{DRESDEN["id"]}"' not in form
    assert ("No location" in form, "No location" in limited) == (True, False)


async def test_while_identity_is_away_the_list_says_that_the_status_is_not_available(
    visit: Visit, fakes: FakeServices
) -> None:
    fakes.have_locations()
    browser = visit("jonas")
    await browser.get(OWN)
    fakes.down.add("identity")

    page = await browser.get(OWN)

    assert page.status_code == 200
    assert "Not available now" in page.text
    assert "Not Connected" not in page.text
