"""`portico verify` compares each service's copies with identity: what nobody granted is found, what is on its way is
not."""

import re
from collections.abc import Awaitable, Callable
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import text

from deploy.cli.comparing import compare_copies
from deploy.environment import SERVICES
from shared.clock import Clock
from shared.copies import follow_access, follow_session, follow_workspaces, workspace_of
from shared.events import REGISTRY, Actor
from shared.events.identity import AccessEvent, SessionEnded, WorkspaceEvent
from shared.outbox import Cause, transaction
from tests.harness.databases import Database
from tests.identity.harness import Story

FACE = {"support_address": "help@meridian.example", "postal_lines": ["7 Ferry Quay", "1012 AB Amsterdam"]}


@pytest.fixture
async def billing(
    story: Story, database: Callable[[str], Awaitable[Database]], monkeypatch: pytest.MonkeyPatch
) -> Database:
    """Billing's database with all that identity has told; the other services have heard nothing yet."""
    others = {service: await database(service) for service in SERVICES if service != "identity"}
    for service, found in {**others, "identity": story.identity.database}.items():
        monkeypatch.setenv(f"{service.upper()}_WORKER_DATABASE_URL", found.worker_url)
    await story.link_tom("regular")
    renamed = {"locale": "de-DE", "display_name": "Northwind Freight", "new_url": True}
    await story.jonas.ask("PATCH", "workspace-settings", renamed)
    await story.ana.ask("PATCH", "workspace-settings", {"locale": "en-US"} | FACE)
    await story.ana.post("on-behalf", {"workspace": "northwind-freight"})
    async with transaction(others["billing"].worker, Cause(Actor(), Clock().now())) as session:
        for body in await story.identity.database.events():
            event = REGISTRY[str(body["name"])].model_validate(body) if body.get("name") in REGISTRY else None
            if isinstance(event, AccessEvent):
                await follow_access(session, event)
            elif isinstance(event, WorkspaceEvent):
                await follow_workspaces(session, [event])
            elif isinstance(event, SessionEnded):
                await follow_session(session, event)
    return others["billing"]


async def change(database: Database, statement: str) -> None:
    async with database.owner.begin() as session:
        await session.execute(text(statement))


async def test_copies_that_followed_every_event_agree(billing: Database) -> None:
    async with billing.owner() as session:
        assert await session.scalar(text("SELECT count(*) FROM access_grants WHERE source = 'on_behalf'")) == 1
        assert await session.scalar(text("SELECT count(*) FROM workspace_copies WHERE connected")) == 3
        partner = await session.scalar(text("SELECT id FROM workspace_copies WHERE kind = 'partner'"))
        copy = await workspace_of(session, partner)
        assert (copy.support_address, copy.support_phone) == ("help@meridian.example", None)
        assert copy.postal_lines == ("7 Ferry Quay", "1012 AB Amsterdam")

    assert await compare_copies() == []


async def test_a_copy_has_the_newest_name_in_whatever_order_the_events_come(
    story: Story, database: Callable[[str], Awaitable[Database]]
) -> None:
    for name in ("Northwind Freight", "Northwind Air"):
        body = {"locale": "en-US", "display_name": name, "new_url": True}
        await story.jonas.ask("PATCH", "workspace-settings", body)
    told = [
        REGISTRY[str(body["name"])].model_validate(body)
        for body in await story.identity.database.events()
        if str(body.get("name")).startswith("identity.workspace_") and body["workspace_id"] == story.northwind
    ]
    billing = await database("billing")

    for order in permutations(told):
        await change(billing, "DELETE FROM workspace_copies")
        async with transaction(billing.worker, Cause(Actor(), Clock().now())) as session:
            for event in order:
                assert isinstance(event, WorkspaceEvent)
                await follow_workspaces(session, [event])
            copy = await workspace_of(session, UUID(story.northwind))
        assert (copy.display_name, copy.slug) == ("Northwind Air", "northwind-air")

    assert len(told) == 4


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE access_versions SET version = version + 1",
            "the copy of grants of person .*: version \\d+, but identity is at \\d+",
        ),
        ("UPDATE access_grants SET role = 'admin' WHERE source = 'link'", "grants of person .*: differs"),
        ("UPDATE access_grants SET session_id = NULL WHERE source = 'on_behalf'", "grants of person .*: differs"),
        ("DELETE FROM access_grants WHERE source = 'link'", "grants of person .*: differs"),
        ("DELETE FROM access_versions", "grants of person .*: without a version"),
        (
            "INSERT INTO access_versions VALUES ('00000000-0000-4000-8000-000000000001', 1)",
            "grants of person 00000000-0000-4000-8000-000000000001: unknown to identity",
        ),
        ("UPDATE workspace_copies SET parent_workspace_id = NULL WHERE kind = 'customer'", "workspace .*: differs"),
        ("UPDATE workspace_copies SET slug = 'northwind-logistics' WHERE kind = 'customer'", "workspace .*: differs"),
        ("UPDATE workspace_copies SET locale = 'en-US'", "workspace .*: differs"),
        ("UPDATE workspace_copies SET postal_lines = '{}'", "workspace .*: differs"),
        ("UPDATE workspace_copies SET version = 9", "workspace .*: version 9"),
    ],
)
async def test_a_copy_that_no_event_explains_is_named(billing: Database, statement: str, problem: str) -> None:
    await change(billing, statement)

    found = await compare_copies()

    assert found
    assert all(line.startswith("billing: ") for line in found)
    assert any(re.search(problem, line) for line in found), found


async def test_a_session_that_ended_in_a_copy_alone_is_named(billing: Database, story: Story) -> None:
    [row] = await story.identity.sql("SELECT id FROM sessions WHERE ended_at IS NULL LIMIT 1")
    await change(billing, f"INSERT INTO access_ended_sessions (session_id) VALUES ('{row['id']}')")

    assert await compare_copies() == [
        f"billing: the copy of session {row['id']}: differs from identity's at the same version, 1"
    ]


async def test_a_copy_that_is_behind_is_no_problem(billing: Database, story: Story) -> None:
    await change(billing, "DELETE FROM access_grants")
    await change(billing, "UPDATE access_versions SET version = version - 1")

    assert await compare_copies() == []


async def test_many_differences_are_counted_and_not_all_named(billing: Database) -> None:
    await change(billing, "INSERT INTO access_versions SELECT gen_random_uuid(), 1 FROM generate_series(1, 2500)")

    found = await compare_copies()

    assert len(found) == 11
    assert found[-1] == "billing: 2490 more of this kind"
