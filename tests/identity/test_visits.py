"""Work on behalf: why, who is there, and either side ends it (P25, P26, P30, D11, D14)."""

from typing import Any

import pytest

from tests.identity.harness import TOM, Story, add_customer
from tests.identity.test_links_and_on_behalf import enter, problem

SETTINGS = {"locale": "en-US", "asks_entry_reason": True}


async def enter_because(person: Any, reason: str | None) -> Any:
    return await person.ask("POST", "on-behalf", {"workspace": "northwind-logistics", "reason": reason})


@pytest.mark.rule("P25", "P30")
@pytest.mark.parametrize("asking", ["the provider", "the partner"])
async def test_who_is_asked_for_a_reason_does_not_enter_without_one(story: Story, asking: str) -> None:
    await story.link_tom("regular")
    who = story.robin if asking == "the provider" else story.ana
    assert (await who.ask("PATCH", "workspace-settings", SETTINGS)).json()["asks_entry_reason"]

    without = [await enter(story.tom), await enter_because(story.tom, None), await enter_because(story.tom, "   ")]
    of_admin = await enter(story.ana)
    outside = (await story.tom.token())["via"]
    entered = await enter_because(story.tom, " Case 4711: port is down ")
    await story.tom.ask("POST", "on-behalf/end")

    assert [(each.status_code, problem(each)) for each in (*without, of_admin)] == [
        (409, "/problems/reason-needed")
    ] * 4
    assert (outside, entered.status_code) == ("self", 200)
    (started,), (ended,) = [await story.identity.events(f"on_behalf_{what}") for what in ("started", "ended")]
    assert started["given_reason"] == ended["given_reason"] == "Case 4711: port is down"
    assert ended["started_at"] == started["occurred_at"]
    assert {started["workspace_id"], ended["workspace_id"]} == {story.northwind}


@pytest.mark.rule("P25")
async def test_nobody_is_asked_otherwise_and_a_reason_is_one_short_line(story: Story) -> None:
    await story.link_tom("regular")
    await story.jonas.ask("PATCH", "workspace-settings", {"locale": "en-US", "asks_entry_reason": False})

    too_long, lines = await enter_because(story.tom, "x" * 201), await enter_because(story.tom, "a\nb")
    entered = await enter(story.tom)

    assert [each.status_code for each in (too_long, lines)] == [422, 422]
    assert entered.status_code == 200
    (started,) = await story.identity.events("on_behalf_started")
    assert started["given_reason"] is None


async def test_a_customer_has_nobody_to_ask_for_a_reason(story: Story) -> None:
    refused = await story.jonas.ask("PATCH", "workspace-settings", SETTINGS)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/asks_entry_reason")
    assert (await story.jonas.get("workspace-settings"))["asks_entry_reason"] is False


@pytest.mark.rule("P25", "P30")
async def test_both_sides_see_who_is_there_now(story: Story) -> None:
    await story.link_tom("regular")
    await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await enter_because(story.tom, "Case 4711")
    await enter(story.ana, "tidewater-labs")

    here, below = await story.jonas.get("on-behalf/here"), None
    await story.ana.ask("POST", "on-behalf/end")
    below = await story.ana.get("on-behalf/below")

    [visit] = here
    assert (visit["user"]["address"], visit["role"], visit["reason"]) == (TOM, "regular", "Case 4711")
    assert [(each["id"], each["workspace"]["slug"]) for each in below] == [(visit["id"], "northwind-logistics")]
    assert await story.robin.get("on-behalf/below") == []


@pytest.mark.rule("P25", "D14")
@pytest.mark.parametrize("side", ["here", "below"])
async def test_either_side_ends_a_visit_at_once_and_the_link_stays(story: Story, side: str) -> None:
    await story.link_tom("regular")
    await enter(story.tom)
    inside = (await story.tom.token())["access_token"]
    [visit] = await story.jonas.get("on-behalf/here")
    who = story.jonas if side == "here" else story.ana

    ended = await who.ask("POST", f"on-behalf/{side}/{visit['id']}/end")
    again = await who.ask("POST", f"on-behalf/{side}/{visit['id']}/end")

    assert (ended.status_code, again.status_code) == (204, 404)
    assert (await story.tom.ask("GET", "users", token=inside)).status_code in (401, 403)
    assert (await story.tom.token())["ended"]["workspace_display_name"] == "Northwind Logistics"
    (event,) = await story.identity.events("on_behalf_ended")
    assert (event["reason"], event["workspace_id"], event["actor"]["address"], event["actor"]["via"]) == (
        "revoked", story.northwind, who.address, "self" if side == "here" else "parent",
    )  # fmt: skip
    assert (await enter(story.tom)).status_code == 200, "the link is as it was"
    assert await story.identity.problems() == []


@pytest.mark.rule("D14")
async def test_others_end_no_visit(story: Story) -> None:
    await story.link_tom("regular")
    _, kai = await add_customer(story.ana, "Tidewater Labs", "kai@tidewater.example")
    await enter(story.tom)
    [visit] = await story.jonas.get("on-behalf/here")

    answers = [
        await story.tom.ask("POST", f"on-behalf/here/{visit['id']}/end"),
        await kai.ask("POST", f"on-behalf/here/{visit['id']}/end"),
        await story.robin.ask("POST", f"on-behalf/below/{visit['id']}/end"),
    ]

    assert [each.status_code for each in answers] == [403, 404, 404]
    assert len(await story.jonas.get("on-behalf/here")) == 1
