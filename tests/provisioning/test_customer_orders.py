"""What the people of a partner see of the orders of its customers."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.provisioning.customer_orders.schemas import CustomerOrdersFilters
from services.provisioning.customer_orders.service import list_customer_orders
from services.provisioning.states import OrderState
from shared.auth.permissions import ROLES
from shared.copies import follow_workspaces
from shared.events.identity import WorkspaceCreated
from shared.scope import EVERYWHERE
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.test_hot_reads import FEW, given_many, reads_of

ORDERS = "/api/provisioning/customer-orders"
WORKS = {"step_seconds": 0}
MERIDIAN, OTHER = uuid4(), uuid4()


async def placed_below(provisioning: ProvisioningHarness, id_: UUID, parent: UUID | None, name: str) -> None:
    event = WorkspaceCreated(
        workspace_id=id_, parent_workspace_id=parent, kind="customer", slug=name.lower(), display_name=name,
        account_number="LKS-1", connected=True, subject_version=(await _version(provisioning, id_)) + 1,
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session:
        await follow_workspaces(session, [event])


async def _version(provisioning: ProvisioningHarness, id_: UUID) -> int:
    async with provisioning.database.owner() as session:
        return await session.scalar(text("SELECT version FROM workspace_copies WHERE id = :id"), {"id": id_}) or 0


async def link(provisioning: ProvisioningHarness, person: Caller, customer: UUID, role: str) -> None:
    given = text(
        "INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source)"
        " VALUES (gen_random_uuid(), :user, :customer, :role, 'link')"
    )
    async with provisioning.database.owner.begin() as session:
        await session.execute(given, {"user": person.user_id, "customer": customer, "role": role})


async def customer(provisioning: ProvisioningHarness, name: str, parent: UUID | None = MERIDIAN) -> Caller:
    found = await provisioning.running.caller("admin", address=f"{name.lower()}@example.example")
    await placed_below(provisioning, found.workspace_id, parent, name)
    return found


async def people(provisioning: ProvisioningHarness, role: str = "admin", workspace_id: UUID = MERIDIAN) -> Caller:
    return await provisioning.running.caller(role, workspace_id=workspace_id, kind="partner")


async def numbers(caller: Caller, **asked: str) -> list[str]:
    answer = await caller.http.get(ORDERS, params=asked)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


@pytest.mark.rule("P13", "P21")
async def test_admins_see_the_orders_of_all_direct_customers_without_prices(
    provisioning: ProvisioningHarness,
) -> None:
    ana = await people(provisioning)
    northwind, halcyon = await customer(provisioning, "Northwind"), await customer(provisioning, "Halcyon")
    stranger = await customer(provisioning, "Quarry", OTHER)
    port = await provisioning.product(display_name="Dedicated port", driver_options=WORKS)
    first, second = await provisioning.order(northwind, port, quantity=2), await provisioning.order(halcyon, port)
    await provisioning.order(stranger, port)

    newest, oldest = (await ana.http.get(ORDERS)).json()["items"]

    assert [newest["number"], oldest["number"]] == [second["number"], first["number"]]
    assert (oldest["customer_name"], oldest["customer_slug"], oldest["quantity"]) == ("Northwind", "northwind", 2)
    assert (oldest["placed_by_address"], oldest["placed_via"]) == ("northwind@example.example", "self")
    assert not {name for name in oldest if "minor" in name or name in ("configuration", "plan_version_id", "message")}
    assert await numbers(ana, descending="false") == [first["number"], second["number"]]
    assert await provisioning.broken() == []


@pytest.mark.rule("P3", "P13", "P14")
async def test_others_see_the_orders_of_customers_that_they_are_linked_to(provisioning: ProvisioningHarness) -> None:
    tom = await people(provisioning, "regular")
    northwind, halcyon = await customer(provisioning, "Northwind"), await customer(provisioning, "Halcyon")
    elsewhere = await customer(provisioning, "Quarry", OTHER)
    port = await provisioning.product(driver_options=WORKS)
    mine, _ = await provisioning.order(northwind, port), await provisioning.order(halcyon, port)
    await provisioning.order(elsewhere, port)
    assert await numbers(tom) == []

    await link(provisioning, tom, northwind.workspace_id, "support")
    await link(provisioning, tom, elsewhere.workspace_id, "admin")

    for asked in ({}, {"q": "ord-"}, {"q": "northwind"}, {"state": "placed"}, {"descending": "false"}):
        assert await numbers(tom, **asked) == [mine["number"]], asked
    assert await numbers(tom, q="halcyon") == await numbers(tom, q="quarry") == []


async def test_whose_role_sees_no_orders_of_a_customer_sees_none_here(provisioning: ProvisioningHarness) -> None:
    tom, northwind = await people(provisioning, "regular"), await customer(provisioning, "Northwind")
    await provisioning.order(northwind, await provisioning.product(driver_options=WORKS))

    await link(provisioning, tom, northwind.workspace_id, "billing")

    assert await numbers(tom) == []


async def test_orders_of_customers_are_found_by_what_one_knows_of_them(provisioning: ProvisioningHarness) -> None:
    ana = await people(provisioning)
    northwind, halcyon = await customer(provisioning, "Northwind"), await customer(provisioning, "Halcyon")
    port = await provisioning.product(display_name="Dedicated port", driver_options=WORKS)
    cloud = await provisioning.product(display_name="Cloud Connection", driver_options=WORKS)
    first, second = await provisioning.order(northwind, port), await provisioning.order(halcyon, cloud)
    both = [second["number"], first["number"]]

    assert await numbers(ana, q=first["number"].lower()) == [first["number"]]
    assert await numbers(ana, q="ord-") == both
    assert await numbers(ana, q="ord-", descending="false") == both[::-1]
    assert await numbers(ana, q="northw") == await numbers(ana, q="northwind@") == [first["number"]]
    assert await numbers(ana, q="connection") == [second["number"]]
    assert await numbers(ana, q="%") == await numbers(ana, q="orthwind") == []
    assert await numbers(ana, q="ord-", state="placed") == await numbers(ana, state="placed") == both
    assert await numbers(ana, state="failed") == []


@pytest.mark.parametrize("role", ["admin", "regular"])
async def test_pages_of_customers_orders_follow_each_other(provisioning: ProvisioningHarness, role: str) -> None:
    person, northwind = await people(provisioning, role), await customer(provisioning, "Northwind")
    await link(provisioning, person, northwind.workspace_id, "regular")
    port = await provisioning.product(driver_options=WORKS)
    placed = [(await provisioning.order(northwind, port))["number"] for _ in range(3)]

    for asked in ({}, {"q": "ord"}, {"state": "placed"}, {"descending": "false"}):
        seen, cursor = [], ""
        while len(seen) < 3:
            params = asked | {"limit": "1"} | ({"cursor": cursor} if cursor else {})
            page = (await person.http.get(ORDERS, params=params)).json()
            seen += [item["number"] for item in page["items"]]
            cursor = page["next"]
        assert (seen, cursor) == (placed if "descending" in asked else placed[::-1], None), asked


async def test_orders_move_with_their_customer_and_wait_for_whose_it_is(provisioning: ProvisioningHarness) -> None:
    ana, mallory = await people(provisioning), await people(provisioning, workspace_id=OTHER)
    northwind = await provisioning.running.caller("admin")
    order = await provisioning.order(northwind, await provisioning.product(driver_options=WORKS))
    assert await numbers(ana) == []

    await placed_below(provisioning, northwind.workspace_id, MERIDIAN, "Northwind")
    assert (await numbers(ana), await numbers(mallory)) == ([order["number"]], [])
    await placed_below(provisioning, northwind.workspace_id, OTHER, "Northwind")

    assert (await numbers(ana), await numbers(mallory)) == ([], [order["number"]])
    assert await provisioning.broken() == []


async def test_who_may_see_orders_of_customers(provisioning: ProvisioningHarness) -> None:
    staff = {role: await people(provisioning, role) for role in ROLES}
    outsider = await provisioning.running.caller("admin", workspace_id=MERIDIAN, kind="customer")

    allowed = {role for role, caller in staff.items() if (await caller.http.get(ORDERS)).status_code == 200}

    assert allowed == set(ROLES) - {"billing"}
    assert (await outsider.http.get(ORDERS)).status_code == 403


async def test_a_page_of_customers_orders_goes_through_its_own_rows(provisioning: ProvisioningHarness) -> None:
    mine, theirs = uuid4(), uuid4()
    await given_many(provisioning, mine, theirs)
    for each in (mine, theirs):
        await placed_below(provisioning, each, MERIDIAN, f"Customer {each}")
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("ANALYZE"))

    for asked, rows in ((CustomerOrdersFilters(), FEW + 1), (CustomerOrdersFilters(descending=False), FEW + 1),
                        (CustomerOrdersFilters(state=OrderState.failed), FEW + 1)):  # fmt: skip
        read = reads_of(provisioning, MERIDIAN, EVERYWHERE)
        assert len(await list_customer_orders(read, asked, cursor=None, limit=FEW)) == rows
        assert read.gone_through["all_orders"] <= rows


async def test_what_is_in_progress_is_counted_by_state_for_whoever_sees_it(provisioning: ProvisioningHarness) -> None:
    ana, tom = await people(provisioning), await people(provisioning, "regular")
    northwind, halcyon = await customer(provisioning, "Northwind"), await customer(provisioning, "Halcyon")
    port = await provisioning.product(driver_options=WORKS)
    await link(provisioning, tom, halcyon.workspace_id, "support")
    await provisioning.order(northwind, port)
    await provisioning.work()
    for caller in (northwind, halcyon, halcyon):
        await provisioning.order(caller, port)

    counts = [(await each.http.get(f"{ORDERS}/counts")).json() for each in (ana, tom)]

    nothing = {"awaiting_approval": 0, "awaiting_acknowledgement": 0, "provisioning": 0, "failed": 0}
    assert counts == [nothing | {"placed": 3}, nothing | {"placed": 2}]
