"""Asking for access to a workspace, and deciding who gets it (K17 to K24, D3, D16)."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from services.identity.access_requests.names import workspace_name
from services.identity.jobs import expire_access_requests, forget_old_secrets
from tests.identity.harness import TOM, Person, Story, at_once

SLUG = "northwind-logistics"
SHOWN = ("name", "state", "reason")


async def ask(person: Person, workspace: str = SLUG, message: str = "") -> Any:
    return await person.post("access-requests", {"workspace": workspace, "message": message})


async def own(person: Person) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in SHOWN) for each in await person.get("access-requests/own")]


async def pending_id(story: Story) -> str:
    [request] = (await story.jonas.get("access-requests", state="pending"))["items"]
    return str(request["id"])


@pytest.mark.rule("K17", "K18", "K20", "K22", "K23", "K24", "K30", "D3")
async def test_a_person_asks_is_approved_and_is_a_member_whose_role_can_be_changed(story: Story) -> None:
    asked = await ask(story.tom, message="  Tom from the Berlin office ")
    [request] = (await story.jonas.get("access-requests", count=True))["items"]
    approved = await story.jonas.post(f"access-requests/{request['id']}/approve")
    members = {each["address"]: each["role"] for each in (await story.jonas.get("users"))["items"]}
    changed = await story.jonas.ask("PATCH", f"users/{request['user_id']}", {"role": "regular"})

    assert asked["joined"] is None
    assert (asked["asked"]["name"], asked["asked"]["state"]) == (SLUG, "pending")
    assert (request["address"], request["display_name"], request["state"]) == (TOM, "Tom", "pending")
    assert request["message"] == "Tom from the Berlin office"
    assert (approved["state"], approved["decider"]) == ("approved", "Admin")
    assert members[TOM] == "member"
    assert changed.json()["role"] == "regular"
    assert await own(story.tom) == [(SLUG, "approved", None)]
    switched = await story.tom.post("sessions/switch", {"workspace": SLUG})
    assert switched["workspace"]["slug"] == SLUG
    mine = {each["slug"]: each for each in await story.tom.get("me/workspaces")}
    assert (mine[SLUG]["door"], mine[SLUG]["let_in_by"]) == ("access_request", "Admin")
    came = await story.jonas.get(f"users/{request['user_id']}")
    assert (came["door"], came["let_in_by"]) == ("access_request", "Admin")
    assert await story.identity.problems() == []


@pytest.mark.rule("K18")
async def test_the_workspace_is_named_by_its_url_its_name_in_it_or_its_guid(story: Story) -> None:
    for entered in (SLUG, f"https://portal.example/w/{SLUG}/users?tab=1", f"/w/{SLUG}", story.northwind.upper()):
        outcome = await ask(story.tom, entered)
        assert outcome["asked"]["name"] in (SLUG, story.northwind)

    listed = (await story.jonas.get("access-requests"))["items"]
    assert len(listed) == 1, "at most one is open per person and workspace"


@pytest.mark.rule("D16")
async def test_an_unknown_workspace_is_answered_like_a_known_one(story: Story) -> None:
    unknown = str(uuid4())
    answers = [
        await story.tom.ask("POST", "access-requests", {"workspace": name})
        for name in (SLUG, "nobody-is-called-that", story.northwind, unknown)
    ]

    assert [answer.status_code for answer in answers] == [201] * 4
    shapes = {tuple(sorted(answer.json()["asked"])) for answer in answers}
    assert len(shapes) == 1
    asked = {each["name"]: each for each in await story.tom.get("access-requests/own")}
    assert {each["state"] for each in asked.values()} == {"pending"}
    assert asked.keys() == {SLUG, "nobody-is-called-that", story.northwind, unknown}

    # Withdrawing one of two names of a workspace leaves the other as it was, as for two that do not exist.
    await story.tom.post(f"access-requests/own/{asked[SLUG]['id']}/withdraw")
    await story.tom.post(f"access-requests/own/{asked[unknown]['id']}/withdraw")
    states = {each["name"]: each["state"] for each in await story.tom.get("access-requests/own")}
    assert states == {SLUG: "withdrawn", unknown: "withdrawn", story.northwind: "pending",
                      "nobody-is-called-that": "pending"}  # fmt: skip
    assert await pending_id(story)
    await story.tom.post(f"access-requests/own/{asked[story.northwind]['id']}/withdraw")
    assert (await story.jonas.get("access-requests", state="pending"))["items"] == []
    assert len(await story.identity.events("access_request_withdrawn")) == 1


@pytest.mark.rule("D16")
async def test_who_is_a_user_already_is_told_so_and_keeps_the_role(story: Story) -> None:
    answer = await story.jonas.ask("POST", "access-requests", {"workspace": SLUG})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/user-already")
    assert [each["role"] for each in (await story.jonas.get("users"))["items"]] == ["admin"]


@pytest.mark.rule("D16", "D3")
async def test_who_is_invited_already_accepts_the_invitation_by_asking(story: Story) -> None:
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "read_only"})

    outcome = await ask(story.tom)

    assert (outcome["asked"], outcome["joined"]["slug"]) == (None, SLUG)
    members = {each["address"]: each["role"] for each in (await story.jonas.get("users"))["items"]}
    assert members[TOM] == "read_only"
    assert [each["state"] for each in (await story.jonas.get("invitations", state="accepted"))["items"]][:1] == [
        "accepted"
    ]


async def test_a_request_is_closed_when_its_person_joins_in_another_way(story: Story) -> None:
    await ask(story.tom)
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "support"})

    await story.identity.accept(TOM)

    [request] = (await story.jonas.get("access-requests"))["items"]
    members = {each["address"]: each["role"] for each in (await story.jonas.get("users"))["items"]}
    assert (request["state"], members[TOM]) == ("withdrawn", "support")
    [ended] = await story.identity.events("access_request_withdrawn")
    assert ended["reason"] == "joined"


@pytest.mark.rule("K21")
@pytest.mark.parametrize("role", ["regular", "member", "additional", "read_only", "support"])
async def test_only_admins_see_and_decide(story: Story, role: str) -> None:
    await ask(story.tom)
    request_id = await pending_id(story)
    await story.jonas.post("invitations", {"address": "mara@northwind.example", "display_name": "Mara", "role": role})
    mara = await story.identity.accept("mara@northwind.example")

    answers = [
        await mara.ask("GET", "access-requests"),
        await mara.ask("GET", f"access-requests/{request_id}"),
        await mara.ask("POST", f"access-requests/{request_id}/approve"),
        await mara.ask("POST", f"access-requests/{request_id}/deny", {"reason": "No."}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert await own(story.tom) == [(SLUG, "pending", None)]


@pytest.mark.rule("D5")
async def test_an_admin_of_another_workspace_finds_no_request(story: Story) -> None:
    await ask(story.tom)
    request_id = await pending_id(story)

    answers = [
        await story.ana.ask("GET", f"access-requests/{request_id}"),
        await story.ana.ask("POST", f"access-requests/{request_id}/approve"),
        await story.ana.ask("POST", f"access-requests/{request_id}/deny", {"reason": "No."}),
        await story.ana.ask("POST", f"access-requests/own/{(await story.tom.get('access-requests/own'))[0]['id']}"
                                    "/withdraw"),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await story.ana.get("access-requests"))["items"] == []


@pytest.mark.rule("D16")
async def test_of_two_decisions_at_once_the_first_counts(story: Story) -> None:
    await ask(story.tom)
    path = f"access-requests/{await pending_id(story)}"

    statuses = await at_once(
        (story.jonas, "POST", f"{path}/approve", None), (story.jonas, "POST", f"{path}/deny", {"reason": "No."})
    )

    [request] = (await story.jonas.get("access-requests"))["items"]
    members = [each["address"] for each in (await story.jonas.get("users"))["items"]]
    assert sorted(statuses) == [200, 409]
    assert (request["state"] == "approved") == (TOM in members) == (statuses[0] == 200)


async def test_a_denial_says_why_and_the_person_may_ask_again(story: Story) -> None:
    await ask(story.tom)
    path = f"access-requests/{await pending_id(story)}"

    without = await story.jonas.ask("POST", f"{path}/deny", {"reason": "  "})
    denied = await story.jonas.post(f"{path}/deny", {"reason": "Ask Mara, please."})
    again = await ask(story.tom)

    assert without.status_code == 422
    assert (denied["state"], denied["reason"]) == ("denied", "Ask Mara, please.")
    assert again["asked"]["state"] == "pending"
    assert await own(story.tom) == [(SLUG, "pending", None), (SLUG, "denied", "Ask Mara, please.")]
    [event] = await story.identity.events("access_request_denied")
    assert (event["reason"], event["workspace_id"]) == ("Ask Mara, please.", story.northwind)


@pytest.mark.rule("K19", "D16")
async def test_a_request_that_nobody_answers_expires_after_30_days(story: Story) -> None:
    await ask(story.tom)
    await ask(story.tom, "nobody-is-called-that")
    request_id = await pending_id(story)
    for table in ("access_requests", "asked_workspaces"):
        past = "SET asked_at = asked_at - interval '30 days', expires_at = expires_at - interval '30 days'"
        await story.identity.sql(f"UPDATE {table} {past}")

    late = await story.jonas.ask("POST", f"access-requests/{request_id}/approve")
    assert await story.identity.work(expire_access_requests) == 1

    assert (late.status_code, late.json()["state"]) == (409, "expired")
    assert {state for _, state, _ in await own(story.tom)} == {"expired"}
    [request] = (await story.jonas.get("access-requests"))["items"]
    assert request["state"] == "expired"


async def test_what_somebody_asked_for_is_forgotten_after_90_days(story: Story) -> None:
    await ask(story.tom)
    await story.identity.sql("UPDATE asked_workspaces SET asked_at = asked_at - interval '91 days'")

    await story.identity.work(forget_old_secrets)

    assert await own(story.tom) == []


async def test_open_requests_and_those_of_a_day_are_limited_whether_workspaces_exist_or_not(story: Story) -> None:
    for number in range(9):
        await ask(story.tom, f"unknown-{number}")
    await ask(story.tom)

    one_too_many = await story.tom.ask("POST", "access-requests", {"workspace": "unknown-10"})
    known = await story.tom.ask("POST", "access-requests", {"workspace": "meridian-partners"})
    again = await ask(story.tom, "unknown-3")
    for each in await story.tom.get("access-requests/own"):
        await story.tom.post(f"access-requests/own/{each['id']}/withdraw")
    for number in range(20, 30):
        await ask(story.tom, f"unknown-{number}")
    for each in (await story.tom.get("access-requests/own"))[:10]:
        await story.tom.post(f"access-requests/own/{each['id']}/withdraw")
    tomorrow = await story.tom.ask("POST", "access-requests", {"workspace": "unknown-40"})

    assert (one_too_many.status_code, one_too_many.json()["type"]) == (409, "/problems/too-many-asked")
    assert known.json()["type"] == "/problems/user-already", "that one Tom knows"
    assert again["asked"]["state"] == "pending"
    assert (tomorrow.status_code, tomorrow.json()["type"]) == (409, "/problems/too-many-asked")


async def test_a_closed_request_cannot_be_withdrawn(story: Story) -> None:
    await ask(story.tom)
    asked = (await story.tom.get("access-requests/own"))[0]["id"]
    await story.jonas.post(f"access-requests/{await pending_id(story)}/approve")

    answer = await story.tom.ask("POST", f"access-requests/own/{asked}/withdraw")

    assert (answer.status_code, answer.json()["state"]) == (409, "approved")


@pytest.mark.rule("K14")
async def test_each_step_is_an_event_of_the_workspace_with_its_person(story: Story) -> None:
    await ask(story.tom)
    await story.jonas.post(f"access-requests/{await pending_id(story)}/approve")

    [asked] = await story.identity.events("access_requested")
    [approved] = await story.identity.events("access_request_approved")
    granted = [each for each in await story.identity.events("access_granted") if each["user_id"] == asked["user_id"]]

    tom, jonas = str(await story.tom.user_id()), str(await story.jonas.user_id())
    assert (asked["workspace_id"], asked["actor"]["user_id"]) == (story.northwind, tom)
    assert (approved["workspace_id"], approved["actor"]["user_id"]) == (story.northwind, jonas)
    assert (granted[-1]["grant"]["role"], granted[-1]["actor"]["user_id"]) == ("member", jonas)


@given(st.text(max_size=300))
def test_whatever_is_entered_is_a_name_or_refused(entered: str) -> None:
    try:
        name = workspace_name(entered)
    except PydanticCustomError:
        return
    assert workspace_name(f"https://portal.example/w/{name}/billing") == name
