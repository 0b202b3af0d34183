"""What a person says of themselves: their name, their language, their time zone."""

from typing import Any
from uuid import uuid4

import pytest

from tests.identity.harness import ANA, TOM, Person, Story, at_once

VIENNA = {"locale": "de-AT", "time_zone": "Europe/Vienna"}
CLEARED = {"locale": None, "time_zone": None}


async def change(person: Person, **changes: Any) -> Any:
    answer = await person.ask("PATCH", "me", changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(story: Story) -> list[dict[str, Any]]:
    return await story.identity.events("user_updated")


@pytest.mark.rule("K11", "D28")
async def test_a_person_chooses_a_language_and_a_time_zone_for_all_of_their_workspaces(story: Story) -> None:
    before = await story.ana.token()

    changed = await change(story.ana, **VIENNA)

    assert changed == {"id": before["user"]["id"], "address": ANA, "display_name": "Ana", "shortcuts": True} | VIENNA
    assert await story.ana.get("me") == changed
    assert (before["preferences"], (await story.ana.token())["preferences"]) == (CLEARED, VIENNA)
    [event] = await told(story)
    assert {name: event[name] for name in VIENNA} == VIENNA
    assert (event["address"], event["display_name"], event["subject"]["version"]) == (ANA, "Ana", 2)
    assert (event["workspace_id"], event["actor"]["address"]) == (before["workspace"]["id"], ANA)


@pytest.mark.rule("K11")
async def test_what_is_left_out_stays_and_null_is_as_the_browser_says(story: Story) -> None:
    await change(story.ana, **VIENNA)

    by_zone = await change(story.ana, time_zone="Asia/Tokyo")
    cleared = await change(story.ana, locale=None)

    assert (by_zone["locale"], by_zone["time_zone"]) == ("de-AT", "Asia/Tokyo")
    assert (cleared["locale"], cleared["time_zone"]) == (None, "Asia/Tokyo")
    assert [event["subject"]["version"] for event in await told(story)] == [2, 3, 4]


async def test_where_nothing_changes_nothing_is_said(story: Story) -> None:
    await change(story.ana, **VIENNA)

    for same in (VIENNA, {}, {"display_name": "Ana"}, {"display_name": None}):
        assert (await change(story.ana, **same))["display_name"] == "Ana"

    assert len(await told(story)) == 1


@pytest.mark.rule("D28")
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("locale", "fr-FR", "not_a_choice"),
        ("locale", "en-XA", "not_a_choice"),
        ("locale", "de", "not_a_choice"),
        ("time_zone", "Europe/Atlantis", "not_a_choice"),
        ("time_zone", "../../etc/passwd", "not_a_choice"),
        ("time_zone", "x" * 65, "too_long"),
        ("display_name", "", "required"),
        ("display_name", "Ana of meridian.example", "link_in_name"),
    ],
)
async def test_what_cannot_be_chosen_is_an_error_of_its_field(story: Story, field: str, value: str, code: str) -> None:
    answer = await story.ana.ask("PATCH", "me", VIENNA | {field: value})

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(f"/{field}", code)]
    assert await story.ana.get("me") == (await story.ana.token())["user"] | {"shortcuts": True} | CLEARED


async def test_the_address_is_not_changed_here(story: Story) -> None:
    assert (await story.ana.ask("PATCH", "me", {"address": "other@meridian.example"})).status_code == 422
    assert (await story.ana.get("me"))["address"] == ANA


async def test_each_workspace_lists_a_person_by_their_new_name(story: Story) -> None:
    await story.link_tom("regular")

    await change(story.tom, display_name="Aaron Vidal")

    names = [user["display_name"] for user in (await story.ana.get("users"))["items"]]
    links = (await story.ana.get("links", customer_id=story.northwind))["items"]
    assert names == ["Aaron Vidal", "Ana"]
    assert [link["user"]["display_name"] for link in links] == ["Aaron Vidal"]
    assert await story.identity.problems() == []
    [event] = await told(story)
    assert event["display_name"] == "Aaron Vidal"


async def test_what_somebody_changes_while_they_work_on_behalf_is_their_own(story: Story) -> None:
    await story.link_tom("regular")
    home = (await story.tom.token())["workspace"]["id"]
    await story.tom.post("on-behalf", {"workspace": "northwind-logistics"})

    await change(story.tom, display_name="Aaron Vidal", **VIENNA)

    [event] = await told(story)
    assert (event["workspace_id"], event["actor"]["via"], event["actor"]["address"]) == (home, "self", TOM)
    assert await story.identity.problems() == []


async def test_whoever_has_left_their_default_workspace_is_filed_where_they_still_belong(story: Story) -> None:
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "member"})
    tom = await story.identity.accept(TOM)
    await story.ana.ask("DELETE", f"users/{await tom.user_id()}")

    await change(tom, **VIENNA)

    assert [event["workspace_id"] for event in await told(story)] == [story.northwind]


async def test_changes_at_once_are_all_kept_and_counted(story: Story) -> None:
    statuses = await at_once(
        (story.ana, "PATCH", "me", {"locale": "de-AT"}),
        (story.ana, "PATCH", "me", {"time_zone": "Europe/Vienna"}),
        (story.ana, "PATCH", "me", {"display_name": "Ana Oliveira"}),
    )

    assert statuses == [200] * 3
    assert await story.ana.get("me") == (await story.ana.token())["user"] | {"shortcuts": True} | VIENNA
    assert sorted(event["subject"]["version"] for event in await told(story)) == [2, 3, 4]


async def test_a_person_switches_keyboard_shortcuts_off_for_all_of_their_pages(story: Story) -> None:
    before = (await story.ana.token())["shortcuts"], (await story.ana.get("me"))["shortcuts"]

    changed = await story.ana.ask("PATCH", "me", {"shortcuts": False})
    kept = await story.ana.ask("PATCH", "me", {"shortcuts": None})

    assert before == (True, True)
    assert changed.json()["shortcuts"] is kept.json()["shortcuts"] is False
    assert (await story.ana.token())["shortcuts"] is False
    assert (await story.tom.token())["shortcuts"] is True


@pytest.mark.rule("K27", "K28")
async def test_signing_in_leads_to_the_workspace_that_the_person_chose(story: Story) -> None:
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "member"})
    await story.identity.accept(TOM)
    before = (await (await story.identity.sign_in(TOM)).token())["workspace"]["slug"]

    await story.tom.post(f"me/workspaces/{story.northwind}/default")
    elsewhere = await story.tom.ask("POST", f"me/workspaces/{uuid4()}/default")
    mine = {each["slug"]: each["default"] for each in await story.tom.get("me/workspaces")}
    after = (await (await story.identity.sign_in(TOM)).token())["workspace"]["slug"]

    assert (before, after) == ("meridian-partners", "northwind-logistics")
    assert mine == {"meridian-partners": False, "northwind-logistics": True}
    assert elsewhere.status_code == 404


@pytest.mark.rule("K16", "D14", "D15")
async def test_a_person_leaves_a_workspace_and_goes_on_in_another(story: Story) -> None:
    await story.link_tom()
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "member"})
    tom = await story.identity.accept(TOM)
    meridian = next(each["id"] for each in await tom.get("me/workspaces") if each["slug"] == "meridian-partners")
    await tom.post("sessions/switch", {"workspace": "meridian-partners"})

    left = await tom.ask("POST", f"me/workspaces/{meridian}/leave")
    again = await tom.ask("POST", f"me/workspaces/{meridian}/leave")

    assert (left.status_code, again.status_code) == (204, 404)
    told = await tom.token()
    assert (told["workspace"]["slug"], told["ended"]) == ("northwind-logistics", None)
    assert [each["slug"] for each in told["workspaces"]] == ["northwind-logistics"]
    of_parent = await story.jonas.get("links/of-parent")
    assert [each for each in of_parent if each["link_id"]] == [], "with the links that he had from there"
    assert await story.identity.problems() == []
    revoked = [each for each in await story.identity.events("access_revoked") if each["workspace_id"] == meridian]
    assert [each["actor"]["address"] for each in revoked] == [TOM]


@pytest.mark.rule("D15")
async def test_the_last_admin_cannot_leave_and_whoever_leaves_their_only_workspace_is_signed_out(story: Story) -> None:
    invited = {"address": "mara@northwind.example", "display_name": "Mara", "role": "member"}
    await story.jonas.post("invitations", invited)
    mara = await story.identity.accept("mara@northwind.example")

    admin = await story.jonas.ask("POST", f"me/workspaces/{story.northwind}/leave")
    left = await mara.ask("POST", f"me/workspaces/{story.northwind}/leave")

    assert (admin.status_code, admin.json()["type"], left.status_code) == (409, "/problems/last-admin", 204)
    session = await story.identity.http.post("/api/identity/tokens", json={"session": mara.session})
    assert session.status_code == 401
