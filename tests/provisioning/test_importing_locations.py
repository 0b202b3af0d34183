"""Many locations at once: what would become of each row, and all of them or none."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from services.provisioning.locations.models import Location, LocationWord
from services.provisioning.locations.service import MOST_LOCATIONS
from shared.copies import follow_workspaces
from shared.db import run_sql
from shared.events.identity import WorkspaceCreated
from shared.events.provisioning import LocationAdded
from shared.outbox import outbox
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.test_locations import BERLIN, LOCATIONS, add, another_group, jonas, names, person_of

__all__ = ["jonas"]

IMPORT, CHECK = f"{LOCATIONS}/import", f"{LOCATIONS}/import/check"
COLOGNE: dict[str, Any] = {"display_name": "Cologne", "city": "Köln"}

MANY = """
INSERT INTO locations (location_id, workspace_id, bill_group_id, display_name, street, postal_code, city, country,
                       contact_name, contact_address, version)
SELECT gen_random_uuid(), $1, $1, 'Kiosk ' || n, '', '', '', '', '', '', 1 FROM generate_series(1, $2::int) n
"""


def rows(*given: dict[str, Any]) -> dict[str, Any]:
    return {"rows": list(given)}


def told(answer: httpx.Response) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each row's state, and the codes of its errors by their places."""
    assert answer.status_code == 200, answer.text
    return [
        (row["state"], [(error["pointer"], error["code"]) for error in row["errors"]]) for row in answer.json()["rows"]
    ]


async def added_events(provisioning: ProvisioningHarness) -> list[LocationAdded]:
    async with provisioning.database.owner.begin() as session:
        kept = select(outbox.c.body).where(outbox.c.routing_key == LocationAdded.name).order_by(outbox.c.id)
        return [LocationAdded.model_validate_json(body) for body in await session.scalars(kept)]


@pytest.mark.rule("L1", "L2")
async def test_the_rows_of_a_file_become_locations_and_importing_them_again_changes_nothing(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    body = rows(BERLIN | {"bill_group": "z"}, COLOGNE)

    checked = await jonas.http.post(CHECK, json=body)
    before = await names(jonas, LOCATIONS)
    imported = await post(jonas, IMPORT, body)
    again = await post(jonas, IMPORT, body)
    checked_again = await jonas.http.post(CHECK, json=body)

    assert told(checked) == told(imported) == [("added", []), ("added", [])]
    assert [row["id"] for row in checked.json()["rows"]] == [None, None]
    assert before == []
    assert told(again) == told(checked_again) == [("there_already", []), ("there_already", [])]
    assert (again.json()["added"], again.json()["there_already"], again.json()["refused"]) == (0, 2, 0)
    assert [row["id"] for row in again.json()["rows"]] == [row["id"] for row in imported.json()["rows"]]
    first, second = [
        (await jonas.http.get(f"{LOCATIONS}/{row['id']}")).json() for row in imported.json()["rows"]
    ]  # fmt: skip
    assert {name: first[name] for name in BERLIN} == BERLIN
    assert (first["bill_group_name"], second["bill_group_name"]) == ("Z", "Another")
    assert await names(jonas, LOCATIONS, q="koln") == ["Cologne"]


@pytest.mark.rule("L1")
async def test_each_row_is_told_all_that_is_wrong_with_it(provisioning: ProvisioningHarness, jonas: Caller) -> None:
    await add(jonas)
    closed = await add(jonas, display_name="Closed")
    await jonas.http.post(f"{LOCATIONS}/{closed}/close")
    await another_group(provisioning, jonas.workspace_id, "Twin")
    await another_group(provisioning, jonas.workspace_id, "twin")

    checked = await jonas.http.post(CHECK, json=rows(
        {"country": "Germany", "contact_address": "mara", "postal_code": "1" * 21},
        BERLIN | {"street": "Torstraße 2"},
        BERLIN | {"display_name": "CLOSED"},
        COLOGNE | {"bill_group": "Nobody’s"},
        COLOGNE | {"display_name": "Dresden", "bill_group": "TWIN"},
        COLOGNE | {"display_name": "Ess\u2028en", "city": " "},
        COLOGNE | {"display_name": "Fulda"},
        {"display_name": "FULDA"},
    ))  # fmt: skip

    assert told(checked) == [
        ("refused", [("/display_name", "required"), ("/postal_code", "too_long"), ("/city", "required"),
                     ("/country", "wrong_form"), ("/contact_address", "not_an_address")]),
        ("refused", [("/display_name", "taken")]),
        ("refused", [("/display_name", "taken")]),
        ("refused", [("/bill_group", "not_offered")]),
        ("refused", [("/bill_group", "ambiguous")]),
        ("refused", [("/display_name", "not_one_line"), ("/city", "required")]),
        ("added", []),
        ("refused", [("/city", "required"), ("/display_name", "twice")]),
    ]  # fmt: skip
    assert await names(jonas, LOCATIONS) == ["Berlin office", "Closed"]


@pytest.mark.rule("L1")
async def test_a_wrong_row_keeps_all_others_from_being_added(provisioning: ProvisioningHarness, jonas: Caller) -> None:
    key = {"Idempotency-Key": str(uuid4())}

    refused = await jonas.http.post(IMPORT, json=rows(BERLIN, {"display_name": "Cologne"}), headers=key)
    corrected = await jonas.http.post(IMPORT, json=rows(BERLIN, COLOGNE), headers=key)

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rows-refused")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/rows/1/city", "required")]
    assert told(corrected) == [("added", []), ("added", [])]


@pytest.mark.rule("L1", "D22")
async def test_the_same_import_sent_twice_at_once_adds_each_location_once_and_tells_of_each_once(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    key, body = {"Idempotency-Key": str(uuid4())}, rows(BERLIN, COLOGNE)

    answers = await asyncio.gather(*(jonas.http.post(IMPORT, json=body, headers=key) for _ in range(3)))

    assert {answer.text for answer in answers} == {answers[0].text}
    assert told(answers[0]) == [("added", []), ("added", [])]
    events = await added_events(provisioning)
    assert [(event.display_name, event.actor and event.actor.user_id) for event in events] == [
        ("Berlin office", jonas.user_id), ("Cologne", jonas.user_id),
    ]  # fmt: skip


@pytest.mark.rule("L1")
async def test_a_thousand_rows_are_added_and_found_by_their_words(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    many = rows(*(BERLIN | {"display_name": f"Office number {n}", "city": f"Town {n}"} for n in range(1_000)))

    imported = await post(jonas, IMPORT, many)
    more = await jonas.http.post(CHECK, json=rows(*many["rows"], COLOGNE))

    assert (imported.json()["added"], more.status_code) == (1_000, 422)
    assert await names(jonas, LOCATIONS, q="town 999") == ["Office number 999"]
    async with provisioning.database.owner.begin() as session:
        assert await session.scalar(select(func.count()).select_from(Location)) == 1_000
        assert await session.scalar(select(func.count(LocationWord.location_id.distinct()))) == 1_000


@pytest.mark.rule("L1")
async def test_an_import_does_not_go_beyond_what_a_customer_may_have(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    await add(jonas)
    async with provisioning.database.owner.begin() as session:
        await run_sql(session, MANY, jonas.workspace_id, MOST_LOCATIONS - 2)

    fits = await jonas.http.post(CHECK, json=rows(BERLIN, COLOGNE))
    checked = await jonas.http.post(CHECK, json=rows(COLOGNE, COLOGNE | {"display_name": "Dresden"}))
    refused = await post(jonas, IMPORT, rows(COLOGNE, COLOGNE | {"display_name": "Dresden"}))

    assert told(fits) == [("there_already", []), ("added", [])]
    assert {answer.json()["type"] for answer in (checked, refused)} == {"/problems/too-many-locations"}
    assert await names(jonas, LOCATIONS, q="cologne") == []


@pytest.mark.rule("L1", "S02")
async def test_the_seller_imports_for_its_own_customers_alone_and_others_not_at_all(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    partner, stranger = [await provisioning.running.caller("admin", kind="partner") for _ in range(2)]
    await provisioning.add_workspace(partner.workspace_id, "partner", "Meridian")
    mara = await person_of(provisioning, jonas, await add(jonas))
    path = f"/api/provisioning/customers/{jonas.workspace_id}/locations/import"

    refused = [
        await post(caller, f"{at}{rest}", rows(COLOGNE))
        for caller, at in ((mara, IMPORT), (partner, path), (stranger, path))
        for rest in ("", "/check")
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 404, 404, 404, 404]
    assert await names(jonas, LOCATIONS) == ["Berlin office"]


@pytest.mark.rule("L1")
@pytest.mark.parametrize("row", [{}, {"display_name": "\u0000"}, {"display_name": "x" * 10_001}, {"id": "1"}, "row"])
async def test_rows_of_any_kind_are_answered(jonas: Caller, row: Any) -> None:
    for path in (CHECK, IMPORT):
        answer = await post(jonas, path, {"rows": [row]})

        assert answer.status_code in (200, 422), answer.text


@pytest.mark.rule("L1")
async def test_a_name_that_another_location_gets_at_the_same_moment_keeps_all_rows_out(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    location = await add(jonas)
    rename = "UPDATE locations SET display_name = 'Cologne' WHERE location_id = $1"

    async with provisioning.database.owner.begin() as session:
        await run_sql(session, rename, UUID(location))
        importing = asyncio.create_task(post(jonas, IMPORT, rows(COLOGNE | {"display_name": "Dresden"}, COLOGNE)))
        await asyncio.wait([importing], timeout=0.5)  # it waits for the name
    refused = await importing

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rows-refused")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/rows/1/display_name", "taken")
    ]  # fmt: skip
    assert await names(jonas, LOCATIONS) == ["Cologne"]


@pytest.mark.rule("L1", "S02", "D11")
async def test_a_seller_imports_for_its_customer_and_the_log_of_the_customer_says_who(
    provisioning: ProvisioningHarness, jonas: Caller
) -> None:
    partner = await provisioning.running.caller("admin", kind="partner")
    sold = WorkspaceCreated(
        workspace_id=uuid4(), parent_workspace_id=partner.workspace_id, kind="customer", slug="sold",
        display_name="Halcyon", account_number="LKS-00002", connected=True,
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session:
        await follow_workspaces(session, [sold])
    await another_group(provisioning, sold.workspace_id)
    path = f"/api/provisioning/customers/{sold.workspace_id}/locations"

    checked = await partner.http.post(f"{path}/import/check", json=rows(BERLIN, COLOGNE))
    imported = await post(partner, f"{path}/import", rows(BERLIN, COLOGNE))

    assert told(checked) == told(imported) == [("added", []), ("added", [])]
    assert await names(partner, path) == ["Berlin office", "Cologne"]
    [told_of, _] = await added_events(provisioning)
    assert (told_of.workspace_id, told_of.parent_workspace_id) == (sold.workspace_id, partner.workspace_id)
    assert told_of.actor
    assert (told_of.actor.user_id, told_of.actor.via) == (partner.user_id, "parent")
