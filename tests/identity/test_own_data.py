"""A person gets what identity keeps of them, and downloads all of it at most five times a day."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.identity.jobs import forget_old_secrets
from shared.own_data import OwnRows
from tests.identity.harness import Person, Story, invite, told
from tests.own_data.filling import fill, tables_of, whose

PATH, DOWNLOADS = "own-data", "own-data/downloads"
EVA = "eva@northwind.example"
IN_WORKSPACES = [each for each in tables_of("identity") if isinstance(each, OwnRows) and not each.personal]


async def own(person: Person) -> dict[str, list[dict[str, Any]]]:
    return {each["name"]: each["rows"] for each in (await person.get(PATH))["tables"]}


async def age(story: Story, hours: int) -> None:
    later = "UPDATE own_data_downloads SET downloaded_at = downloaded_at - make_interval(hours => :hours)"
    await story.identity.sql(later, hours=hours)


@pytest.mark.rule("D27", "D4")
async def test_a_person_gets_their_rows_and_nobody_elses(story: Story) -> None:
    eva = await invite(story.jonas, EVA, "Eva", "member")
    people = {await story.jonas.user_id(): story.jonas.address, await eva.user_id(): EVA}
    elsewhere = UUID((await story.ana.get("workspaces/current"))["id"])
    await fill(story.identity.database, people, [UUID(story.northwind), elsewhere], IN_WORKSPACES)

    of_eva, of_jonas = await own(eva), await own(story.jonas)

    assert ([each["address"] for each in of_eva["users"]], len(of_eva["sessions"])) == ([EVA], 1)
    for name in ("workspaces", "grants", *(each.name for each in IN_WORKSPACES)):
        assert {row["workspace_id"] for row in of_eva[name]} == {story.northwind}, name
    for each in IN_WORKSPACES:
        assert len(of_eva[each.name]) == len(whose(each)) + (each.name == "invitations"), each.name
    assert story.jonas.address not in str(of_eva)
    assert EVA not in str(of_jonas)


@pytest.mark.rule("D27", "D16")
async def test_who_asked_for_access_does_not_learn_whether_there_is_such_a_workspace(story: Story) -> None:
    for name in ("northwind-logistics", "nobody-at-all"):
        await story.tom.post("access-requests", {"workspace": name, "message": "It is me."})

    found = await own(story.tom)

    assert sorted(row["name"] for row in found["asked_workspaces"]) == ["nobody-at-all", "northwind-logistics"]
    assert [set(row) for row in found["asked_workspaces"]] == [
        {"id", "name", "asked_at", "expires_at", "withdrawn_at"}
    ] * 2
    assert found["access_requests"] == []


@pytest.mark.rule("D27", "P26")
async def test_on_behalf_there_is_nothing_of_anybody(story: Story) -> None:
    await story.link_tom("admin")
    await story.tom.post("on-behalf", {"workspace": "northwind-logistics"})

    assert await told(story.tom, "GET", PATH) == (409, "only-in-person")
    assert await told(story.tom, "POST", DOWNLOADS) == (409, "only-in-person")


@pytest.mark.rule("D27")
async def test_a_suspended_workspace_keeps_nobody_from_their_data(story: Story) -> None:
    suspended = await story.ana.ask("PUT", f"suspensions/{story.northwind}", {"reason": "Unpaid."})
    assert suspended.is_success, suspended.text

    assert [each["address"] for each in (await own(story.jonas))["users"]] == [story.jonas.address]
    assert await told(story.jonas, "POST", DOWNLOADS) == (201, "")


@pytest.mark.rule("D27")
async def test_it_is_downloaded_five_times_a_day_and_the_log_says_so(story: Story) -> None:
    jonas = await story.jonas.user_id()
    answers = await asyncio.gather(*(story.jonas.ask("POST", DOWNLOADS) for _ in range(7)))
    refused = [answer for answer in answers if answer.status_code == 429]
    events = await story.identity.events("own_data_downloaded")
    await age(story, 23)
    still = await told(story.jonas, "POST", DOWNLOADS)
    await age(story, 1)
    again = await told(story.jonas, "POST", DOWNLOADS)

    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [429] * 2
    assert {answer.json()["type"] for answer in refused} == {"/problems/too-many-own-downloads"}
    assert all(0 < answer.json()["retry_after"] <= 86_401 for answer in refused)
    assert [(event["user_id"], event["subject"]["type"], event["workspace_id"]) for event in events] == [
        (str(jonas), "user", story.northwind)
    ] * 5
    assert (still, again) == ((429, "too-many-own-downloads"), (201, ""))


@pytest.mark.rule("D27", "D22")
async def test_one_form_is_one_download_and_needs_a_fresh_sign_in(story: Story) -> None:
    twice = [(await story.jonas.ask("POST", DOWNLOADS, key="key-of-a-form")).json() for _ in range(2)]
    await story.identity.sql("UPDATE sessions SET created_at = created_at - interval '16 minutes'")
    late = await told(story.jonas, "POST", DOWNLOADS)

    assert twice[0] == twice[1]
    assert late == (409, "sign-in-first")
    assert len((await own(story.jonas))["own_data_downloads"]) == 1
    await age(story, 72)
    await story.identity.work(forget_old_secrets)
    assert (await own(story.jonas))["own_data_downloads"] == []
