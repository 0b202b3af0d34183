"""A workspace's name and URL change, and the former URL leads on for a year (K29)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.identity.jobs import release_former_urls
from shared.jobs import JobContext
from tests.identity.harness import IdentityHarness, Person, Story, add_customer, at_once

SETTINGS = "workspace-settings"
FORMER = "northwind-logistics"


async def rename(person: Person, name: str | None = None, *, new_url: bool = True) -> Any:
    """The present name and slug."""
    answer = await person.ask("PATCH", SETTINGS, {"locale": "en-US", "display_name": name, "new_url": new_url})
    assert answer.status_code == 200, answer.text
    return answer.json()["display_name"], answer.json()["slug"]


async def opened(person: Person, slug: str) -> Any:
    """Which workspace a URL leads the person to, as its present slug; or the refusal."""
    answer = await person.ask("GET", "destinations", params={"workspace": slug})
    return answer.json()["workspace"]["slug"] if answer.is_success else (answer.status_code, answer.json())


async def slugs(identity: IdentityHarness) -> dict[str, bool]:
    """All slugs, and whether a workspace has them now."""
    rows = await identity.sql("SELECT slug, until IS NULL AS present FROM workspace_slugs")
    return {row["slug"]: row["present"] for row in rows}


async def a_year_later(identity: IdentityHarness, but: timedelta = timedelta(0)) -> None:
    by = timedelta(days=365) - but
    await identity.sql("UPDATE workspace_slugs SET until = until - CAST(:by AS interval)", by=by)
    context = JobContext(identity.runtime.worker_sessions, identity.runtime.clock, identity.runtime.settings)
    await release_former_urls(context)


@pytest.mark.rule("K29")
async def test_an_admin_changes_the_name_and_the_url_stays(story: Story) -> None:
    assert await rename(story.jonas, "Northwind Freight", new_url=False) == ("Northwind Freight", FORMER)

    [event] = await story.identity.events("workspace_updated")
    assert (event["display_name"], event["previous_display_name"]) == ("Northwind Freight", "Northwind Logistics")
    assert (event["slug"], event["previous_slug"]) == (FORMER, None)
    assert await slugs(story.identity) == {"larkspur": True, "meridian-partners": True, FORMER: True}


@pytest.mark.rule("K29", "K25", "P5")
async def test_a_new_url_is_everywhere_at_once_and_the_former_one_leads_on(story: Story) -> None:
    await story.tom.post("access-requests", {"workspace": FORMER})
    await story.link_tom("regular")

    assert await rename(story.jonas, "Northwind Freight") == ("Northwind Freight", "northwind-freight")

    told = await story.jonas.token()
    assert told["workspace"]["slug"] == told["workspaces"][0]["slug"] == "northwind-freight"
    assert [each["slug"] for each in await story.jonas.get("me/workspaces")] == ["northwind-freight"]
    row = await story.northwind_seen_by(story.ana, q="freight")
    assert row is not None
    assert (row["display_name"], row["slug"]) == ("Northwind Freight", "northwind-freight")
    for person in (story.jonas, story.ana, story.tom):
        assert await opened(person, FORMER) == await opened(person, "northwind-freight") == "northwind-freight"
    [event] = await story.identity.events("workspace_updated")
    assert (event["slug"], event["previous_slug"]) == ("northwind-freight", FORMER)
    assert await story.identity.problems() == []


@pytest.mark.rule("D16")
async def test_a_former_url_is_as_unknown_to_others_as_none(story: Story) -> None:
    _, rosa = await add_customer(story.robin, "Quarry Lane", "rosa@quarrylane.example")
    await rename(story.jonas, "Northwind Freight")

    unknown = await opened(rosa, "no-such")
    assert [await opened(person, FORMER) for person in (rosa, story.tom, story.robin)] == [unknown] * 3
    switched = [await rosa.ask("POST", "sessions/switch", {"workspace": slug}) for slug in (FORMER, "no-such")]
    assert [answer.json()["type"] for answer in switched] == ["/problems/not-a-member"] * 2
    assert await rosa.get("destinations", workspace="quarry-lane")


@pytest.mark.rule("K18")
async def test_access_is_asked_for_by_a_former_url(story: Story) -> None:
    await rename(story.jonas, "Northwind Freight")

    for name in (FORMER, "northwind-freight", "no-such"):
        asked = await story.tom.post("access-requests", {"workspace": name})
        assert (asked["asked"]["name"], asked["asked"]["state"]) == (name, "pending")

    assert len((await story.jonas.get("access-requests"))["items"]) == 1


async def test_work_on_behalf_and_switching_begin_from_a_former_url(story: Story) -> None:
    await rename(story.jonas, "Northwind Freight")
    await rename(story.ana, "Meridian Networks")

    entered = await story.ana.post("on-behalf", {"workspace": FORMER})
    back = await story.ana.post("sessions/switch", {"workspace": "meridian-partners"})

    assert (entered["workspace"]["slug"], back["workspace"]["slug"]) == ("northwind-freight", "meridian-networks")


@pytest.mark.rule("K29")
async def test_nobody_else_gets_a_former_url_for_a_year(story: Story) -> None:
    await rename(story.jonas, "Northwind Freight")

    made = await story.robin.post("customers", {"display_name": "Northwind Logistics"})
    _, other = await rename(story.ana, "Northwind: Logistics")

    assert made["slug"] != FORMER != other
    assert made["slug"].startswith(f"{FORMER}-")
    assert other.startswith(f"{FORMER}-")
    assert await opened(story.jonas, FORMER) == "northwind-freight"


@pytest.mark.rule("K29")
async def test_after_a_year_a_former_url_is_free(story: Story) -> None:
    await rename(story.jonas, "Northwind Freight")

    await a_year_later(story.identity, but=timedelta(minutes=5))
    assert await opened(story.jonas, FORMER) == "northwind-freight"
    await a_year_later(story.identity)

    assert FORMER not in await slugs(story.identity)
    assert (await opened(story.jonas, FORMER))[0] == 404
    made = await story.robin.post("customers", {"display_name": "Northwind Logistics"})
    assert made["slug"] == FORMER
    assert await story.identity.problems() == []


@pytest.mark.rule("K29")
async def test_a_workspace_takes_its_former_url_back(story: Story) -> None:
    await rename(story.jonas, "Northwind Freight")

    assert await rename(story.jonas, "Northwind Logistics") == ("Northwind Logistics", FORMER)

    assert await opened(story.jonas, "northwind-freight") == FORMER
    assert {slug for slug, present in (await slugs(story.identity)).items() if not present} == {"northwind-freight"}
    await a_year_later(story.identity)
    assert FORMER in await slugs(story.identity), "the present one has no end"


async def test_a_url_that_is_made_from_the_name_already_stays(story: Story) -> None:
    await rename(story.jonas)
    assert await story.identity.events("workspace_updated") == []
    _, rosa = await add_customer(story.robin, "Northwind Logistics", "rosa@quarrylane.example")
    slug = (await rosa.token())["workspace"]["slug"]

    assert (await rename(rosa))[1] == slug, "the one with a suffix, whose stem another one has"

    await rename(story.jonas, "Northwind Freight")
    await a_year_later(story.identity)
    assert (await rename(rosa))[1] == FORMER, "its stem is free"


@pytest.mark.rule("K29")
async def test_a_workspace_has_at_most_five_former_urls(story: Story) -> None:
    for number in range(5):
        await rename(story.jonas, f"Northwind {number}")

    wanted = {"locale": "en-US", "display_name": "Northwind Six", "new_url": True}
    refused = await story.jonas.ask("PATCH", SETTINGS, wanted)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-former-urls")
    assert (await story.jonas.get(SETTINGS))["display_name"] == "Northwind 4", "nothing of it was changed"

    assert (await rename(story.jonas, "Northwind Six", new_url=False))[1] == "northwind-4"
    assert (await rename(story.jonas, "Northwind 2"))[1] == "northwind-2", "one that it had"
    await a_year_later(story.identity)
    assert (await rename(story.jonas, "Northwind Six"))[1] == "northwind-six"


@pytest.mark.rule("K29")
async def test_only_admins_rename(story: Story) -> None:
    answer = await story.tom.ask("PATCH", SETTINGS, {"locale": "en-US", "display_name": "Tom's"})

    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["", "www.evil.example", "Call +49 30 1234567", "x" * 300, "two\nlines"])
async def test_a_name_that_no_company_has_is_an_error_of_its_field(story: Story, name: str) -> None:
    answer = await story.jonas.ask("PATCH", SETTINGS, {"locale": "en-US", "display_name": name})

    assert [error["pointer"] for error in answer.json()["errors"]] == ["/display_name"]


@pytest.mark.rule("K29")
async def test_of_two_that_take_one_url_at_once_one_gets_it(story: Story) -> None:
    """Two renames, and a rename beside a new workspace, whatever comes first."""
    _, rosa = await add_customer(story.robin, "Quarry Lane", "rosa@quarrylane.example")
    for number in range(4):
        body = {"locale": "en-US", "display_name": f"Alder {number}", "new_url": True}
        new = {"display_name": f"Alder {number}"}
        statuses = await at_once(
            (story.jonas, "PATCH", SETTINGS, body),
            (rosa, "PATCH", SETTINGS, body),
            (story.robin, "POST", "customers", new),
        )
        assert sorted(statuses) == [200, 200, 201]
        rows = await story.identity.sql("SELECT slug FROM workspaces WHERE slug LIKE :stem", stem=f"alder-{number}%")
        assert len(rows) == 3
        assert sum(row["slug"] == f"alder-{number}" for row in rows) == 1
    assert await story.identity.problems() == []


@pytest.mark.rule("K29")
async def test_of_a_workspace_that_gives_a_url_up_and_one_that_wants_it_at_once_the_first_keeps_it(
    story: Story,
) -> None:
    names = ["Northwind Logistics", "Northwind Freight"]
    for number in range(6):
        away = {"locale": "en-US", "display_name": names[(number + 1) % 2], "new_url": True}
        wanted = {"display_name": names[number % 2]}
        statuses = await at_once((story.jonas, "PATCH", SETTINGS, away), (story.robin, "POST", "customers", wanted))
        assert sorted(statuses) == [200, 201]

    owners = await story.identity.sql(
        "SELECT slug FROM workspace_slugs WHERE workspace_id = CAST(:id AS uuid)", id=story.northwind
    )
    assert len(owners) == 2, "northwind-logistics, and what it has now"
    assert await opened(story.jonas, FORMER) == (await story.jonas.token())["workspace"]["slug"]
    assert await story.identity.problems() == []


async def test_one_workspace_renamed_twice_at_once_has_one_url_and_two_versions(story: Story) -> None:
    bodies = [{"locale": "en-US", "display_name": name, "new_url": True} for name in ("Alder", "Birch")]
    assert await at_once(*((story.jonas, "PATCH", SETTINGS, body) for body in bodies)) == [200, 200]

    events = sorted(await story.identity.events("workspace_updated"), key=lambda e: int(e["subject"]["version"]))
    present = [slug for slug, is_present in (await slugs(story.identity)).items() if is_present]
    assert events[0]["slug"] == events[1]["previous_slug"]
    assert events[1]["slug"] in present
    assert len(present) == 3


async def test_the_database_refuses_a_slug_that_a_workspace_has_not_got(story: Story) -> None:
    with pytest.raises(IntegrityError, match="fk_workspaces_slug"):
        await story.identity.sql("UPDATE workspaces SET slug = 'taken' WHERE slug = 'northwind-logistics'")
    with pytest.raises(IntegrityError, match="fk_workspaces_slug"):
        await story.identity.sql("DELETE FROM workspace_slugs WHERE slug = 'northwind-logistics'")
