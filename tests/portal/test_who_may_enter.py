"""Both sides see who may enter a customer and who is there, and end it (P13, P14, P17, P22 to P25, P30)."""

import re
from datetime import timedelta
from typing import Any

import pytest

from services.portal.permissions import EVERYBODYS, SUBJECTS, rows_of
from services.portal.users.visit_words import lasted
from shared.auth.permissions import ROLES, level, table
from shared.language import Localisation, localised_for
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import PEOPLE, ident

CUSTOMERS = "/partner/meridian/customers"
USERS = f"{CUSTOMERS}/{ident('northwind')}/users"
LINKS = "/partner/meridian/links"
OF_PARENT = "/w/northwind/users/of-parent"
KINDS = ("customer", "partner", "provider")


def link(name: str, role: str = "regular", last_day: str | None = None) -> dict[str, Any]:
    return {"id": ident("link" + name), "user": PEOPLE[name], "role": role, "last_day": last_day}


@pytest.mark.rule("P14", "P16", "P17")
async def test_several_people_are_linked_at_once_with_a_role_and_a_last_day(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")
    people = [ident("tom"), ident("priya")]

    sent = await browser.post(USERS, data={"chosen": people, "role": "regular", "last_day": "2031-05-09"})
    panel = (await browser.get(sent.headers["location"])).text

    assert [(each["user"]["id"], each["role"], each["last_day"]) for each in fakes.links] == [
        (each, "regular", "2031-05-09") for each in people
    ]
    for name in ("Tom Vidal", "Priya Raman"):
        assert f"{name} may work for Northwind Logistics with Regular access until May 9, 2031." in panel
    assert "Link users to Northwind Logistics" in panel
    assert panel.count("until May 9, 2031</summary>") == 2


@pytest.mark.rule("P16")
async def test_nobody_chosen_and_a_day_that_is_over_are_said(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    nobody = await browser.post(USERS, data={"role": "regular"})
    over = await browser.post(USERS, data={"chosen": ident("tom"), "last_day": "1999-01-01"})

    assert (nobody.status_code, "Select a user." in nobody.text) == (422, True)
    assert over.status_code == 409
    assert "notice bad" in over.text
    assert fakes.links == []


@pytest.mark.rule("P14")
async def test_who_is_linked_already_does_not_keep_others_from_being_linked(visit: Visit, fakes: FakeServices) -> None:
    fakes.links = [link("tom")]
    browser = visit("ana")

    sent = await browser.post(USERS, data={"chosen": [ident("tom"), ident("priya")]})
    panel = (await browser.get(sent.headers["location"])).text

    assert "Priya Raman may work for Northwind Logistics with Support access now." in panel
    assert "1 person was not linked." in panel
    assert "This person is linked already." in panel


@pytest.mark.rule("P17")
async def test_the_last_day_of_a_link_is_changed_and_taken_away(visit: Visit, fakes: FakeServices) -> None:
    fakes.links = [link("tom")]
    browser, path = visit("ana"), f"{USERS}/{ident('linktom')}/last-day"

    await browser.post(path, data={"last_day": "2031-05-09"})
    until = fakes.links[0]["last_day"]
    await browser.post(path, data={"last_day": ""})
    refused = await browser.post(path, data={"last_day": "1999-01-01"})

    assert (until, fakes.links[0]["last_day"]) == ("2031-05-09", None)
    assert refused.status_code == 422


@pytest.mark.rule("P22", "P24")
async def test_a_partners_admins_see_and_end_who_may_enter_which_customer(visit: Visit, fakes: FakeServices) -> None:
    fakes.links = [link("tom", last_day="2031-05-09"), link("priya", "read_only")]
    visited = fakes.let_somebody_in()
    browser = visit("ana")

    page = (await browser.get(LINKS)).text
    await browser.post(f"{LINKS}/visits/{visited['id']}/end")
    await browser.post(f"{LINKS}/{ident('linktom')}/end")
    await browser.post(f"{LINKS}/chosen/end", data={"chosen": [ident("linkpriya")]})

    assert f'href="{LINKS}"' in page
    assert "May 9, 2031" in page
    assert "No last day" in page
    assert "“Case 4711”" in page
    assert "End the visit of Tom Vidal to Northwind Logistics" in page
    assert (fakes.links, fakes.visits) == ([], [])
    assert (await visit("tom").get(LINKS)).status_code == 403


@pytest.mark.rule("P13", "P25", "D14")
async def test_a_customer_sees_who_is_there_ends_it_and_keeps_admins_out(visit: Visit, fakes: FakeServices) -> None:
    fakes.links = [link("tom", last_day="2031-05-09")]
    visited = fakes.let_somebody_in()
    browser = visit("jonas")

    page = (await browser.get(OF_PARENT)).text
    await browser.post(f"{OF_PARENT}/visits/{visited['id']}/end")
    await browser.post(f"{OF_PARENT}/admins", data={"may_enter": "false"})
    after = (await browser.get(OF_PARENT)).text
    await browser.post(f"{OF_PARENT}/admins", data={"may_enter": "true"})

    assert "until May 9, 2031" in page
    assert "End the visit of Tom Vidal" in page
    assert "Keep the admins of your seller out" in page
    assert "They are kept out of Northwind Logistics." in after
    assert "ana@meridian.example" not in after
    assert "Let the admins of your seller in" in after
    assert (fakes.visits, fakes.admins_enter) == ([], True)


async def test_who_works_on_behalf_is_not_offered_to_let_admins_in(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("tom-on-behalf").get(OF_PARENT)).text

    assert "Admins of your seller" in page
    assert "/of-parent/admins" not in page


@pytest.mark.rule("P25", "P30")
async def test_who_is_asked_for_a_reason_says_it_on_a_page_of_its_own(visit: Visit, fakes: FakeServices) -> None:
    fakes.asks_for_reasons = True
    browser = visit("ana")

    asked = await browser.post(f"{CUSTOMERS}/northwind/view", data={"return_to": "/w/northwind/services"})
    action = re.search(r'<form class="form" method="post" action="([^"]+)"', asked.text)
    assert action
    empty = await browser.post(action[1], data={"workspace": "northwind", "reason": ""})
    entered = await browser.post(action[1], data={"reason": "Case 4711", "return_to": "/w/northwind/services"})

    assert (asked.status_code, empty.status_code) == (409, 409)
    assert "Why do you enter?" in asked.text
    assert 'value="/w/northwind/services"' in asked.text
    assert "Say in a line what you are there for." in empty.text
    assert (entered.status_code, entered.headers["location"]) == (303, "/w/northwind/services")
    assert fakes.sent("POST", "/api/identity/on-behalf")[-1] == {"workspace": "northwind", "reason": "Case 4711"}


@pytest.mark.rule("P25")
async def test_a_link_that_leads_on_asks_for_the_reason_too(visit: Visit, fakes: FakeServices) -> None:
    fakes.asks_for_reasons = True
    browser = visit("ana")
    wanted = {"workspace": "northwind", "return_to": "/w/northwind/orders"}

    asked = await browser.post("/go-on", data=wanted)
    entered = await browser.post("/go-on", data=wanted | {"reason": "Case 4711"})

    assert (asked.status_code, 'action="/go-on"' in asked.text) == (409, True)
    assert entered.headers["location"] == "/w/northwind/orders"


@pytest.mark.rule("P30")
async def test_a_visit_is_one_line_that_leads_to_what_was_done(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")

    page = (await browser.get("/w/northwind/users/visits")).text
    one = (await browser.get(f"/w/northwind/users/visits/{ident('visit')}")).text

    assert "Tom Vidal was here for 12 minutes." in page
    assert "Service ordered, Contact added (× 2)." in page
    assert "“Case 4711”" in page
    assert "They changed nothing." in page
    assert "tom@meridian.example was here." in page
    assert "ended by somebody else" in page
    assert "Earlier visits" in page
    assert "Tom Vidal was here for 12 minutes." in one
    assert (await visit("lars").get("/w/larkspur/users/visits")).status_code == 404


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "less than a minute"), (1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (2880, "2 days")],
)
def test_how_long_a_visit_was_is_said_in_its_largest_unit(minutes: int, said: str) -> None:
    with localised_for(Localisation("en-US")):
        assert lasted(timedelta(minutes=minutes)) == said


def test_every_permission_is_of_one_subject() -> None:
    for name in table():
        of = [title for title, beginnings in SUBJECTS.items() if name.startswith(beginnings)]
        assert len(of) == (name not in EVERYBODYS), name


@pytest.mark.rule("P18", "P19", "P20", "P21", "P23")
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_roles_says_what_the_table_says(kind: str) -> None:
    with localised_for(Localisation("en-US")):
        rows = {row.title: row.levels for group in rows_of(kind, ROLES) for row in group.rows}

    for name, permission in table().items():
        may = [level(name, role, kind) not in (None, "scoped") for role in ROLES]
        assert [has for _, has in rows.get(permission.title, [("", False)] * len(ROLES))] == (
            may if name not in EVERYBODYS else [False] * len(ROLES)
        )


@pytest.mark.rule("P23")
async def test_a_partners_admin_compares_the_roles_of_links(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")

    own = (await browser.get("/w/meridian/roles")).text
    below = (await browser.get("/w/meridian/roles?of=customer")).text
    foreign = (await browser.get("/w/meridian/roles?of=provider")).text

    assert "/w/meridian/roles?of=customer" in (await browser.get(USERS)).text
    assert "In Meridian Partners." in own
    assert "Additional</th>" in own
    assert "On behalf of a customer, by the role of a link." in below
    assert "Order a service" in below
    assert "Services and orders" in below
    assert "Additional</th>" not in below
    assert "In Meridian Partners." in foreign


@pytest.mark.rule("P25")
async def test_sellers_choose_to_ask_for_reasons_and_customers_do_not(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")
    page = (await browser.get("/w/meridian/settings")).text
    said = {"locale": "en-US", "support_hours": "", "asks": "true"}

    await browser.post("/w/meridian/settings", data=said | {"asks_entry_reason": "true"})
    await browser.post("/w/meridian/settings", data=said)

    asked = [each["asks_entry_reason"] for each in fakes.sent("PATCH", "/api/identity/workspace-settings")]
    assert "Ask for a reason when somebody enters a customer" in page
    assert asked == [True, False]
    assert "Ask for a reason" not in (await visit("jonas").get("/w/northwind/settings")).text
