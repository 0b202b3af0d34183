"""Users, invitations to them, contacts, and the log."""

import re

import pytest

from tests.portal import samples
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import PEOPLE, ident


@pytest.mark.rule("K12")
async def test_users_and_invitations_each_have_a_tab(visit: Visit) -> None:
    browser = visit("ana")

    members = (await browser.get("/w/meridian/users")).text
    invitations = (await browser.get("/w/meridian/users/invitations")).text

    assert "Tom Vidal" in members
    assert "mei@northwind.example" in invitations
    assert "Take back" in invitations


async def test_an_invitation_says_when_it_was_sent_and_reminded_of_and_that_it_came_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = (await visit("ana").get("/w/meridian/users/invitations")).text
    for name, day in (("sent_at", 18), ("reminded_at", 20), ("undelivered_at", 21)):
        monkeypatch.setitem(samples.INVITATIONS[0], name, f"2026-11-{day}T10:00:00Z")

    page = (await visit("ana").get("/w/meridian/users/invitations")).text

    assert "Could not be delivered" not in usual
    for said in ("Nov 18, 2026", "Nov 20, 2026", "Could not be delivered", "Send again"):
        assert said in page


async def test_a_refused_invitation_keeps_the_entries(visit: Visit) -> None:
    form = {"display_name": "Nobody", "address": "nowhere", "role": "regular", "idempotency_key": "k" * 20}

    answer = await visit("ana").post("/w/meridian/users/invite", data=form)

    assert answer.status_code == 422
    assert 'value="Nobody"' in answer.text
    assert "k" * 20 not in answer.text, "another body needs another key (D22)"


@pytest.mark.rule("K16", "K24")
async def test_the_page_of_a_user_says_how_they_came_in(visit: Visit) -> None:
    page = (await visit("ana").get(f"/w/meridian/users/{ident('tom')}")).text

    assert re.search(r"By an invitation, since [^,]+, \d{4}, let in by Robin Lindqvist\.", page)


@pytest.mark.parametrize(
    ("entry", "status", "words"),
    [
        ({"address": "often.invited@meridian.example"}, 409, "This address has got too many invitations today."),
        ({"display_name": "evil.example"}, 422, "A name cannot contain a web or mail address."),
    ],
)
async def test_an_invitation_that_may_not_be_sent_is_refused_in_words(
    visit: Visit, entry: dict[str, str], status: int, words: str
) -> None:
    form = {"display_name": "Mara", "address": "mara@meridian.example", "role": "regular", "idempotency_key": "k" * 20}

    answer = await visit("ana").post("/w/meridian/users/invite", data=form | entry)

    assert answer.status_code == status
    assert words in answer.text
    assert "Value error" not in answer.text


@pytest.mark.rule("D15")
async def test_the_last_admin_stays_admin_and_the_page_says_so(visit: Visit) -> None:
    answer = await visit("ana").post(f"/w/meridian/users/{ident('ana')}", data={"role": "member"})

    assert answer.status_code == 409
    assert "Make somebody else an admin first." in answer.text


@pytest.mark.rule("P29")
async def test_the_contacts_page_says_that_a_contact_is_not_a_user(visit: Visit) -> None:
    answer = await visit("ana").get("/w/meridian/contacts")

    assert "A contact is not a user" in answer.text
    assert "ops@<wbr>meridian.example" in answer.text


@pytest.mark.rule("P27", "P28")
@pytest.mark.parametrize(
    ("who", "path", "label"),
    [
        ("jonas", "/w/northwind/contacts/new", "Mail when a service is running"),
        ("jonas", "/w/northwind/contacts/new", "Mail when a service is deleted"),
        ("ana", "/w/meridian/contacts/new", "Mail when a service of a customer is running"),
        ("ana", "/w/meridian/contacts/new", "Mail when a service of a customer is deleted"),
        ("lars", "/w/larkspur/contacts/new", "Mail when a service of a customer is deleted"),
        ("lars", "/w/larkspur/contacts/new", "Mail when an invoice is open after all reminders"),
    ],
)
async def test_the_switch_of_a_contact_says_what_the_company_is_written_about(
    visit: Visit, who: str, path: str, label: str
) -> None:
    page = (await visit(who).get(path)).text

    assert f"<span>{label}</span>" in page


@pytest.mark.rule("P27")
async def test_each_mail_of_a_contact_has_a_switch(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")
    path = f"/w/meridian/contacts/{ident('ops')}"
    form = {"kind": "admin", "address": "ops@meridian.example", "display_name": "Operations"}

    await browser.post(path, data=form)
    await browser.post(path, data=form | {"wants_service_mail": "true"})
    await browser.post(path, data=form | {"wants_deletion_mail": "true"})

    sent = fakes.sent("PUT", f"/api/identity/contacts/{ident('ops')}")
    assert [body["wants_service_mail"] for body in sent] == [False, True, False]
    assert [body["wants_deletion_mail"] for body in sent] == [False, False, True]
    assert all("wants_reminder_mail" not in body for body in sent), "the provider's alone have that one"


async def test_the_provider_switches_the_mail_of_overdue_invoices(visit: Visit, fakes: FakeServices) -> None:
    form = {"kind": "admin", "address": "ops@larkspur.example", "display_name": "Operations"}

    await visit("lars").post(f"/w/larkspur/contacts/{ident('ops')}", data=form | {"wants_reminder_mail": "true"})

    [sent] = fakes.sent("PUT", f"/api/identity/contacts/{ident('ops')}")
    assert (sent["wants_service_mail"], sent["wants_deletion_mail"], sent["wants_reminder_mail"]) == (
        False,
        False,
        True,
    )


async def test_removing_a_contact_asks_first_and_states_the_effect(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("ana")
    path = f"/w/meridian/contacts/{ident('ops')}/remove"

    question = await browser.get(path)
    before = [each for each in fakes.seen if each.method == "DELETE"]
    await browser.post(path)

    assert "gets no more mail" in question.text
    assert before == []
    assert [each.url.path for each in fakes.seen if each.method == "DELETE"] == [
        f"/api/identity/contacts/{ident('ops')}"
    ]


@pytest.mark.rule("K14", "K15", "P30")
async def test_the_log_shows_who_did_what_and_on_whose_behalf(visit: Visit) -> None:
    everything = (await visit("jonas").get("/w/northwind/audit")).text
    own = (await visit("rosa").get("/w/northwind/audit")).text

    assert ('name="actor"' in everything, 'name="actor"' in own) == (True, False)
    assert "tom@meridian.example" in everything
    assert "on behalf" in everything
    assert "Everything that happened" in everything
    assert "What you have done" in own


async def test_filters_of_the_log_include_whole_days_and_apply_to_the_next_page(
    visit: Visit, fakes: FakeServices
) -> None:
    page = await visit("jonas").get(
        "/w/northwind/audit?action=identity.user_signed_in&since=2026-11-01&until=2026-11-02"
    )

    asked = next(each for each in fakes.seen if each.url.path == "/api/audit/entries").url.params
    assert asked["from"] == "2026-11-01T00:00:00+00:00"
    assert asked["to"] == "2026-11-03T00:00:00+00:00"
    assert "action=identity.user_signed_in&amp;since=2026-11-01&amp;until=2026-11-02&amp;cursor=cursor-2" in page.text


async def test_the_log_is_filtered_by_a_persons_id(visit: Visit, fakes: FakeServices) -> None:
    chosen = ident("tom@meridian.example")

    page = await visit("jonas").get(f"/w/northwind/audit?actor={chosen}")

    asked = next(each for each in fakes.seen if each.url.path == "/api/audit/entries").url.params
    assert asked["actor_id"] == chosen
    assert f'<option value="{chosen}" selected' in page.text


async def test_what_people_enter_is_escaped_on_every_page(visit: Visit) -> None:
    """S28: entered text never becomes HTML."""
    canary = '"><script>alert(1)</script>'
    form = {"display_name": canary, "address": canary, "role": canary}

    answer = await visit("ana").post("/w/meridian/users/invite", data=form)
    search = await visit("ana").get("/partner/meridian/customers", params={"q": canary})

    for page in (answer.text, search.text):
        assert "&lt;script&gt;alert(1)" in page, "it is shown"
        assert "<script>alert" not in page


OF_PARENT = "/w/northwind/users/of-parent"
TOM = {"id": ident("link"), "user": PEOPLE["tom"], "role": "regular", "last_day": None}


@pytest.mark.rule("P13", "P14", "D14")
async def test_a_customer_sees_who_of_its_seller_may_enter_and_ends_it(visit: Visit, fakes: FakeServices) -> None:
    fakes.links = [dict(TOM)]
    browser = visit("jonas")

    tabs = (await browser.get("/w/northwind/users")).text
    listed = (await browser.get(OF_PARENT)).text
    ended = await browser.post(f"{OF_PARENT}/{TOM['id']}/end")
    after = (await browser.get(ended.headers["location"])).text

    assert f'href="{OF_PARENT}"' in tabs
    assert ("tom@meridian.example" in listed, "linked by Meridian Partners" in listed) == (True, True)
    assert ("ana@meridian.example" in listed, "by role at Meridian Partners" in listed) == (True, True)
    assert listed.count("End the access of Tom Vidal now") == listed.count("/end") == 1, "an admin has no button"
    assert "Tom Vidal has no access to Northwind Logistics any more." in after
    assert fakes.links == []


async def test_who_may_not_change_users_sees_them_without_a_button(visit: Visit, fakes: FakeServices) -> None:
    fakes.links = [dict(TOM)]

    page = (await visit("rosa").get(OF_PARENT)).text
    forged = await visit("rosa").post(f"{OF_PARENT}/{TOM['id']}/end")

    assert ("tom@meridian.example" in page, "/end" in page) == (True, False)
    assert (forged.status_code, len(fakes.links)) == (403, 1)


async def test_the_provider_has_no_seller(visit: Visit) -> None:
    browser = visit("lars")

    assert "of-parent" not in (await browser.get("/w/larkspur/users")).text
    assert (await browser.get("/w/larkspur/users/of-parent")).status_code == 404


async def test_changing_and_removing_a_user_names_whom_and_where(visit: Visit) -> None:
    browser, path = visit("ana"), f"/w/meridian/users/{ident('tom')}"

    page = (await browser.get(path)).text
    changed = await browser.get((await browser.post(path, data={"role": "regular"})).headers["location"])
    removed = await browser.get((await browser.post(f"{path}/remove")).headers["location"])

    assert "Role in Meridian Partners" in page
    assert "Remove Tom Vidal from Meridian Partners now" in page
    assert "in Meridian Partners from the next click on." in changed.text
    assert "Tom Vidal has no access to Meridian Partners any more." in removed.text


async def test_invitations_are_searched_and_sorted(visit: Visit, fakes: FakeServices) -> None:
    page = (await visit("ana").get("/w/meridian/users/invitations?q=mei&state=pending&sort=name")).text

    asked = next(each.url.params for each in fakes.seen if each.url.path == "/api/identity/invitations")
    assert (asked["q"], asked["state"], asked["sort"], asked["descending"]) == ("mei", "pending", "name", "false")
    assert "Search invitations" in page
