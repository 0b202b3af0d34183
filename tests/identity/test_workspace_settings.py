"""The language that a workspace is written to in."""

import pytest

from services.identity.provider import create_provider
from shared.events import Actor
from shared.outbox import Cause
from tests.identity.harness import IdentityHarness, Story, at_once

SETTINGS = "workspace-settings"


async def locales(identity: IdentityHarness) -> dict[str, str]:
    rows = await identity.sql("SELECT slug, locale FROM workspaces")
    return {row["slug"]: row["locale"] for row in rows}


@pytest.mark.rule("K11", "D28")
async def test_an_admin_sets_the_language_of_the_workspace_and_everybody_hears_of_it(story: Story) -> None:
    before = await story.jonas.get(SETTINGS)

    changed = await story.jonas.ask("PATCH", SETTINGS, {"locale": "de-DE"})

    assert (before, changed.json()) == ({"locale": "en-US"}, {"locale": "de-DE"})
    assert await story.jonas.get(SETTINGS) == {"locale": "de-DE"}
    [connected] = [e for e in await story.identity.events("workspace_connected") if e["slug"] == "northwind-logistics"]
    [event] = await story.identity.events("workspace_updated")
    assert (event["workspace_id"], event["locale"]) == (story.northwind, "de-DE")
    assert event["subject"]["version"] == connected["subject"]["version"] + 1
    assert (connected["locale"], event["connected"], event["display_name"]) == ("en-US", True, "Northwind Logistics")


async def test_the_same_language_again_is_no_change(story: Story) -> None:
    for locale in ("de-DE", "de-DE"):
        assert (await story.jonas.ask("PATCH", SETTINGS, {"locale": locale})).status_code == 200

    assert len(await story.identity.events("workspace_updated")) == 1


@pytest.mark.rule("K11")
async def test_nobody_but_an_admin_changes_or_reads_the_settings(story: Story) -> None:
    changed = await story.tom.ask("PATCH", SETTINGS, {"locale": "de-DE"})
    read = await story.tom.ask("GET", SETTINGS)

    assert (changed.status_code, read.status_code) == (403, 403)
    assert set((await locales(story.identity)).values()) == {"en-US"}


@pytest.mark.parametrize("locale", ["fr-FR", "en-XA", None])
async def test_a_language_that_cannot_be_chosen_is_an_error_of_its_field(story: Story, locale: str | None) -> None:
    answer = await story.jonas.ask("PATCH", SETTINGS, {"locale": locale})

    assert [error["pointer"] for error in answer.json()["errors"]] == ["/locale"]


@pytest.mark.rule("D28")
async def test_a_new_workspace_has_its_parents_language(story: Story) -> None:
    await story.ana.ask("PATCH", SETTINGS, {"locale": "de-AT"})

    await story.ana.post("customers", {"display_name": "Tidewater Labs"})
    await story.robin.post("partners", {"display_name": "Alder", "address": "a@alder.example", "contact_name": "Al"})

    found = await locales(story.identity)
    assert (found["tidewater-labs"], found["alder"]) == ("de-AT", "en-US")
    assert (await story.identity.events("workspace_created"))[-2]["locale"] == "de-AT"


async def test_an_installation_begins_in_the_language_that_it_is_told(identity: IdentityHarness) -> None:
    cause = Cause(Actor(), identity.runtime.clock.now())

    async with identity.runtime.worker_sessions.begin() as session:
        await create_provider(session, "Larkspur", "larkspur", "de-CH", "robin@larkspur.example", "Robin", cause)

    assert await locales(identity) == {"larkspur": "de-CH"}
    [created] = await identity.events("workspace_created")
    assert created["locale"] == "de-CH"


async def test_changes_at_once_have_versions_of_their_own(story: Story) -> None:
    statuses = await at_once(*((story.jonas, "PATCH", SETTINGS, {"locale": each}) for each in ("de-DE", "de-AT")))

    events = await story.identity.events("workspace_updated")
    assert statuses == [200, 200]
    assert len({event["subject"]["version"] for event in events}) == 2
    assert (await story.jonas.get(SETTINGS))["locale"] == max(events, key=lambda e: e["subject"]["version"])["locale"]
