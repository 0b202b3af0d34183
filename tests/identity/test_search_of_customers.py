"""The search of the Customers page: what it finds, how much, and that it stays within the parent."""

import asyncio
import re
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from shared.scope import EVERYWHERE, Scope, Within, begin_in
from tests.identity.harness import Person, Story, add_customer

MANY = """
INSERT INTO workspaces (workspace_id, parent_workspace_id, kind, slug, display_name, account_number, created_at,
  connected_at, version, holder_control)
SELECT gen_random_uuid(), workspace_id, 'customer', 's-' || n, 'Harbour ' || n || ' Ltd', 'X-' || n, now(), now(), 1,
  false
FROM workspaces, generate_series(1, 1200) n WHERE kind = 'partner'
"""
LISTED = """
INSERT INTO customer_overview (workspace_id, parent_workspace_id, slug, display_name, account_number, status, mrr,
  mrr_sort_minor, has_mrr, mrr_version, ports, virtual_circuits, cloud_connections, counts_version)
SELECT workspace_id, parent_workspace_id, slug, display_name, account_number, 'connected', '[]', 0, false, 0, 1, 0, 0, 0
FROM workspaces WHERE slug LIKE 's-%'
"""

EXPLAINED = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_level = notice;
SET portico.within = '*'
"""
"""What a function does inside is said in the log."""


async def found_by(person: Person, word: str, **params: Any) -> set[str]:
    return {row["display_name"] for row in (await person.get("customers", q=word, **params))["items"]}


async def walked(person: Person, **params: Any) -> tuple[list[str], list[Any]]:
    """The names and the answers of all pages."""
    names, pages, cursor = list[str](), list[Any](), None
    while not pages or cursor:
        pages.append(await person.get("customers", limit=200, **params, **({"cursor": cursor} if cursor else {})))
        names += [row["display_name"] for row in pages[-1]["items"]]
        cursor = pages[-1]["next"]
    return names, pages


@pytest.mark.parametrize(("word", "is_found"), [
    ("wind log", True), ("LOGIST", True), ("thwind-logis", True), ("  northwind ", True), ("no", True), ("l", True),
    ("N", True), ("ort", True), ("or", False), ("z", False), ("--", False), ("northwindlogistics", False),
])  # fmt: skip
async def test_a_word_is_found_inside_the_name_or_slug_and_a_short_one_at_a_beginning(
    story: Story, word: str, is_found: bool
) -> None:
    await story.link_tom("admin")

    for person in (story.ana, story.tom):
        assert await found_by(person, word) == ({"Northwind Logistics"} if is_found else set())


@pytest.mark.parametrize(("name", "word"), [
    ("Zürich AG", "zurich"), ("Zürich AG", "zurich ag"), ("Zürich AG", "ÜRICH A"), ("Zurich AG", "zürich"),
    ("Zu\u0308rich AG", "zürich ag"), ("Zürich AG", "Zu\u0308rich AG"), ("Østra Vägen", "ostra vag"),
    ("Østra Vägen", "ÖSTRA"), ("Bjørn & Æsir", "bjorn aes"), ("Æsir Port", "ae"), ("GROẞE Straße", "grosse strasse"),
    ("Νίκος Port", "ΝΙΚΟΣ"), ("Nord (Süd)", "nord sud"), ("日本 Port", "日本 p"),
    ("Harbour " * 20 + "Ostkai", "ostkai"),
])  # fmt: skip
async def test_letters_are_compared_without_case_accents_and_signs(story: Story, name: str, word: str) -> None:
    added = await story.ana.post("customers", {"display_name": name})
    await story.ana.post("links", {"customer_id": added["id"], "user_id": str(await story.tom.user_id())})

    for person in (story.ana, story.tom):
        assert await found_by(person, word, status="not_connected") == {added["display_name"]}
        assert await found_by(person, f"{word}q", status="not_connected") == set()


async def test_an_account_number_is_found_by_its_end_and_each_list_finds_its_own(story: Story) -> None:
    added = await story.ana.post("customers", {"display_name": "Tidewater Labs"})

    assert await found_by(story.ana, added["account_number"][-3:], status="not_connected") == {"Tidewater Labs"}
    assert await found_by(story.ana, "tidewater") == set()
    assert (await story.ana.get("customers", q="northwind"))["totals"]["customers"] == 1
    assert await found_by(story.ana, "   ") == {"Northwind Logistics"}, "no word is no search"


async def test_of_more_than_a_thousand_matches_it_says_that_a_thousand_are_listed(story: Story) -> None:
    await story.identity.sql(MANY)
    await story.identity.sql(LISTED)

    names, pages = await walked(story.ana, q="harbour", sort="ports", descending=True)
    longer, (page,) = await walked(story.ana, q="harbour 77")
    all_, (first, *_) = await walked(story.ana)

    assert {each["too_many_found"] for each in pages} == {True}
    assert (len(names), len(set(names)), pages[0]["totals"]) == (1_000, 1_000, None)
    assert (page["too_many_found"], page["totals"]["customers"], len(longer)) == (False, 11, 11)
    assert (first["too_many_found"], first["totals"]["customers"], len(all_)) == (False, 1_201, 1_201)


async def test_what_many_match_and_few_of_the_first_is_found_in_the_index_of_words(story: Story) -> None:
    await story.identity.sql(
        MANY.replace("'Harbour ' || n", "CASE WHEN n > 1000 THEN 'Zebra ' ELSE 'Harbour ' END || n")
    )
    await story.identity.sql(LISTED)

    names, _ = await walked(story.ana, q="zebra")

    assert len(names) == len(set(names)) == 200


async def test_what_few_match_is_looked_up_in_the_index_of_words_without_reading_others(story: Story) -> None:
    await story.identity.sql(MANY.replace("1200", "10000").replace("'Harbour ' || n", "'Zürich ' || n"))
    await story.identity.sql("ANALYZE workspaces")

    plans = "".join(await plans_of(story, "zurich 77"))

    assert "Bitmap Index Scan on ix_workspaces_words" in plans
    assert re.search(r"Index Cond: .*words ~~ '%zurich 77%'", plans), plans
    assert "Seq Scan" not in plans


async def plans_of(story: Story, word: str) -> list[str]:
    """How PostgreSQL did each statement of the search of Meridian's customers."""
    (meridian,) = await story.identity.sql("SELECT workspace_id FROM workspaces WHERE slug = 'meridian-partners'")
    plans, heard = list[str](), asyncio.Event()

    def hear(_: object, notice: asyncpg.PostgresLogMessage) -> None:
        plans.append(str(notice.message))
        if "search_customers" in plans[-1]:  # the outermost ends last
            heard.set()

    connection = await asyncpg.connect(story.identity.database.owner_url)
    connection.add_log_listener(hear)
    await connection.execute(EXPLAINED)
    await connection.execute("SELECT set_config('portico.workspace', $1, false)", str(meridian["workspace_id"]))
    await connection.fetch("SELECT search_customers($1, true)", word)
    await heard.wait()
    await connection.close()
    return plans


async def test_inactive_customers_are_counted_up_to_a_bound(story: Story) -> None:
    await story.identity.sql(MANY)
    await story.identity.sql(LISTED)

    page = await story.ana.get("customers", hide_inactive=True)

    assert [row["display_name"] for row in page["items"]] == ["Northwind Logistics"]
    assert (page["inactive_hidden"], page["totals"]["customers"]) == (1_001, 1)


@pytest.mark.rule("S01", "S02")
async def test_the_search_of_a_scope_finds_the_customers_of_its_workspace_alone(story: Story) -> None:
    await add_customer(story.robin, "Northwind's Rival", "eve@own.example")
    rows = await story.identity.sql("SELECT slug, workspace_id FROM workspaces")
    ids: dict[str, UUID] = {row["slug"]: row["workspace_id"] for row in rows}

    async def found(workspace: UUID | None, scope: Scope = EVERYWHERE) -> set[UUID]:
        async with begin_in(story.identity.runtime.sessions, workspace, scope=scope) as session:
            return set(await session.scalars(text("SELECT search_customers('northwind', true)")))

    assert await found(ids["meridian-partners"]) == {ids["northwind-logistics"]}
    assert await found(ids["larkspur"]) == {ids["northwind-s-rival"]}
    assert await found(ids["northwind-logistics"]) == await found(None) == set()
    assert await found(ids["meridian-partners"], Within(frozenset({ids["larkspur"]}))) == set()
