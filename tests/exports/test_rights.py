"""Who gets which rows, and for how long."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.exports.harness import Exporting
from tests.harness.services import Caller


async def change_grants(billing: Exporting, caller: Caller, change: str) -> None:
    async with billing.running.database.owner.begin() as session:
        await session.execute(text(f"{change} WHERE user_id = :user"), {"user": caller.user_id})


@pytest.mark.rule("D5")
async def test_a_visitor_of_a_bill_group_exports_its_invoices_only(billing: Exporting) -> None:
    workspace, mine, other = uuid4(), uuid4(), uuid4()
    vera = await billing.running.caller("billing", workspace_id=workspace, bill_group_id=mine)
    await billing.invoices(workspace, 2, group=mine)
    await billing.invoices(workspace, 3, group=other)

    rows = await billing.table(vera, "invoices")
    asked = await billing.table(vera, "invoices", filters={"bill_group_id": str(other)})

    assert {row["Bill group id"] for row in rows} == {str(mine)}
    assert len(rows) == 2
    assert asked == []


@pytest.mark.rule("P21")
async def test_a_role_without_money_exports_no_list_of_money(billing: Exporting) -> None:
    sam = await billing.running.caller("support")

    answer = await billing.ask(sam, "invoices")

    assert answer.status_code == 403


async def test_nobody_else_finds_an_export(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    colleague = await billing.running.caller("admin", workspace_id=ben.workspace_id)
    stranger = await billing.running.caller("admin")
    visitor = await billing.running.caller("billing", workspace_id=ben.workspace_id, bill_group_id=uuid4())
    id_ = await billing.made(ben, "invoices")

    for caller in (colleague, stranger, visitor):
        for path in ("", "/file"):
            found = await caller.http.get(f"{billing.path}/{id_}{path}")
            absent = await caller.http.get(f"{billing.path}/{UUID(int=1)}{path}")
            assert (found.status_code, found.text) == (404, absent.text)
        assert (await caller.http.get(billing.path)).json()["items"] == []


async def test_a_person_finds_their_exports_in_the_workspace_of_the_list_only(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    id_ = await billing.made(ben, "invoices")
    elsewhere = ben.claims | {"ws": str(uuid4())}
    http = billing.running.http(authorization=f"Bearer {billing.running.identity.token(**elsewhere)}")
    async with billing.running.database.owner.begin() as session:
        await session.execute(
            text("INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source)"
                 " VALUES (gen_random_uuid(), :user, :workspace, 'admin', 'membership')"),
            {"user": ben.user_id, "workspace": elsewhere["ws"]},
        )  # fmt: skip

    assert (await http.get(f"{billing.path}/{id_}")).status_code == 404


async def test_a_lost_role_ends_downloads(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    id_ = await billing.made(ben, "invoices")

    await change_grants(billing, ben, "UPDATE access_grants SET role = 'support'")
    lost = await billing.file(ben, id_)
    await change_grants(billing, ben, "DELETE FROM access_grants")
    gone = await billing.file(ben, id_)

    assert [lost.status_code, gone.status_code] == [403, 403]


async def test_a_narrower_grant_ends_downloads_of_what_was_made_with_a_wider_one(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    id_ = await billing.made(ben, "invoices")

    await change_grants(billing, ben, "UPDATE access_grants SET bill_group_id = gen_random_uuid()")

    assert (await billing.file(ben, id_)).status_code == 410


async def test_who_loses_the_permission_before_the_worker_begins_gets_nothing(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    await billing.invoices(ben.workspace_id, 3)
    id_ = (await billing.ask(ben, "invoices")).json()["id"]

    await change_grants(billing, ben, "UPDATE access_grants SET role = 'support'")
    await billing.work()

    assert (await billing.state(ben, id_))["state"] == "failed"
    assert billing.files == []
    assert await billing.running.database.events("billing.export_made") == []


@pytest.mark.rule("D11")
async def test_work_on_behalf_exports_until_it_ends(billing: Exporting) -> None:
    tom = await billing.running.caller("admin", via="on_behalf")
    await billing.invoices(tom.workspace_id, 1)
    rows = await billing.table(tom, "invoices")
    id_ = (await billing.ask(tom, "invoices")).json()["id"]

    async with billing.running.database.owner.begin() as session:
        await session.execute(
            text("INSERT INTO access_ended_sessions (session_id) VALUES (:id)"), {"id": tom.session_id}
        )
    await billing.work()

    async with billing.running.database.owner() as session:
        state = await session.scalar(text("SELECT state FROM exports WHERE id = :id"), {"id": UUID(id_)})
    assert len(rows) == 1
    assert state == "failed"


async def test_signing_out_does_not_stop_an_export_of_ones_own_workspace(billing: Exporting) -> None:
    ben = await billing.running.caller("admin")
    id_ = (await billing.ask(ben, "invoices")).json()["id"]

    async with billing.running.database.owner.begin() as session:
        await session.execute(
            text("INSERT INTO access_ended_sessions (session_id) VALUES (:id)"), {"id": ben.session_id}
        )
    await billing.work()

    async with billing.running.database.owner() as session:
        state = await session.scalar(text("SELECT state FROM exports WHERE id = :id"), {"id": UUID(id_)})
    assert state == "done"
