"""The lists of services and orders compared with a simple model, on generated rows: all pages together are what was
asked for, in its order."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.provisioning.orders.listing import list_orders
from services.provisioning.orders.schemas import OrdersQuery
from services.provisioning.services.schemas import ServicesQuery
from services.provisioning.services.service import list_services
from services.provisioning.states import OrderState, ServiceState
from shared.errors import Invalid
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE, Scope, Within
from tests.harness.explaining import visiting
from tests.harness.lists import NAMES, QUERIES, finds, name_key, often, walk
from tests.provisioning.harness import ProvisioningHarness

WORKSPACE, ELSEWHERE = UUID(int=1), UUID(int=2)
GROUPS = (UUID(int=11), UUID(int=12), UUID(int=13))
LOCATIONS = (UUID(int=21), UUID(int=22))
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
ORDER = """
INSERT INTO orders (id, workspace_id, bill_group_id, product_id, plan_version_id, display_name, configuration,
  quantity, state, version, placed_at, begun_via, correlation_id, reason,
  submitted_at, answered_at, location_id)
VALUES ($1, $2, $3, $4, gen_random_uuid(), $5, '{}', 1, $6, 1, $7, 'self', gen_random_uuid(),
  CASE WHEN $6::varchar IN ('refused', 'returned') THEN 'No.' END,
  CASE WHEN $6 IN ('awaiting_acknowledgement', 'returned') THEN $7::timestamptz END,
  CASE WHEN $6 = 'returned' THEN $7::timestamptz END, $8)
RETURNING number
"""
SERVICE = """
INSERT INTO services (id, workspace_id, bill_group_id, order_id, product_id, kind, display_name, configuration,
  quantity, state, version, requested_at, location_id)
SELECT id, workspace_id, bill_group_id, id, product_id, $2, display_name, '{}', 1, $3, 1, placed_at, location_id
FROM orders
WHERE id = $1
"""
LOCATION = """
WITH payer AS (INSERT INTO bill_groups (id, workspace_id, is_default) VALUES ($3, $2, true) ON CONFLICT DO NOTHING)
INSERT INTO locations (location_id, workspace_id, bill_group_id, display_name, street, postal_code, city, country,
  contact_name, contact_address, version) VALUES ($1, $2, $3, $4, '', '', 'Berlin', '', '', '', 1)
"""
OPERATION = """
INSERT INTO operations (id, workspace_id, order_id, service_id, state, version, step, steps, message, started_at,
  due_at, begun_via, correlation_id, tries)
SELECT id, workspace_id, id, id, 'failed', 1, 1, 1, '', placed_at, NULL, 'self', gen_random_uuid(), 0 FROM orders
WHERE id = $1
"""


@dataclass(frozen=True)
class Row:
    """An order and its service."""

    name: str
    kind: str
    state: ServiceState
    order_state: OrderState
    at: datetime
    group: UUID
    location: UUID | None
    workspace: UUID
    id: UUID = field(default_factory=uuid4)


ROWS = st.lists(
    st.builds(
        Row, st.sampled_from(NAMES), st.sampled_from(["port", "node"]), st.sampled_from(ServiceState),
        st.sampled_from(OrderState), st.sampled_from([MONDAY + timedelta(hours=n) for n in range(3)]),
        st.sampled_from(GROUPS), st.sampled_from([None, *LOCATIONS]),
        st.sampled_from([WORKSPACE, WORKSPACE, WORKSPACE, ELSEWHERE]),
    ),
    max_size=12,
)  # fmt: skip
SCOPES = st.sampled_from([
    EVERYWHERE, EVERYWHERE, Within(frozenset(GROUPS[:1])), Within(frozenset(GROUPS[:2])),
    Within(locations=frozenset(LOCATIONS[:1])), Within(locations=frozenset(LOCATIONS)),
    Within(frozenset(GROUPS[:1]), frozenset(LOCATIONS[:1])),
])  # fmt: skip
AT = st.sampled_from([None, None, *LOCATIONS])
DIRECTIONS, LIMITS = st.sampled_from([None, True, False]), st.integers(1, 4)
SERVICES_QUERIES = st.builds(
    ServicesQuery, q=st.sampled_from(QUERIES), kind=st.sampled_from([None, "port", "asset"]),
    state=st.sampled_from([None, *ServiceState]), sort=st.sampled_from(["requested_at", "name"]),
    descending=DIRECTIONS, limit=LIMITS, count=st.just(True), location_id=AT,
)  # fmt: skip
ORDERS_QUERIES = st.builds(
    OrdersQuery, q=st.sampled_from([None, "", "ord-1", "ORD-100003", "ord-10000", "1", "ORD-9"]),
    state=st.sampled_from([None, *OrderState]), descending=DIRECTIONS, limit=LIMITS, count=st.just(True),
    location_id=AT,
)  # fmt: skip


def reads(provisioning: ProvisioningHarness, scope: Scope) -> ScopedReads:
    return ScopedReads(provisioning.running.runtime.pool, visiting(WORKSPACE, scope))


@pytest.fixture
async def provisioning(provisioning: ProvisioningHarness) -> ProvisioningHarness:
    """With a product, and locations."""
    await provisioning.product()
    connection = await asyncpg.connect(provisioning.database.owner_url)
    for workspace, location in ((WORKSPACE, LOCATIONS[0]), (WORKSPACE, LOCATIONS[1])):
        await connection.execute(LOCATION, location, workspace, GROUPS[2], str(location))
    await connection.close()
    return provisioning


async def replace(provisioning: ProvisioningHarness, rows: list[Row]) -> dict[UUID, str]:
    """Instead of what is there. Returns the orders' numbers."""
    connection = await asyncpg.connect(provisioning.database.owner_url)
    await connection.execute("DELETE FROM operations; DELETE FROM services; DELETE FROM orders")
    await connection.execute("ALTER TABLE orders ALTER serial RESTART")
    product = await connection.fetchval("SELECT id FROM products")
    numbers = {}
    for row in rows:
        numbers[row.id] = await connection.fetchval(
            ORDER,
            row.id,
            row.workspace,
            row.group,
            product,
            row.name,
            row.order_state,
            row.at,
            row.location if row.workspace == WORKSPACE else None,
        )
        await connection.execute(SERVICE, row.id, row.kind, row.state)
        await connection.execute(OPERATION, row.id)
    await connection.close()
    return numbers


def visible(row: Row, scope: Scope, location_id: UUID | None) -> bool:
    covered = not isinstance(scope, Within) or row.group in scope.bill_groups or row.location in scope.locations
    return row.workspace == WORKSPACE and covered and location_id in (None, row.location)


def ids(pages: list[dict[str, Any]]) -> list[UUID]:
    return [UUID(item["id"]) for page in pages for item in page["items"]]


@pytest.mark.rule("K9", "S02")
@often
@given(rows=ROWS, query=SERVICES_QUERIES, scope=SCOPES)
async def test_all_pages_of_services_are_those_asked_for_in_their_order(
    provisioning: ProvisioningHarness, rows: list[Row], query: ServicesQuery, scope: Scope
) -> None:
    await replace(provisioning, rows)
    read = reads(provisioning, scope)

    pages = await walk(lambda cursor: list_services(read, query.model_copy(update={"cursor": cursor})), query.limit)

    expected = [
        row for row in rows
        if visible(row, scope, query.location_id) and query.kind in (None, row.kind) and finds(query.q, row.name)
        and (row.state == query.state if query.state else row.state != ServiceState.deleted)
    ]  # fmt: skip
    by_name, descending = query.sort == "name", query.sort == "requested_at"
    descending = descending if query.descending is None else query.descending
    expected.sort(key=lambda row: (name_key(row.name) if by_name else row.at, row.id), reverse=descending)
    assert ids(pages) == [row.id for row in expected]
    assert pages[0]["count"] == len(expected)


@pytest.mark.rule("K8", "S02")
@often
@given(rows=ROWS, query=ORDERS_QUERIES, scope=SCOPES)
async def test_all_pages_of_orders_are_those_asked_for_in_their_order(
    provisioning: ProvisioningHarness, rows: list[Row], query: OrdersQuery, scope: Scope
) -> None:
    numbers = await replace(provisioning, rows)
    read = reads(provisioning, scope)

    pages = await walk(lambda cursor: list_orders(read, query.model_copy(update={"cursor": cursor})), query.limit)

    expected = [
        row for row in rows
        if visible(row, scope, query.location_id) and query.state in (None, row.order_state)
        and numbers[row.id].startswith((query.q or "").upper())
    ]  # fmt: skip
    expected.sort(key=lambda row: (row.at, row.id), reverse=query.descending is not False)
    assert ids(pages) == [row.id for row in expected]
    assert pages[0]["count"] == len(expected)


MANY = """
INSERT INTO orders (workspace_id, product_id, id, plan_version_id, display_name, configuration, quantity, state,
  version, placed_at, begun_via, correlation_id)
SELECT $1, $2, gen_random_uuid(), gen_random_uuid(), 'Port ' || n || ' of port ' || n, '{}', 1, 'failed', 1, now(),
  'self', gen_random_uuid() FROM generate_series(1, 1300) n
"""


async def test_of_more_than_a_thousand_a_search_finds_a_thousand_and_says_so(provisioning: ProvisioningHarness) -> None:
    await replace(provisioning, [])
    connection = await asyncpg.connect(provisioning.database.owner_url)
    await connection.execute(MANY, WORKSPACE, await connection.fetchval("SELECT id FROM products"))
    for order in await connection.fetch("SELECT id FROM orders"):
        await connection.execute(SERVICE, order["id"], "port", "failed")
        await connection.execute(OPERATION, order["id"])
    await connection.close()
    read = reads(provisioning, EVERYWHERE)

    async def walked(q: str | None) -> tuple[int, int, int]:
        query = ServicesQuery(q=q, sort="name", count=True, limit=200)
        pages = await walk(lambda cursor: list_services(read, query.model_copy(update={"cursor": cursor})), 200)
        return len(ids(pages)), len(set(ids(pages))), pages[0]["count"]

    assert await walked("port") == (1_000, 1_000, 1_001)
    assert await walked("of port 13") == (12, 12, 12)
    assert await walked(None) == (1_300, 1_300, 1_001)
    assert len((await list_orders(read, OrdersQuery(q="ord", limit=200)))["items"]) == 200


async def test_a_cursor_of_another_order_is_refused(provisioning: ProvisioningHarness) -> None:
    await replace(provisioning, [Row(name, "port", ServiceState.active, OrderState.fulfilled, MONDAY, GROUPS[0],
                                     None, WORKSPACE) for name in NAMES])  # fmt: skip
    read = reads(provisioning, EVERYWHERE)
    cursor = (await list_services(read, ServicesQuery(limit=1)))["next"]

    assert len((await list_services(read, ServicesQuery(cursor=cursor, kind="port")))["items"]) == len(NAMES) - 1
    for other in (ServicesQuery(cursor=cursor, descending=False), ServicesQuery(cursor=cursor, sort="name")):
        with pytest.raises(Invalid):
            await list_services(read, other)


async def test_a_renamed_service_is_found_by_its_new_name_alone(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    await provisioning.order(jonas, await provisioning.product(), display_name="Göteborg North")
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("UPDATE services SET display_name = 'Malmö'"))

    found = {q: (await jonas.http.get("/api/provisioning/services", params={"q": q})).json()["items"]
             for q in ("goteborg", "north", "malmo")}  # fmt: skip

    assert {q: [item["display_name"] for item in items] for q, items in found.items()} == {
        "goteborg": [], "north": [], "malmo": ["Malmö"],
    }  # fmt: skip


@pytest.mark.parametrize("asked", ["sort=kind", "kind=boat", "state=lost", "limit=0", f"q={'x' * 101}", "count=many"])
async def test_what_a_list_does_not_know_is_refused_with_the_field(
    provisioning: ProvisioningHarness, asked: str
) -> None:
    jonas = await provisioning.running.caller("admin")

    answer = await jonas.http.get(f"/api/provisioning/services?{asked}")

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{asked.partition('=')[0]}"]
