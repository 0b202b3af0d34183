"""What is stored, who may read it, and what remains of an erased person."""

from datetime import timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from services.audit.entries.service import append_entries
from services.audit.personal_data.service import erase_person
from shared.auth.permissions import ROLES
from shared.events import Actor, Envelope, Via
from shared.events.identity import BrandChanged
from tests.audit.harness import NOON, SECRET, AuditHarness, contact, counts, user_actor
from tests.harness.services import Running

LIST = "/api/audit/entries"


def log_of(running: Running) -> AuditHarness:
    return AuditHarness(running.database)


@pytest.mark.rule("K14", "K15")
@pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin"}))
async def test_admins_read_all_entries_and_others_their_own(run: Any, role: str) -> None:
    running = await run("audit")
    jonas = await running.caller("admin", address="jonas@northwind.example")
    mia = await running.caller(role, workspace_id=jonas.workspace_id, address="mia@northwind.example")
    await log_of(running).keep(
        counts(jonas.workspace_id, actor=user_actor(jonas.user_id, jonas.address)),
        counts(jonas.workspace_id, actor=user_actor(mia.user_id, mia.address)),
        counts(uuid4(), actor=user_actor(jonas.user_id, jonas.address)),
    )

    all_of_it = (await jonas.http.get(LIST)).json()["items"]
    own = (await mia.http.get(LIST)).json()["items"]

    assert [entry["actor"]["address"] for entry in all_of_it] == [mia.address, jonas.address]
    assert [entry["actor"]["address"] for entry in own] == [mia.address]
    asked = (await mia.http.get(LIST, params={"actor": jonas.address})).json()["items"]
    assert asked == [], "the filter opens nothing"


async def test_the_log_is_filtered_by_the_id_of_a_person(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin", address="jonas@northwind.example")
    mia = await running.caller("regular", workspace_id=jonas.workspace_id, address="mia@northwind.example")
    await log_of(running).keep(
        counts(jonas.workspace_id, actor=user_actor(jonas.user_id, jonas.address)),
        counts(jonas.workspace_id, actor=user_actor(mia.user_id, mia.address)),
    )

    hers = (await jonas.http.get(LIST, params={"actor_id": str(mia.user_id)})).json()["items"]
    nobodys = (await jonas.http.get(LIST, params={"actor_id": str(uuid4())})).json()["items"]
    theirs_to_her = (await mia.http.get(LIST, params={"actor_id": str(jonas.user_id)})).json()["items"]

    assert [entry["actor"]["address"] for entry in hers] == [mia.address]
    assert nobodys == theirs_to_her == []


@pytest.mark.rule("K15", "P21")
async def test_what_the_system_does_as_a_consequence_is_not_ones_own_entry(run: Any) -> None:
    running = await run("audit")
    mia = await running.caller("support", address="mia@northwind.example")
    began = Actor(user_id=mia.user_id, address=mia.address)
    await log_of(running).keep(
        counts(mia.workspace_id, actor=began),
        counts(mia.workspace_id, ports=7, actor=user_actor(mia.user_id, mia.address)),
    )

    own = (await mia.http.get(LIST)).json()["items"]
    of_an_action = await mia.http.get(LIST, params={"action": "provisioning.service_counts_changed"})

    assert [entry["details"]["ports"] for entry in own] == [7]
    assert of_an_action.json()["items"] == own


@pytest.mark.rule("D27")
async def test_entries_are_found_by_address_until_the_person_is_erased(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin")
    tom = user_actor(uuid4(), "Tom@meridian.example", Via.on_behalf)
    await log_of(running).keep(counts(jonas.workspace_id), counts(jonas.workspace_id, ports=7, actor=tom))
    asking = {"actor": " tom@Meridian.example"}
    found = (await jonas.http.get(LIST, params=asking)).json()["items"]
    assert [entry["details"]["ports"] for entry in found] == [7]

    async with running.database.worker.begin() as session:
        assert tom.user_id is not None
        await erase_person(session, tom.user_id)

    assert (await jonas.http.get(LIST, params=asking)).json()["items"] == []
    assert len((await jonas.http.get(LIST)).json()["items"]) == 2


@pytest.mark.rule("P30", "P31", "D11")
async def test_work_on_behalf_is_in_the_customers_log_with_the_actors_address(run: Any) -> None:
    running = await run("audit")
    jonas, ana = await running.caller("admin"), await running.caller("admin", kind="partner")
    tom = user_actor(uuid4(), "tom@meridian.example", Via.on_behalf)

    await log_of(running).keep(counts(jonas.workspace_id, actor=tom, parent_workspace_id=ana.workspace_id))

    [entry] = (await jonas.http.get(LIST)).json()["items"]
    assert (entry["actor"]["address"], entry["actor"]["via"]) == ("tom@meridian.example", "on_behalf")
    assert entry["title"] == "Service counts changed"
    assert (await ana.http.get(LIST)).json()["items"] == []


async def test_the_list_pages_and_filters_without_losing_or_repeating_a_row(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin")
    events = [counts(jonas.workspace_id, ports=n, occurred_at=NOON + timedelta(minutes=n // 3)) for n in range(25)]
    await log_of(running).keep(*events)

    seen, cursor = [], None
    while True:
        page = (await jonas.http.get(LIST, params={"limit": 4} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [entry["details"]["ports"] for entry in page["items"]]
        if not (cursor := page["next"]):
            break

    assert seen == list(range(24, -1, -1))
    window = {"from": (NOON + timedelta(minutes=2)).isoformat(), "to": (NOON + timedelta(minutes=3)).isoformat()}
    found = (await jonas.http.get(LIST, params=window)).json()["items"]
    assert [entry["details"]["ports"] for entry in found] == [8, 7, 6]
    assert (await jonas.http.get(LIST, params={"action": "no.such"})).json()["items"] == []


@pytest.mark.rule("D28")
async def test_timestamps_are_utc_in_whatever_time_zone_they_were_written_or_queried(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin")
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    await log_of(running).keep(counts(jonas.workspace_id, occurred_at=in_tokyo))

    [entry] = (await jonas.http.get(LIST, params={"from": in_tokyo.isoformat()})).json()["items"]

    assert entry["at"] == "2026-11-22T12:00:00Z"


@pytest.mark.rule("D23")
async def test_an_event_appended_twice_is_one_entry(log: AuditHarness) -> None:
    event = counts(uuid4())

    await log.keep(event, event)
    await log.keep(event)

    assert await log.scalar("SELECT count(*) FROM entries") == 1


async def test_an_unknown_event_is_stored_completely(log: AuditHarness) -> None:
    body = counts(uuid4()).to_wire() | {"name": "catering.lunch_served", "soup": "leek", "schema_version": 7}

    async with log.database.worker.begin() as session:
        await append_entries(session, [(Envelope.model_validate(body), body)], SECRET)

    assert await log.scalar("SELECT details->>'soup' FROM entries WHERE action = 'catering.lunch_served'") == "leek"


@pytest.mark.rule("D27")
async def test_an_erased_persons_data_is_unreadable_and_the_chain_still_holds(run: Any) -> None:
    running = await run("audit")
    log, jonas = log_of(running), await running.caller("admin")
    actor = user_actor(jonas.user_id, jonas.address)
    event = contact(jonas.workspace_id, actor, "ops@meridian.example")
    await log.keep(event)
    await log.seal()
    [before] = (await jonas.http.get(LIST)).json()["items"]
    assert before["details"]["address"] == "ops@meridian.example"

    async with running.database.worker.begin() as session:
        await erase_person(session, jonas.user_id)
        await erase_person(session, event.contact_id)

    [after] = (await jonas.http.get(LIST)).json()["items"]
    assert after["actor"] == {"id": str(jonas.user_id), "address": None, "display_name": None, "via": "self"}
    assert "address" not in after["details"]
    assert (await log.verify()).problems == []
    await log.keep(counts(jonas.workspace_id, actor=actor))
    assert (await jonas.http.get(LIST)).json()["items"][0]["actor"]["address"] is None, "nothing new is kept either"


@pytest.mark.rule("D27")
async def test_no_address_is_in_the_database_in_the_clear(log: AuditHarness) -> None:
    await log.keep(contact(uuid4(), user_actor(uuid4(), "jonas@northwind.example"), "ops@meridian.example"))

    dump = await log.scalar("SELECT string_agg(e::text, '') FROM entries e")

    assert "ops@" not in dump
    assert "jonas@" not in dump
    assert "Ops of Meridian" not in dump


async def test_a_picture_is_kept_by_its_hash_alone(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin", address="jonas@northwind.example")
    told = BrandChanged(workspace_id=jonas.workspace_id, color="#aa0000", logo_hash="5f", logo_png="iVBORw0KGgo=")
    await log_of(running).keep(told)

    [entry] = (await jonas.http.get(LIST)).json()["items"]

    assert (entry["details"]["logo_hash"], entry["details"]["color"]) == ("5f", "#aa0000")
    assert "logo_png" not in entry["details"]
