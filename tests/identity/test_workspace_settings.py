"""The language that a workspace is written to in, and where whoever sells helps."""

from typing import Any

import pytest

from services.identity.provider import create_provider
from shared.events import Actor
from shared.outbox import Cause
from tests.identity.harness import IdentityHarness, Person, Story, add_customer, at_once

SETTINGS = "workspace-settings"
NORTHWIND = {"display_name": "Northwind Logistics", "slug": "northwind-logistics"}
MERIDIAN = {"display_name": "Meridian Partners", "slug": "meridian-partners"}
NO_MORE = dict.fromkeys(
    ("support_hours", "emergency_phone", "help_url", "status_url", "sales_name", "sales_address", "sales_phone")
)
NO_FACE = {"support_address": None, "support_phone": None, "postal_lines": []} | NO_MORE | {"asks_entry_reason": False}
FACE = {
    "support_address": "help@meridian.example",
    "support_phone": "+31 (20) 555 01-00",
    "postal_lines": ["7 Ferry Quay", "1012 AB Amsterdam"],
    "support_hours": "Mon to Fri, 8 to 18 (CET)",
    "emergency_phone": "+31 20 555 01 99",
    "help_url": "https://help.meridian.example/",
    "status_url": "https://status.meridian.example/",
    "sales_name": "Meridian sales",
    "sales_address": "sales@meridian.example",
    "sales_phone": "+31 20 555 01 20",
}
NOT_ASKED = {"asks_entry_reason": False}


async def locales(identity: IdentityHarness) -> dict[str, str]:
    rows = await identity.sql("SELECT slug, locale FROM workspaces")
    return {row["slug"]: row["locale"] for row in rows}


@pytest.mark.rule("K11", "D28")
async def test_an_admin_sets_the_language_of_the_workspace_and_everybody_hears_of_it(story: Story) -> None:
    before = await story.jonas.get(SETTINGS)

    changed = await story.jonas.ask("PATCH", SETTINGS, {"locale": "de-DE"})

    unchanged = NORTHWIND | NO_FACE
    assert (before, changed.json()) == ({"locale": "en-US"} | unchanged, {"locale": "de-DE"} | unchanged)
    assert await story.jonas.get(SETTINGS) == {"locale": "de-DE"} | unchanged
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


async def seller_of(person: Person) -> tuple[str, str | None]:
    found = await person.get("workspaces/seller")
    return found["display_name"], found["support_address"]


async def test_a_seller_says_how_it_helps_and_everybody_hears_of_it(story: Story) -> None:
    changed = await story.ana.ask("PATCH", SETTINGS, {"locale": "en-US"} | FACE)

    assert changed.json() == await story.ana.get(SETTINGS) == {"locale": "en-US"} | MERIDIAN | FACE | NOT_ASKED
    [event] = await story.identity.events("workspace_updated")
    assert {name: event[name] for name in FACE} == FACE
    assert event["slug"] == "meridian-partners"


async def test_what_a_change_leaves_out_stays_and_what_it_empties_goes(story: Story) -> None:
    await story.ana.ask("PATCH", SETTINGS, {"locale": "en-US"} | FACE)

    kept = await story.ana.ask("PATCH", SETTINGS, {"locale": "de-AT"})
    nothing = {"locale": "de-AT", "support_phone": None, "postal_lines": []} | NO_MORE
    emptied = await story.ana.ask("PATCH", SETTINGS, nothing)

    assert kept.json() == {"locale": "de-AT"} | MERIDIAN | FACE | NOT_ASKED
    left = NO_FACE | {"support_address": FACE["support_address"]}
    assert emptied.json() == {"locale": "de-AT"} | MERIDIAN | left
    assert len(await story.identity.events("workspace_updated")) == 3


@pytest.mark.rule("K10", "I31")
async def test_a_customer_turns_to_its_partner_if_that_helps_else_to_the_provider(story: Story) -> None:
    unset = [await seller_of(person) for person in (story.jonas, story.ana, story.robin)]
    await story.robin.ask("PATCH", SETTINGS, {"locale": "en-US", "support_address": "desk@larkspur.example"})
    provider = [await seller_of(person) for person in (story.jonas, story.ana, story.robin)]
    await story.ana.ask("PATCH", SETTINGS, {"locale": "en-US"} | FACE)
    _, other = await add_customer(story.robin, "Quarry Lane", "rosa@quarrylane.example")

    assert unset == [("Larkspur Cloud", None)] * 3
    assert provider == [("Larkspur Cloud", "desk@larkspur.example")] * 3
    assert await story.jonas.get("workspaces/seller") == {"kind": "partner", "display_name": "Meridian Partners"} | FACE
    assert await seller_of(story.tom) == await seller_of(other) == ("Larkspur Cloud", "desk@larkspur.example")


async def test_whoever_works_on_behalf_sees_who_helps_the_customer(story: Story) -> None:
    await story.ana.ask("PATCH", SETTINGS, {"locale": "en-US"} | FACE)
    await story.ana.post("on-behalf", {"workspace": "northwind-logistics"})

    assert await seller_of(story.ana) == ("Meridian Partners", "help@meridian.example")


@pytest.mark.parametrize(
    ("name", "wrong", "pointer", "code"),
    [
        ("support_address", "zoë@bücher", "/support_address", "not_an_address"),
        ("support_phone", "call us", "/support_phone", "not_a_phone"),
        ("support_phone", "12", "/support_phone", "not_a_phone"),
        ("support_phone", "+31 20\n555", "/support_phone", "not_a_phone"),
        ("support_phone", "0" * 41, "/support_phone", "too_long"),
        ("emergency_phone", "call us", "/emergency_phone", "not_a_phone"),
        ("sales_phone", "ask us", "/sales_phone", "not_a_phone"),
        ("sales_address", "sales", "/sales_address", "not_an_address"),
        ("sales_name", "x" * 101, "/sales_name", "too_long"),
        ("support_hours", "x" * 121, "/support_hours", "too_long"),
        ("support_hours", "Mon\nTue", "/support_hours", "not_one_line"),
        ("help_url", "http://help.example", "/help_url", "not_https"),
        ("help_url", "https://ana@help.example", "/help_url", "not_https"),
        ("status_url", "javascript:alert(1)", "/status_url", "not_https"),
        ("status_url", "https://s.example/" + "x" * 300, "/status_url", "too_long"),
        ("postal_lines", ["line"] * 7, "/postal_lines", "too_long"),
        ("postal_lines", ["Quay 7", " "], "/postal_lines/1", "required"),
        ("postal_lines", ["x" * 101], "/postal_lines/0", "too_long"),
        ("postal_lines", ["Quay\u0007 7"], "/postal_lines/0", "not_one_line"),
    ],
)
async def test_what_nobody_could_write_to_or_call_is_an_error_of_its_field(
    story: Story, name: str, wrong: Any, pointer: str, code: str
) -> None:
    answer = await story.ana.ask("PATCH", SETTINGS, {"locale": "en-US", name: wrong})

    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert await story.identity.events("workspace_updated") == []


async def test_a_customer_who_sells_to_nobody_has_no_support_address(story: Story) -> None:
    answer = await story.jonas.ask("PATCH", SETTINGS, {"locale": "de-DE", "support_address": "help@northwind.example"})

    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/support_address", "unknown_field")
    ]
    assert await story.jonas.get(SETTINGS) == {"locale": "en-US"} | NORTHWIND | NO_FACE
