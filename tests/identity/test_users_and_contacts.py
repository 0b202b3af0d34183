"""The users and contacts of a workspace, and the isolation of workspaces."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.handlers import follow_link_of_mail
from services.identity.provider import ProviderExists
from shared.events.notifications import ContactPreferenceChanged
from tests.identity.harness import ANA, JONAS, TOM, Story, add_customer, invite, mail_challenges


async def add_user(story: Story, address: str, role: str) -> Any:
    return await invite(story.jonas, address, "Guest", role)


@pytest.mark.rule("D15")
async def test_the_last_admin_can_neither_be_demoted_nor_leave(story: Story) -> None:
    me = await story.jonas.user_id()

    demoted = await story.jonas.ask("PATCH", f"users/{me}", {"role": "regular"})
    left = await story.jonas.ask("DELETE", f"users/{me}")

    assert (demoted.status_code, demoted.json()["type"]) == (409, "/problems/last-admin")
    assert left.json()["type"] == "/problems/last-admin"
    assert (await story.jonas.token())["roles"] == ["admin"]


@pytest.mark.rule("D15")
async def test_two_admins_who_leave_concurrently_leave_one(story: Story) -> None:
    mara = await add_user(story, "mara@northwind.example", "admin")

    answers = await asyncio.gather(*[
        person.ask("DELETE", f"users/{await person.user_id()}") for person in (story.jonas, mara)
    ])  # fmt: skip

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert await story.identity.problems() == []


@pytest.mark.rule("D15", "P25")
async def test_working_on_behalf_as_an_admin_does_not_count_as_one(story: Story) -> None:
    jonas = await story.jonas.user_id()
    await story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})

    answer = await story.ana.ask("DELETE", f"users/{jonas}")

    assert answer.json()["type"] == "/problems/last-admin"


@pytest.mark.rule("K24")
async def test_a_role_can_be_changed_afterwards(story: Story) -> None:
    mara = await add_user(story, "mara@northwind.example", "member")

    changed = await story.jonas.ask("PATCH", f"users/{await mara.user_id()}", {"role": "regular"})

    assert changed.json()["role"] == "regular"
    assert (await mara.token())["roles"] == ["regular"]
    (event,) = await story.identity.events("access_changed")
    assert (event["previous_role"], event["grant"]["role"]) == ("member", "regular")


@pytest.mark.rule("S19")
async def test_a_user_who_is_no_admin_changes_nobody_not_even_themselves(story: Story) -> None:
    for person in (story.ana, story.tom):
        path = f"users/{await person.user_id()}"
        assert (await story.tom.ask("PATCH", path, {"role": "admin"})).status_code == 403
        assert (await story.tom.ask("DELETE", path)).status_code == 403


@pytest.mark.rule("P29")
async def test_a_contact_is_no_user_and_a_user_is_no_contact(story: Story) -> None:
    operations = {"kind": "admin", "address": "ops@meridian.example", "display_name": "Operations",
                  "wants_service_mail": True}  # fmt: skip

    made = await story.ana.post("contacts", operations)

    assert {user["address"] for user in (await story.ana.get("users"))["items"]} == {ANA, TOM}
    assert TOM not in str((await story.ana.get("contacts"))["items"])
    body = {"address": "ops@meridian.example", "browser": "nonce-of-a-browser"}
    await story.identity.http.post("/api/identity/sign-in-challenges", json=body)
    assert await story.identity.work(mail_challenges) == 1
    assert await story.identity.mails("ops@meridian.example") == []
    (added,) = [e for e in await story.identity.events("contact_added") if e["contact_id"] == made["id"]]
    assert (added["address"], added["wants_service_mail"]) == ("ops@meridian.example", True)


@pytest.mark.rule("K12", "P29")
@pytest.mark.parametrize("q", ["aesir", "bjorn", "ÆSIR", "BJØRN Æ"])
async def test_people_are_found_by_how_their_names_are_typed_without_the_letters_in_them(story: Story, q: str) -> None:
    await call_somebody(story, "Bjørn Æsir")

    assert await found_by(story, q) == ["Bjørn Æsir"] * 2


async def call_somebody(story: Story, name: str) -> None:
    """A user and a contact of Meridian have this name."""
    await story.tom.ask("PATCH", "me", {"display_name": name})
    await story.ana.post("contacts", {"kind": "billing", "address": "bills@meridian.example", "display_name": name})


async def found_by(story: Story, q: str) -> list[str]:
    """The names of the users and contacts of Meridian that a search finds."""
    return [row["display_name"] for path in ("users", "contacts") for row in (await story.ana.get(path, q=q))["items"]]


@pytest.mark.rule("I30")
async def test_a_contact_is_changed_and_removed_with_its_version_counting_up(story: Story) -> None:
    body = {"kind": "technical", "address": "noc@meridian.example", "display_name": "NOC"}
    made = await story.ana.post("contacts", body)

    await story.ana.ask("PUT", f"contacts/{made['id']}", body | {"display_name": "Network"})
    gone = await story.ana.ask("DELETE", f"contacts/{made['id']}")
    again = await story.ana.ask("DELETE", f"contacts/{made['id']}")

    assert (gone.status_code, again.status_code) == (204, 404)
    history = [*await story.identity.events("contact_changed"), *await story.identity.events("contact_removed")]
    assert [event["subject"]["version"] for event in history] == [2, 3]


@pytest.mark.rule("L10")
async def test_the_contact_on_file_is_one_contact_however_it_is_changed(story: Story) -> None:
    path = f"customers/{story.northwind}/contact"

    await story.ana.ask("PUT", path, {"address": "office@northwind.example", "display_name": "Office"})
    (contact,) = (await story.jonas.get("contacts"))["items"]
    body = {"kind": "admin", "address": "desk@northwind.example", "display_name": "Desk"}
    await story.jonas.ask("PUT", f"contacts/{contact['id']}", body)
    changed = (await story.northwind_seen_by(story.ana) or {})["contact"]
    await story.jonas.ask("DELETE", f"contacts/{contact['id']}")

    assert contact["address"] == "office@northwind.example"
    assert changed == {"address": "desk@northwind.example", "display_name": "Desk"}
    assert (await story.northwind_seen_by(story.ana) or {})["contact"] is None


@pytest.mark.rule("S01", "S02", "S03", "S05")
async def test_ids_of_another_tenant_answer_like_ids_that_never_were(story: Story) -> None:
    other = await story.robin.post(
        "partners",
        {"display_name": "Harbour", "address": "lou@harbour.example", "contact_name": "Lou"},
    )
    lou = await story.identity.accept("lou@harbour.example")
    customer, kim = await add_customer(lou, "Saltworks", "kim@saltworks.example")
    contact = await lou.post("contacts", {"kind": "admin", "address": "a@harbour.example", "display_name": "A"})
    body = {"address": "x@y.example", "display_name": "X"}

    requests = [
        ("PUT", "customers/{}/contact", customer, body),
        ("POST", "customers/{}/invite", customer, {"role": "admin"}),
        ("POST", "invitations/{}/revoke", other["invitation"]["id"], None),
        ("PUT", "contacts/{}", contact["id"], body | {"kind": "admin"}),
        ("DELETE", "contacts/{}", contact["id"], None),
        ("PATCH", "users/{}", str(await kim.user_id()), {"role": "member"}),
        ("DELETE", "users/{}", str(await kim.user_id()), None),
        ("GET", "links?customer_id={}", customer, None),
    ]

    for method, path, id_, content in requests:
        foreign = await story.ana.ask(method, path.format(id_), content)
        random = await story.ana.ask(method, path.format(uuid4()), content)
        assert foreign.status_code == random.status_code == 404, path
        assert foreign.json()["detail"] == random.json()["detail"], path


@pytest.mark.rule("S02", "S03")
async def test_who_is_admin_in_two_workspaces_reaches_only_the_one_worked_in(story: Story) -> None:
    await story.jonas.post("invitations", {"address": ANA, "display_name": "Ana", "role": "admin"})
    token = (await story.identity.mails(ANA))[-1].token
    body = {"token": token, "browser": story.ana.browser, "session": story.ana.session}
    await story.identity.http.post("/api/identity/sign-in-challenges/invited", json=body)

    here = await story.ana.token()
    tom = await story.ana.ask("PATCH", f"users/{await story.tom.user_id()}", {"role": "admin"})

    assert here["workspace"]["slug"] == "northwind-logistics"
    assert tom.status_code == 404, "Tom is Meridian's, where Ana is an admin too"
    assert {user["address"] for user in (await story.ana.get("users"))["items"]} == {ANA, JONAS}


async def test_the_installation_has_one_provider(story: Story) -> None:
    with pytest.raises(ProviderExists):
        await story.identity.init(slug="another")


@pytest.mark.rule("S20")
async def test_a_field_that_is_not_asked_for_is_refused(story: Story) -> None:
    body = {"display_name": "Tidewater", "status": "connected"}

    answer = await story.ana.ask("POST", "customers", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/status"


@pytest.mark.rule("D24")
async def test_the_link_of_a_mail_switches_a_contact_off_once_and_none_that_is_gone(story: Story) -> None:
    body = {"kind": "admin", "address": "noc@meridian.example", "display_name": "NOC", "wants_service_mail": True}
    made = await story.ana.post("contacts", body)
    where = UUID(str((await story.ana.token())["workspace"]["id"]))
    pressed = {"workspace_id": where, "topic": "service_provisioned", "wanted": False}

    for contact_id in (made["id"], made["id"], uuid4()):
        event = ContactPreferenceChanged(contact_id=contact_id, **pressed)
        await story.identity.hear(follow_link_of_mail, event)

    [changed] = [each for each in (await story.ana.get("contacts"))["items"] if each["id"] == made["id"]]
    assert (changed["wants_service_mail"], changed["wants_reminder_mail"]) == (False, made["wants_reminder_mail"])
    assert len(await story.identity.events("contact_changed")) == 1
