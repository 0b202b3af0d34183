"""Hot reads: one statement each, in the caller's scope alone."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from shared.auth.access import Access, GrantedRole
from shared.events import Via
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE, Within
from tests.harness.services import Running

Run = Callable[..., Awaitable[Running]]


async def given_bill_groups(running: Running, workspace_id: UUID, names: str) -> dict[str, UUID]:
    """One bill group for each letter of ``names``."""
    groups = {name: uuid4() for name in names}
    async with running.database.owner.begin() as session:
        for name, id_ in groups.items():
            await session.execute(
                text(
                    "INSERT INTO bill_groups (bill_group_id, workspace_id, display_name, currency, is_default,"
                    " frequency, terms_days, auto_pay, po_number, vat_number, registration_number, version)"
                    " VALUES (:id, :workspace, :name, 'EUR', false, 'monthly', 14, false, '', '', '', 1)"
                ),
                {"id": id_, "workspace": workspace_id, "name": name},
            )
    return groups


def reads_of(running: Running, workspace_id: UUID, *bill_group_ids: UUID) -> ScopedReads:
    scope = Within(frozenset(bill_group_ids)) if bill_group_ids else EVERYWHERE
    access = Access(uuid4(), "jonas@northwind.example", uuid4(), workspace_id, "customer", None, Via.own,
                    (GrantedRole("admin"),), False, "all", scope)  # fmt: skip
    return ScopedReads(running.runtime.pool, access)


EVERYTHING = "SELECT display_name FROM bill_groups ORDER BY display_name DESC"


async def test_a_query_that_forgot_its_tenant_sees_its_own_rows_alone_and_in_order(run: Run) -> None:
    running = await run("billing")
    ours, theirs = uuid4(), uuid4()
    await given_bill_groups(running, ours, "bdac")
    await given_bill_groups(running, theirs, "xyz")

    rows = await reads_of(running, ours).fetch(EVERYTHING)

    assert [row["display_name"] for row in rows] == ["d", "c", "b", "a"]
    assert await reads_of(running, uuid4()).fetchrow(EVERYTHING) is None


async def test_a_grant_for_a_bill_group_narrows_every_read_to_it(run: Run) -> None:
    running, workspace_id = await run("billing"), uuid4()
    groups = await given_bill_groups(running, workspace_id, "abc")

    rows = await reads_of(running, workspace_id, groups["a"], groups["c"]).fetch(EVERYTHING)

    assert [row["display_name"] for row in rows] == ["c", "a"]


async def test_the_scope_ends_with_the_read_also_where_the_read_fails(run: Run) -> None:
    running, workspace_id = await run("billing"), uuid4()
    await given_bill_groups(running, workspace_id, "a")
    reads = reads_of(running, workspace_id)

    assert await reads.fetch("SELECT display_name FROM bill_groups WHERE display_name = $1", "a")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await reads.fetch("SELECT 1 / 0 FROM bill_groups")

    async with running.runtime.pool.acquire() as connection:  # the one that both have used
        assert await connection.fetch("SELECT * FROM bill_groups") == []
        assert not await connection.fetchval("SELECT current_setting('portico.workspace', true)")


@pytest.mark.parametrize("statement", ["DELETE FROM people RETURNING user_id",
                                       "WITH gone AS (DELETE FROM people RETURNING *) SELECT * FROM gone"])  # fmt: skip
async def test_a_read_cannot_write(run: Run, statement: str) -> None:
    running = await run("billing")

    with pytest.raises((asyncpg.PostgresSyntaxError, asyncpg.FeatureNotSupportedError)):
        await reads_of(running, uuid4()).fetch(statement)
