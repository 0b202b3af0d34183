"""Links with a last day end by themselves, everywhere (P14, P17, D14)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.identity.jobs import expire_links
from tests.identity.harness import JONAS, TOM, Story
from tests.identity.test_links_and_on_behalf import enter

TODAY = datetime.now(UTC).date()
OVER = "UPDATE grants SET expires_at = date_trunc('second', now() - interval '1 second') WHERE expires_at IS NOT NULL"


async def link_until(story: Story, last_day: date | None, role: str = "regular") -> dict[str, Any]:
    body = {"customer_id": story.northwind, "user_id": str(await story.tom.user_id()), "role": role}
    linked: dict[str, Any] = await story.ana.post("links", body | {"last_day": last_day and last_day.isoformat()})
    return linked


@pytest.mark.rule("P14", "P17")
async def test_a_link_may_have_a_last_day_which_ends_where_whoever_sets_it_is(story: Story) -> None:
    await story.ana.ask("PATCH", "me", {"time_zone": "America/Los_Angeles"})
    until = TODAY + timedelta(days=10)

    link = await link_until(story, until)

    assert (link["role"], link["last_day"]) == ("regular", until.isoformat())
    [stored] = await story.identity.sql("SELECT expires_at FROM grants WHERE source = 'link'")
    assert stored["expires_at"].astimezone(UTC).date() == until + timedelta(days=1), "midnight in California"
    assert stored["expires_at"].astimezone(UTC).hour in (7, 8)
    assert (await story.ana.get("links", customer_id=story.northwind))["items"] == [link]
    told = {each["user"]["address"]: each["last_day"] for each in await story.jonas.get("links/of-parent")}
    assert told[TOM] == until.isoformat()


@pytest.mark.rule("P17")
async def test_the_last_day_is_set_later_moved_and_taken_away(story: Story) -> None:
    link = await story.link_tom("support")
    path, soon, later = f"links/{link['id']}", TODAY + timedelta(days=2), TODAY + timedelta(days=30)

    answers = [
        (await story.ana.ask("PATCH", path, body)).json()
        for body in ({"last_day": soon.isoformat()}, {"role": "regular"}, {"last_day": later.isoformat()},
                     {"last_day": None})
    ]  # fmt: skip

    assert [(each["role"], each["last_day"]) for each in answers] == [
        ("support", soon.isoformat()), ("regular", soon.isoformat()), ("regular", later.isoformat()),
        ("regular", None),
    ]  # fmt: skip
    told = [each for each in await story.identity.events("access_changed") if each["kind"] == "last_day"]
    assert [(each["previous_last_day"], each["last_day"]) for each in told] == [
        (None, soon.isoformat()), (soon.isoformat(), later.isoformat()), (later.isoformat(), None),
    ]  # fmt: skip
    assert {each["workspace_id"] for each in told} == {story.northwind}
    assert await story.identity.problems() == []


@pytest.mark.parametrize("days", [-2, 4000, None])
async def test_a_last_day_that_is_over_too_far_away_or_none_is_refused(story: Story, days: int | None) -> None:
    link = await story.link_tom("support")
    day = "9999-12-31" if days is None else (TODAY + timedelta(days=days)).isoformat()

    changed = await story.ana.ask("PATCH", f"links/{link['id']}", {"last_day": day})

    assert (changed.status_code, changed.json()["errors"][0]["pointer"]) == (422, "/last_day")


@pytest.mark.rule("D14", "D29")
async def test_after_its_last_day_a_link_and_what_was_done_under_it_is_over(story: Story) -> None:
    await link_until(story, TODAY + timedelta(days=1), "admin")
    await enter(story.tom)
    inside = await story.tom.token()
    guest = {"address": "guest@elsewhere.example", "display_name": "Guest", "role": "member"}
    await story.tom.post("invitations", guest)
    await story.identity.sql(OVER)

    moved_on = await story.tom.token()
    again = await enter(story.tom)
    await story.identity.work(expire_links)

    assert (inside["via"], moved_on["via"]) == ("on_behalf", "self"), "before the job has run"
    assert moved_on["ended"]["workspace_display_name"] == "Northwind Logistics"
    assert again.status_code == 404
    refused = await story.tom.ask("GET", "users", token=inside["access_token"])
    assert refused.status_code in (401, 403)
    assert await story.identity.sql("SELECT id FROM grants WHERE source IN ('link', 'on_behalf')") == []
    (revoked,) = await story.identity.events("access_revoked")
    assert (revoked["reason"], revoked["actor"]["kind"]) == ("expired", "system")
    assert revoked["workspace_id"] == story.northwind
    (ended,) = await story.identity.events("on_behalf_ended")
    assert ended["reason"] == "expired"
    assert [each["state"] for each in (await story.jonas.get("invitations"))["items"]][:1] == ["revoked"]
    assert [
        each["address"] for each in (await story.ana.get("links/linkable", customer_id=story.northwind))["items"]
    ] == [TOM]
    assert await story.identity.problems() == []


@pytest.mark.rule("D29")
async def test_tokens_of_work_on_behalf_end_no_later_than_the_link(story: Story) -> None:
    await link_until(story, TODAY + timedelta(days=1))
    await enter(story.tom)
    soon = "UPDATE grants SET expires_at = date_trunc('second', now() + interval '20 seconds') WHERE expires_at > now()"
    await story.identity.sql(soon)

    token = await story.tom.token()

    [grant] = await story.identity.sql("SELECT expires_at FROM grants WHERE source = 'on_behalf'")
    assert datetime.fromisoformat(token["expires_at"]) == grant["expires_at"]


@pytest.mark.rule("P17")
async def test_work_that_is_open_ends_with_the_link_as_it_is_now(story: Story) -> None:
    link = await link_until(story, TODAY + timedelta(days=1))
    await enter(story.tom)

    await story.ana.ask("PATCH", f"links/{link['id']}", {"last_day": (TODAY + timedelta(days=9)).isoformat()})

    ends = await story.identity.sql("SELECT DISTINCT expires_at FROM grants WHERE expires_at IS NOT NULL")
    assert len(ends) == 1
    assert (await story.tom.token())["via"] == "on_behalf"
    assert await story.identity.problems() == []


async def test_a_link_that_was_prolonged_meanwhile_stays(story: Story) -> None:
    await link_until(story, TODAY + timedelta(days=1))

    assert await story.identity.work(expire_links) == 0
    assert JONAS in {each["address"] for each in (await story.jonas.get("users"))["items"]}
    assert len((await story.ana.get("links", customer_id=story.northwind))["items"]) == 1
