"""Lists and reads by id: they answer what the document says, and read no more than they show."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.provisioning.failed_orders.service import list_failed_orders
from services.provisioning.orders.listing import list_orders, read_order
from services.provisioning.orders.schemas import OrdersQuery
from services.provisioning.services.schemas import ServicesQuery
from services.provisioning.services.service import get_service, list_services
from services.provisioning.states import OrderState, ServiceState
from shared.scope import EVERYWHERE, Scope, Within
from tests.contracts.openapi import check_answer, operation_at
from tests.harness.explaining import Explained, visiting
from tests.provisioning.harness import ProvisioningHarness

BASE = "/api/provisioning"
MANY, FEW, OWN = 3000, 20, 2
ROW_SECURITY = 5
"""Within a bill group, row security looks at an order for each of its operations and steps."""
FILL = [
    "INSERT INTO orders (id, workspace_id, bill_group_id, product_id, plan_version_id, display_name, configuration,"
    " quantity, state, version, placed_at, begun_via, correlation_id) SELECT gen_random_uuid(),"
    " CASE WHEN n <= :many THEN CAST(:workspace AS uuid) ELSE gen_random_uuid() END,"
    " CASE WHEN n BETWEEN :many - :own + 1 AND :many THEN CAST(:own_group AS uuid) ELSE gen_random_uuid() END,"
    " :product, gen_random_uuid(), 'Port', '{}', 1, 'failed', 1, now() - n * interval '1 minute', 'self',"
    " gen_random_uuid() FROM generate_series(1, :many + 5000) n",
    "INSERT INTO services (id, workspace_id, bill_group_id, order_id, product_id, kind, display_name, configuration,"
    " quantity, state, version, requested_at) SELECT gen_random_uuid(), workspace_id, bill_group_id, id, product_id,"
    " 'port', 'Port', '{}', 1, 'failed', 1, placed_at FROM orders",
    "INSERT INTO operations (id, workspace_id, order_id, service_id, state, version, step, steps, message, started_at,"
    " due_at, begun_via, correlation_id, tries) SELECT gen_random_uuid(), workspace_id, order_id, id, 'failed', 1, 1,"
    " 1, '', requested_at, NULL, 'self', gen_random_uuid(), 0 FROM services",
    "INSERT INTO operation_steps SELECT id, 1, workspace_id, 'Step', 'failed', '', started_at FROM operations",
    "INSERT INTO failed_orders SELECT id, workspace_id, number, product_id, display_name, 1, 1, '', placed_at, NULL,"
    " 'self' FROM orders",
]


def reads_of(provisioning: ProvisioningHarness, workspace_id: UUID, scope: Scope) -> Explained:
    return Explained(provisioning.running.runtime.pool, visiting(workspace_id, scope))


async def given_many(provisioning: ProvisioningHarness, workspace_id: UUID, own_group: UUID) -> None:
    """Many failed orders of a workspace, the oldest few of them in ``own_group``, and some of others."""
    product = await provisioning.product()
    values = {"workspace": workspace_id, "product": product["id"], "own_group": own_group,
              "many": MANY, "own": OWN}  # fmt: skip
    async with provisioning.database.owner.begin() as session:
        for statement in FILL:
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            await session.execute(text(statement), used)
        await session.execute(text("ANALYZE"))


async def ids_of(provisioning: ProvisioningHarness, own_group: UUID) -> tuple[UUID, UUID]:
    """An order and its service of a bill group."""
    query = text("SELECT order_id, id FROM services WHERE bill_group_id = :group LIMIT 1")
    async with provisioning.database.owner() as session:
        order_id, service_id = (await session.execute(query, {"group": own_group})).one()
    return order_id, service_id


@pytest.mark.parametrize("visiting", [False, True])
async def test_a_read_goes_through_what_it_shows_alone(provisioning: ProvisioningHarness, visiting: bool) -> None:
    workspace_id, own_group = uuid4(), uuid4()
    await given_many(provisioning, workspace_id, own_group)
    order_id, service_id = await ids_of(provisioning, own_group)
    scope, page = (Within(frozenset({own_group})), OWN) if visiting else (EVERYWHERE, FEW + 1)
    reads: list[tuple[int, Callable[[Explained], Awaitable[Any]]]] = [
        (page, lambda read: list_services(read, ServicesQuery(limit=FEW))),
        (page, lambda read: list_services(read, ServicesQuery(kind="port", limit=FEW))),
        (0, lambda read: list_services(read, ServicesQuery(kind="node", limit=FEW))),
        (page, lambda read: list_services(read, ServicesQuery(state=ServiceState.failed, sort="name", limit=FEW))),
        (page, lambda read: list_orders(read, OrdersQuery(limit=FEW))),
        (page, lambda read: list_orders(read, OrdersQuery(state=OrderState.failed, descending=False, limit=FEW))),
        (0, lambda read: list_orders(read, OrdersQuery(state=OrderState.placed, limit=FEW))),
        (1, lambda read: get_service(read, service_id)),
        (1, lambda read: read_order(read, order_id)),
    ]

    for rows, ask in reads:
        read = reads_of(provisioning, workspace_id, scope)
        found = await ask(read)
        assert len(found.get("items", [found])) + bool(found.get("next")) == rows
        assert {table: n for table, n in read.gone_through.items() if n > ROW_SECURITY * rows} == {}


async def test_the_list_of_failed_orders_goes_through_one_page(provisioning: ProvisioningHarness) -> None:
    await given_many(provisioning, uuid4(), uuid4())
    read = reads_of(provisioning, provisioning.provider.workspace_id, EVERYWHERE)

    found = await list_failed_orders(read, cursor=None, limit=FEW)

    assert len(found) == FEW + 1
    assert read.gone_through["failed_orders"] == FEW + 1


async def test_what_is_read_without_the_orm_is_what_the_document_says(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    works = await provisioning.product(description="A port of your own.")
    fails = await provisioning.product(kind="node", driver_options={"step_seconds": 0, "fail_at_step": 1})
    order, _ = [await provisioning.order(jonas, each) for each in (works, fails)]
    await provisioning.work()
    pages = ["/services", "/services?kind=port", f"/services/{order['service_id']}", "/services/counts", "/orders",
             f"/orders/{order['id']}", "/products", f"/products/{works['key']}"]  # fmt: skip
    for caller, paths in ((jonas, pages), (provisioning.provider, ["/failed-orders"])):
        for path in paths:
            answer = await caller.http.get(BASE + path)
            assert answer.status_code == 200, path
            assert answer.json().get("items") != [], path
            check_answer(operation_at("GET", answer.url.path), 200, answer.headers, answer.content)
