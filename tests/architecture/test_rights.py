"""What each database role may do with each table: what the tables declare is what PostgreSQL says."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.environment import SERVICES
from deploy.migrating.rights import IN_TENANT, declared, tables_of
from shared.scope import EVERYWHERE, NOTHING, Scope, Within, begin_in
from shared.tables import Kind
from tests.architecture.tenant_rows import TENANT, insert_row
from tests.harness.databases import Database

MakeDatabase = Callable[[str], Awaitable[Database]]

PRIVILEGES = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
SECRETS = {"outbox", "inbox", "relay_state", "workers"}
"""Tables of the plumbing in which the API role could read or change what others said and did."""


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_has_the_privileges_that_a_table_declares_and_no_other(
    service: str, database: MakeDatabase
) -> None:
    db = await database(service)
    asked = text("SELECT has_table_privilege(:role, :table, :privilege)")
    async with db.owner() as session:
        for table in tables_of(service):
            for role, declares in (("api", declared(table).api), ("worker", declared(table).worker)):
                who = {"role": f"portico_{service}_{role}", "table": table.name}
                held = {each for each in PRIVILEGES if await session.scalar(asked, who | {"privilege": each})}
                assert held == set(declares.split()), f"{role} on {table.name}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_request_cannot_read_or_change_what_waits_in_the_plumbing(service: str) -> None:
    may = {table.name: set(declared(table).api.split()) for table in tables_of(service) if table.name in SECRETS}

    assert may == {"outbox": {"insert"}, "inbox": set(), "relay_state": {"select"}, "workers": set()}


@pytest.mark.parametrize("service", SERVICES)
def test_a_table_that_is_read_within_a_scope_says_why(service: str) -> None:
    for table in tables_of(service):
        declares = declared(table)
        assert bool(declares.within) == bool(declares.because), table.name
        assert not declares.within or declares.kind in (Kind.workspace, Kind.parent_readable), table.name


@pytest.mark.parametrize("service", SERVICES)
async def test_unset_sees_nothing_everywhere_sees_all_and_within_sees_its_own(
    service: str, database: MakeDatabase
) -> None:
    db, ours = await database(service), uuid4()
    tables = [table for table in tables_of(service) if declared(table).kind in (Kind.workspace, Kind.parent_readable)]
    tables = [table for table in tables if declared(table).api]
    of_groups = {table.name for table in tables if "bill_group_id" in table.c and not table.c.bill_group_id.primary_key}
    async with db.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in tables:
            await insert_row(session, table.name, "workspace_id", ours, 1)
        groups = {name: await _give_a_group(session, name) for name in of_groups}

    async def seen(workspace_id: UUID | None, scope: Scope = EVERYWHERE) -> set[str]:
        async with begin_in(db.api, workspace_id, scope=scope) as session:
            return {table.name for table in tables if await session.scalar(text(f"SELECT 1 FROM {table.name}"))}

    names = {table.name for table in tables}
    without_groups = {t.name for t in tables if "bill_group_id" not in t.c and not declared(t).within}
    assert await seen(None) == set()
    assert await seen(None, Within(frozenset(groups.values()))) == set()
    assert await seen(ours) == names
    assert await seen(ours, NOTHING) & (of_groups | without_groups) == set()
    assert await seen(ours, Within(frozenset({uuid4()}))) & (of_groups | without_groups) == set()
    assert await seen(ours, Within(frozenset(groups.values()))) >= of_groups
    assert not await seen(ours, Within(frozenset(groups.values()))) & without_groups


async def _give_a_group(session: AsyncSession, table: str) -> UUID:
    group = uuid4()
    await session.execute(text(f"UPDATE {table} SET bill_group_id = :group"), {"group": group})
    return group


@pytest.mark.parametrize("service", SERVICES)
async def test_what_runs_as_the_owner_sees_the_rows_of_no_tenant_but_where_a_table_says_so(
    service: str, database: MakeDatabase
) -> None:
    db, tables = await database(service), [each for each in tables_of(service) if declared(each).kind in IN_TENANT]
    async with db.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in tables:
            await insert_row(session, table.name, TENANT[declared(table).kind], uuid4(), 1)
        await session.execute(text(f"SET LOCAL ROLE portico_{service}_owner"))
        seen = {table.name for table in tables if await session.scalar(text(f"SELECT 1 FROM {table.name}"))}

    assert seen == {table.name for table in tables if declared(table).owner}


AS_THE_OWNER = {
    "identity": {
        "brand_logo": {"portico_identity_api"},
        "brand_of_seller": {"portico_identity_api"},
        "entering_needs_a_reason": {"portico_identity_api"},
        "copy_parent_admins": set[str](),
        "copy_to_linked_customers": set[str](),
        "hold_customer_of_link": set[str](),
        "keep_customer_totals": set[str](),
        "keep_linked_customer": set[str](),
        "keep_linked_totals": set[str](),
        "people_of_parent": {"portico_identity_api"},
        "search_customers": {"portico_identity_api"},
        "seller_of_scope": {"portico_identity_api"},
        "workspace_asked_for": {"portico_identity_api"},
    },
    "billing": {
        "fail_owed_invoices": set[str](),
        "groups_to_bill": {"portico_billing_api"},
        "keep_owed_invoice": set[str](),
        "move_owed_invoices": set[str](),
        "subscriptions_of_plan": {"portico_billing_api"},
    },
    "notifications": {"count_of_segment": {"portico_notifications_api"}},
    "provisioning": {
        "hosts_with_room": set[str](),
        "keep_taken": set[str](),
        "services_of_product": {"portico_provisioning_api"},
        "services_on_host": {"portico_provisioning_api"},
        "sites_with_room": {"portico_provisioning_api", "portico_provisioning_worker"},
        "take_host": {"portico_provisioning_api", "portico_provisioning_worker"},
    },
}
"""Functions that run as the owner of the tables, and who may call them."""


@pytest.mark.parametrize("service", SERVICES)
async def test_what_runs_as_the_owner_is_known_and_is_called_by_nobody_else(
    service: str, database: MakeDatabase
) -> None:
    functions = """
        SELECT p.oid::regprocedure::text AS name, proname, pg_get_userbyid(proowner) AS owner,
          proconfig::text LIKE '%search_path=%pg_temp%' AS keeps_its_path
        FROM pg_proc p WHERE prosecdef AND pronamespace = 'public'::regnamespace"""
    callers = "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND has_function_privilege(rolname, :name, 'execute')"
    async with (await database(service)).owner() as session:
        found = (await session.execute(text(functions))).all()
        may = {each.proname: set(await session.scalars(text(callers), {"name": each.name})) for each in found}

    assert {each.proname for each in found if not each.keeps_its_path} == set()
    assert {each.owner for each in found} <= {f"portico_{service}_owner"}
    owner = {f"portico_{service}_owner"}
    assert may == {name: allowed | owner for name, allowed in AS_THE_OWNER.get(service, {}).items()}


async def test_rights_that_were_declared_anew_are_applied_without_a_migration(database: MakeDatabase) -> None:
    db = await database("audit")
    may = text("SELECT has_table_privilege('portico_audit_api', 'entries', 'delete')")
    async with db.owner.begin() as session:
        await session.execute(text("GRANT DELETE ON entries TO portico_audit_api"))
        await session.execute(text("COMMENT ON TABLE alembic_version IS 'what another version declared'"))
        assert await session.scalar(may)

    await db.migrate()

    async with db.owner() as session:
        assert not await session.scalar(may)


def test_every_kind_of_a_tenant_has_its_condition() -> None:
    assert set(IN_TENANT) == {Kind.workspace, Kind.parent_readable, Kind.person}
