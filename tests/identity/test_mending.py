"""Ghosts are named, and `portico mend` makes copies agree with identity again."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy import databases
from deploy.backup.replaying import publish_what_is_missing
from deploy.cli.comparing import compare_copies
from deploy.cli.ghosts import find_ghosts
from deploy.cli.mending import mend
from deploy.deliveries import unhandled
from deploy.environment import SERVICES
from tests.harness.databases import Database
from tests.identity.harness import Story

MakeDatabase = Callable[[str], Awaitable[Database]]
SABLE, KIM, EVENT = uuid4(), uuid4(), uuid4()


@pytest.fixture
async def databases_of(story: Story, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> dict[str, Database]:
    """Of all services. Nothing that identity has told was heard, and all of it is on its way."""
    found = {str(each): await database(each) for each in SERVICES if each != "identity"}
    found["identity"] = story.identity.database
    for service, each in found.items():
        monkeypatch.setenv(f"{service.upper()}_WORKER_DATABASE_URL", each.worker_url)
        monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", each.api_url)
    return found


async def run(database: Database, statement: str, *values: object) -> list[Any]:
    connection = await asyncpg.connect(database.owner_url)
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()


async def of_a_later_moment(billing: Database, parent: str, number: str, slug: str) -> None:
    """Billing knows a customer and its person, of whom identity has never heard."""
    await run(
        billing,
        "INSERT INTO workspace_copies (id, parent_workspace_id, kind, slug, display_name, account_number, connected,"
        " version) VALUES ($1, $2, 'customer', $4, 'Sable Freight', $3, true, 7)",
        SABLE, UUID(parent), number, slug,
    )  # fmt: skip
    await run(billing, "INSERT INTO access_versions VALUES ($1, 1)", KIM)
    await run(
        billing,
        "INSERT INTO people (user_id, address, display_name, version) VALUES ($1, 'kim@sable.example', 'Kim Adler', 1)",
        KIM,
    )
    queue = "billing.on.identity.invitation_accepted"
    await run(billing, "INSERT INTO inbox (queue, event_id) VALUES ($1, $2)", queue, EVENT)


@pytest.mark.parametrize("at_once", [1, databases.AT_ONCE])
async def test_a_customer_whom_billing_alone_knows_is_named_and_taken_back_with_its_number(
    at_once: int, databases_of: dict[str, Database], story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "AT_ONCE", at_once)
    identity, billing = databases_of["identity"], databases_of["billing"]
    [before] = await run(identity, "SELECT last_value FROM account_numbers")
    [parent] = await run(identity, "SELECT workspace_id FROM workspaces WHERE kind = 'partner'")
    number = f"AC-{before['last_value'] + 20}"
    await of_a_later_moment(billing, str(parent["workspace_id"]), number, "northwind-logistics")

    named = "\n".join([*await compare_copies(), *await find_ghosts()])
    said = "\n".join(await mend())

    assert f"billing: rows of the workspace {SABLE}, which identity does not know: a ghost." in named
    assert f"billing: the copy of grants of person {KIM}: unknown to identity" in named
    assert f"billing: a copy of the person {KIM}, which identity does not know: a ghost." in named
    assert f"billing: has handled 1 events that no service has sent, one is {EVENT}" in named
    assert f"Sable Freight ({number}) is known to identity again" in said
    [sable] = await run(identity, "SELECT * FROM workspaces WHERE workspace_id = $1", SABLE)
    assert (sable["version"], sable["connected_at"], sable["parent_workspace_id"]) == (8, None, parent["workspace_id"])
    assert sable["slug"].startswith("northwind-logistics-"), "another customer has that one"
    assert int((await story.ana.post("customers", {"display_name": "Copper Mills"}))["account_number"][3:]) > int(
        number[3:]
    )
    told = [body for body in await identity.events() if body.get("name") in ("identity.workspace_created",
            "identity.user_erased", "identity.operator_command_run")]  # fmt: skip
    assert {str(SABLE), str(KIM)} <= {str(body["workspace_id"]) for body in told} | {
        str(body.get("user_id")) for body in told
    }
    assert not await run(billing, "SELECT FROM access_versions")
    assert [line for line in await find_ghosts() if str(KIM) not in line] == [], "that Kim is forgotten is on its way"


async def test_a_number_that_was_given_again_stays_with_whom_it_was_given_to(
    databases_of: dict[str, Database], story: Story
) -> None:
    identity, billing = databases_of["identity"], databases_of["billing"]
    [taken] = await run(identity, "SELECT account_number, parent_workspace_id FROM workspaces WHERE kind = 'customer'"
                        " ORDER BY account_number LIMIT 1")  # fmt: skip
    await of_a_later_moment(billing, str(taken["parent_workspace_id"]), taken["account_number"], "sable-freight")

    await mend()

    [sable] = await run(identity, "SELECT account_number, slug FROM workspaces WHERE workspace_id = $1", SABLE)
    assert sable["account_number"] != taken["account_number"]
    assert sable["slug"] == "sable-freight"


async def test_where_everything_agrees_nothing_is_mended(databases_of: dict[str, Database]) -> None:
    before = await run(databases_of["identity"], "SELECT workspace_id, version FROM workspaces ORDER BY 1")

    assert await compare_copies() == []
    assert await find_ghosts() == []
    assert await mend() == []
    assert await run(databases_of["identity"], "SELECT workspace_id, version FROM workspaces ORDER BY 1") == before


async def test_a_copy_that_is_missing_or_newer_is_told_again(databases_of: dict[str, Database], story: Story) -> None:
    identity, audit = databases_of["identity"], databases_of["audit"]
    [one] = await run(identity, "SELECT workspace_id, parent_workspace_id, account_number, slug, display_name"
                      " FROM workspaces WHERE kind = 'customer' ORDER BY 1 LIMIT 1")  # fmt: skip
    await run(
        audit,
        "INSERT INTO workspace_copies (id, parent_workspace_id, kind, slug, display_name, account_number, connected,"
        " version) VALUES ($1, $2, 'customer', $3, $4, $5, true, 40)",
        one["workspace_id"], one["parent_workspace_id"], one["slug"], one["display_name"], one["account_number"],
    )  # fmt: skip
    await run(identity, "UPDATE outbox SET published_at = clock_timestamp() - interval '1 hour'")

    named = await compare_copies()
    await mend()

    assert f"audit: the copy of workspace {one['workspace_id']}: version 40, but identity is at" in "\n".join(named)
    assert f"billing: the copy of workspace {one['workspace_id']}: missing" in named
    [told] = [body for body in await identity.events("identity.workspace_updated")
              if body["workspace_id"] == str(one["workspace_id"])]  # fmt: skip
    assert told["subject"]["version"] == 41  # type: ignore[index]


@pytest.mark.parametrize("at_once", [1, databases.AT_ONCE])
async def test_what_a_listener_has_not_handled_is_found_and_published_again(
    at_once: int, databases_of: dict[str, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "AT_ONCE", at_once)
    identity, audit = databases_of["identity"], databases_of["audit"]
    urls = {service: each.worker_url for service, each in databases_of.items()}
    published = "SELECT routing_key, event_id FROM outbox WHERE published_at IS NOT NULL"
    sent = await run(identity, "UPDATE outbox SET published_at = clock_timestamp() WHERE exchange LIKE '%.events'"
                     " RETURNING event_id")  # fmt: skip
    [handled, *others] = [row["event_id"] for row in sent]
    await run(audit, "INSERT INTO inbox (queue, event_id) VALUES ('audit.on.all', $1)", handled)

    found = [each async for each in unhandled(urls, published)]
    count = await publish_what_is_missing(urls)

    by_audit = [id_ for each in found if each.queue == "audit.on.all" for id_ in each.event_ids]
    assert sorted(by_audit) == sorted(others)
    assert count == len({id_ for each in found for id_ in each.event_ids})
    again = await run(identity, "SELECT event_id FROM outbox WHERE published_at IS NULL"
                      " AND exchange LIKE '%.events'")  # fmt: skip
    assert {row["event_id"] for row in again} == {id_ for each in found for id_ in each.event_ids} >= set(others)
