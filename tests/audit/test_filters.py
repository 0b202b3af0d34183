"""A page of the log reads no more than it shows, whatever it is filtered by."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.audit.entries.listing import EVER, page_of_entries
from shared.events import Via
from shared.events.billing import InvoicePaid
from shared.scope import begin_in
from tests.audit.harness import NOON, AuditHarness, contact, counts, user_actor
from tests.contracts.openapi import check_answer, operation_at

LIST = "/api/audit/entries"
ACTION = "provisioning.service_counts_changed"
MANY = """
INSERT INTO entries (id, workspace_id, at, action, via, actor_id, subject_type, subject_id, correlation_id, details)
SELECT gen_random_uuid(), :w, timestamptz '2026-11-01' + n * interval '1 minute',
       CASE n % 50 WHEN 0 THEN :action ELSE 'billing.invoice_issued' END,
       CASE WHEN n % 3 = 0 THEN 'system' WHEN n % 10 = 0 THEN 'on_behalf' ELSE 'self' END,
       CASE n % 40 WHEN 0 THEN CAST(:person AS uuid) ELSE gen_random_uuid() END,
       'x', CASE n % 45 WHEN 0 THEN :subject ELSE gen_random_uuid() END, gen_random_uuid(), '{}'
FROM generate_series(1, 20000) n
"""


async def explained(database: Any, workspace_id: UUID, statement: str, *values: object) -> str:
    """The plan of a page at the end of 20 November, as the role that serves requests."""
    async with begin_in(database.api, workspace_id) as session:
        connection = (await (await session.connection()).get_raw_connection()).driver_connection
        before = (datetime(2026, 11, 10, tzinfo=UTC), 2**63 - 1)
        plan = await connection.fetch("EXPLAIN ANALYZE " + statement, workspace_id, *before, EVER, 21, *values)
    return "\n".join(row[0] for row in plan)


async def many_entries(database: Any, workspace_id: UUID, person_id: UUID, subject_id: UUID) -> None:
    values = {"w": workspace_id, "person": person_id, "action": ACTION, "subject": subject_id}
    async with database.owner.begin() as session:
        await session.execute(text(MANY), values)
    async with database.owner.begin() as session:
        await session.execute(text("ANALYZE entries"))


@pytest.mark.parametrize(("person", "own"), [(0, False), (1, False), (1, True)])
@pytest.mark.parametrize("action", [False, True])
@pytest.mark.parametrize("on_behalf", [False, True])
async def test_a_page_reads_no_more_than_it_shows(
    run: Any, person: int, own: bool, action: bool, on_behalf: bool
) -> None:
    running, workspace_id, person_id = await run("audit"), uuid4(), uuid4()
    await many_entries(running.database, workspace_id, person_id, uuid4())

    values: list[object] = [person_id] if person else []
    values += [ACTION] if action else []
    query = page_of_entries(person, own=own, action=action, on_behalf=on_behalf)
    plan = await explained(running.database, workspace_id, query, *values)

    assert "Index Scan Backward using ix_entries" in plan
    assert "Sort" not in plan
    assert "Rows Removed" not in plan or (
        own and action and not on_behalf
    )  # of one person's entries of one action, some are the system's


@pytest.mark.parametrize("own", [False, True])
async def test_an_objects_history_reads_no_more_than_it_shows(run: Any, own: bool) -> None:
    running, workspace_id, person_id, subject_id = await run("audit"), uuid4(), uuid4(), uuid4()
    await many_entries(running.database, workspace_id, person_id, subject_id)

    query = page_of_entries(1 if own else 0, own=own, subject=True)
    plan = await explained(running.database, workspace_id, query, *([person_id] if own else []), subject_id)

    assert f"Index Scan Backward using ix_entries_{'own_' if own else ''}subject" in plan
    assert "Sort" not in plan
    assert "Rows Removed" not in plan


async def test_what_belongs_to_a_request_reads_no_more_than_it_shows(run: Any) -> None:
    running, workspace_id, correlation_id = await run("audit"), uuid4(), uuid4()
    await many_entries(running.database, workspace_id, uuid4(), uuid4())

    query = page_of_entries(0, own=False, correlation=True)
    plan = await explained(running.database, workspace_id, query, correlation_id)

    assert "Index Scan Backward using ix_entries_correlation" in plan
    assert "Sort" not in plan
    assert "Rows Removed" not in plan


@pytest.mark.rule("K14", "K15", "D5")
async def test_what_belongs_to_one_request_is_found_together(run: Any) -> None:
    running, together = await run("audit"), uuid4()
    jonas = await running.caller("admin")
    mia = await running.caller("regular", workspace_id=jonas.workspace_id, address="mia@northwind.example")
    stranger, log = await running.caller("admin"), AuditHarness(running.database)
    by_mia, followed = (user_actor(mia.user_id, mia.address, via) for via in (Via.own, Via.system))
    same = {"correlation_id": together}
    begun = counts(jonas.workspace_id, actor=by_mia, **same)
    ended = counts(jonas.workspace_id, actor=followed, occurred_at=NOON.replace(minute=1), **same)
    await log.keep(begun, ended, counts(jonas.workspace_id, actor=by_mia), counts(stranger.workspace_id, **same))

    async def found(caller: Any, **asked: str) -> list[str]:
        answer = await caller.http.get(LIST, params={"correlation_id": str(together)} | asked)
        check_answer(operation_at("GET", LIST), 200, answer.headers, answer.content)
        return [entry["id"] for entry in answer.json()["items"]]

    assert await found(jonas) == [str(ended.event_id), str(begun.event_id)]
    assert await found(jonas, **{"from": NOON.replace(minute=1).isoformat()}) == [str(ended.event_id)]
    assert await found(mia) == [str(begun.event_id)]
    assert len(await found(stranger)) == 1
    others = [{"action": ACTION}, {"via": "on_behalf"}, {"actor_id": str(uuid4())}]
    for other in others:
        refused = await jonas.http.get(LIST, params={"correlation_id": str(together)} | other)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/correlation_id")
    both = await jonas.http.get(LIST, params={"correlation_id": str(together), "subject_id": str(uuid4())})
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (422, "/subject_id")


@pytest.mark.rule("K14", "K15")
async def test_an_objects_history_and_what_was_done_on_behalf(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin")
    mia = await running.caller("regular", workspace_id=jonas.workspace_id)
    by_mia, tom = user_actor(mia.user_id, mia.address), user_actor(uuid4(), "tom@meridian.example", Via.on_behalf)
    log = AuditHarness(running.database)
    added = [contact(jonas.workspace_id, actor, "x@northwind.example") for actor in (by_mia, tom)]
    await log.keep(*added)
    await log.keep(counts(jonas.workspace_id, actor=tom, occurred_at=NOON.replace(minute=1)))

    async def found(caller: Any, **asked: str) -> list[str]:
        answer = await caller.http.get(LIST, params=asked)
        check_answer(operation_at("GET", LIST), 200, answer.headers, answer.content)
        return [entry["id"] for entry in answer.json()["items"]]

    hers, toms = (str(event.event_id) for event in added)
    assert await found(jonas, subject_id=str(added[0].contact_id)) == [hers]
    assert await found(jonas, subject_id=str(added[1].contact_id), to=NOON.isoformat()) == []
    assert await found(mia, subject_id=str(added[0].contact_id)) == [hers]
    assert await found(mia, subject_id=str(added[1].contact_id)) == []
    assert len(await found(jonas, via="on_behalf")) == 2
    assert await found(jonas, via="on_behalf", action="identity.contact_added") == [toms]
    assert await found(jonas, via="on_behalf", actor_id=str(mia.user_id)) == []
    assert await found(mia, via="on_behalf") == []
    refused = await jonas.http.get(LIST, params={"subject_id": str(uuid4()), "via": "on_behalf"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/subject_id")


@pytest.mark.rule("K14", "K15")
@pytest.mark.parametrize("asked", ["nothing", "the object", "the action", "themselves", "themselves and the action"])
async def test_a_non_admin_sees_what_they_did_and_not_what_followed_from_it(run: Any, asked: str) -> None:
    running, invoice_id = await run("audit"), uuid4()
    jonas = await running.caller("admin")
    mia = await running.caller("regular", workspace_id=jonas.workspace_id, address="mia@northwind.example")
    by_mia, by_jonas = (user_actor(each.user_id, each.address) for each in (mia, jonas))
    followed = user_actor(mia.user_id, mia.address, Via.system)
    done, *others = [
        InvoicePaid(workspace_id=jonas.workspace_id, invoice_id=invoice_id, bill_group_id=uuid4(), number="LC-1",
                    total_minor=1, currency="EUR", occurred_at=NOON, actor=actor)
        for actor in (by_mia, by_jonas, followed)
    ]  # fmt: skip
    await AuditHarness(running.database).keep(done, *others)
    filters = {
        "the object": {"subject_id": str(invoice_id)},
        "the action": {"action": done.name},
        "themselves": {"actor_id": str(mia.user_id)},
        "themselves and the action": {"actor_id": str(mia.user_id), "action": done.name},
    }

    hers = await mia.http.get(LIST, params=filters.get(asked, {}))
    everything = await jonas.http.get(LIST, params={"subject_id": str(invoice_id)})

    assert [entry["id"] for entry in hers.json()["items"]] == [str(done.event_id)]
    assert len(everything.json()["items"]) == 3


@pytest.mark.rule("K15")
async def test_one_entry_is_read_by_who_finds_it_in_the_list(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin")
    mia = await running.caller("regular", workspace_id=jonas.workspace_id, address="mia@northwind.example")
    stranger, log = await running.caller("admin"), AuditHarness(running.database)
    of_mia, of_jonas = (counts(jonas.workspace_id, actor=user_actor(each.user_id, each.address))
                        for each in (mia, jonas))  # fmt: skip
    followed = counts(jonas.workspace_id, actor=user_actor(mia.user_id, mia.address, Via.system))
    await log.keep(of_mia, of_jonas, followed)

    async def status(caller: Any, event: Any) -> int:
        answer = await caller.http.get(f"{LIST}/{event.event_id}")
        check_answer(operation_at("GET", LIST + "/{entry_id}"), answer.status_code, answer.headers, answer.content)
        return int(answer.status_code)

    listed = {entry["id"]: entry for entry in (await jonas.http.get(LIST)).json()["items"]}
    assert (await jonas.http.get(f"{LIST}/{of_mia.event_id}")).json() == listed[str(of_mia.event_id)]
    assert [await status(jonas, each) for each in (of_mia, of_jonas, followed)] == [200, 200, 200]
    assert [await status(mia, each) for each in (of_mia, of_jonas, followed)] == [200, 404, 404]
    assert [await status(stranger, each) for each in (of_mia, of_jonas, followed)] == [404, 404, 404]


async def test_filters_together_find_what_each_of_them_does(run: Any) -> None:
    running = await run("audit")
    jonas = await running.caller("admin")
    mia, tom = (user_actor(uuid4(), address) for address in ("mia@northwind.example", "tom@northwind.example"))
    log = AuditHarness(running.database)
    for minute, actor in enumerate((mia, tom, mia, tom)):
        await log.keep(counts(jonas.workspace_id, ports=minute, actor=actor, occurred_at=NOON.replace(minute=minute)))
    again = user_actor(uuid4(), "mia@northwind.example", Via.parent)
    await log.keep(counts(jonas.workspace_id, ports=9, actor=again, occurred_at=NOON.replace(minute=9)))

    async def ports(**asked: str) -> list[int]:
        answer = await jonas.http.get(LIST, params=asked)
        check_answer(operation_at("GET", LIST), 200, answer.headers, answer.content)
        return [entry["details"]["ports"] for entry in answer.json()["items"]]

    minute = {n: NOON.replace(minute=n).isoformat() for n in range(10)}
    assert await ports(actor="mia@northwind.example") == [9, 2, 0]
    assert await ports(actor="mia@northwind.example", actor_id=str(mia.user_id)) == [2, 0]
    assert await ports(actor="mia@northwind.example", actor_id=str(tom.user_id)) == []
    assert await ports(actor_id=str(tom.user_id), action=ACTION, **{"from": minute[1], "to": minute[3]}) == [1]
    assert await ports(action=ACTION, to=minute[9]) == [3, 2, 1, 0]
    assert await ports(action="billing.invoice_issued") == []
