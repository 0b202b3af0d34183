"""What the provider's staff see of the orders and of the failed work of all workspaces."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.provisioning.all_orders.schemas import AllOrdersFilters
from services.provisioning.all_orders.service import list_all_orders
from services.provisioning.failed_work.schemas import FailedWorkFilters
from services.provisioning.failed_work.service import list_failed_work
from services.provisioning.states import OrderState
from services.provisioning.verbs import Verb
from shared.auth.permissions import ROLES
from shared.scope import EVERYWHERE
from tests.harness.explaining import Explained
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.test_hot_reads import FEW, given_many, reads_of

ORDERS, FAILED = "/api/provisioning/all-orders", "/api/provisioning/failed-work"
WORKS = {"step_seconds": 0}


async def numbers(caller: Caller, **asked: str) -> list[str]:
    answer = await caller.http.get(ORDERS, params=asked)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


async def customers(provisioning: ProvisioningHarness) -> tuple[Caller, Caller]:
    jonas = await provisioning.running.caller("admin", address="Jonas@northwind.example")
    mei = await provisioning.running.caller("admin", address="mei@halcyon.example")
    await provisioning.add_workspace(jonas.workspace_id, "customer", "Northwind Logistics")
    await provisioning.add_workspace(mei.workspace_id, "customer", "Halcyon Health")
    return jonas, mei


@pytest.mark.rule("D18")
async def test_the_providers_staff_see_the_orders_of_all_workspaces_without_prices(
    provisioning: ProvisioningHarness,
) -> None:
    jonas, mei = await customers(provisioning)
    port = await provisioning.product(display_name="Dedicated port", driver_options=WORKS)
    first = await provisioning.order(jonas, port, quantity=2)
    await provisioning.work()
    second = await provisioning.order(mei, port)

    newest, oldest = (await provisioning.provider.http.get(ORDERS)).json()["items"]

    assert (newest["number"], newest["state"], newest["customer_name"]) == (
        second["number"],
        "placed",
        "Halcyon Health",
    )
    assert (oldest["number"], oldest["state"], oldest["quantity"]) == (first["number"], "fulfilled", 2)
    assert (oldest["placed_by_address"], oldest["placed_via"]) == ("Jonas@northwind.example", "self")
    assert oldest["product"]["display_name"] == "Dedicated port"
    assert not {name for name in oldest if "minor" in name or name in ("configuration", "plan_version_id", "message")}
    assert await numbers(provisioning.provider, limit="1") == [second["number"]]


async def test_orders_of_all_workspaces_are_found_by_what_staff_know_of_one(provisioning: ProvisioningHarness) -> None:
    jonas, mei = await customers(provisioning)
    port = await provisioning.product(display_name="Dedicated port", driver_options=WORKS)
    cloud = await provisioning.product(display_name="Cloud Connection", driver_options=WORKS)
    first, second = await provisioning.order(jonas, port), await provisioning.order(mei, cloud)
    both = [second["number"], first["number"]]

    async def found(q: str, **also: str) -> list[str]:
        return await numbers(provisioning.provider, q=q, **also)

    assert await found(first["number"].lower()) == [first["number"]]
    assert await found("ord-") == both
    assert await found("logistics") == [first["number"]]
    assert await found("Halcyon H") == [second["number"]]
    assert await found("jonas@") == [first["number"]]
    assert await found("connection") == [second["number"]]
    assert await found("ogistics") == await found("%") == await found("_") == []
    assert await found("ord-", state="failed") == []
    assert await found("ord-", state="placed") == await numbers(provisioning.provider, state="placed") == both
    refused = await provisioning.provider.http.get(ORDERS, params={"state": "eaten"})
    assert refused.status_code == 422


async def test_pages_of_all_orders_follow_each_other(provisioning: ProvisioningHarness) -> None:
    jonas, _ = await customers(provisioning)
    port = await provisioning.product(driver_options=WORKS)
    placed = [(await provisioning.order(jonas, port))["number"] for _ in range(3)]

    for asked in ({}, {"q": "ord"}, {"state": "placed"}):
        seen, cursor = [], ""
        while len(seen) < 3:
            params = asked | {"limit": "1"} | ({"cursor": cursor} if cursor else {})
            page = (await provisioning.provider.http.get(ORDERS, params=params)).json()
            seen += [item["number"] for item in page["items"]]
            cursor = page["next"]
        assert (seen, cursor) == (placed[::-1], None)


async def failed(provisioning: ProvisioningHarness, caller: Caller, verb: str) -> UUID:
    """A service, whose ``verb`` fails as its driver would say so."""
    order = await provisioning.order(caller, await provisioning.product(driver_options=WORKS))
    await provisioning.work()
    async with provisioning.database.owner.begin() as session:
        begun = text(
            "INSERT INTO operations (id, workspace_id, verb, service_id, state, version, step, steps, message,"
            " message_code, message_values, started_at, due_at, begun_via, begun_by_address, correlation_id, tries)"
            " SELECT :id, workspace_id, :verb, id, 'running', 1, 2, 3, 'No.', 'unanswered', '{}', now(), now(), 'self',"
            " 'jonas@northwind.example', gen_random_uuid(), 0 FROM services WHERE order_id = :order"
        )
        id_ = uuid4()
        await session.execute(begun, {"id": id_, "verb": verb, "order": UUID(order["id"])})
        ended = text("UPDATE operations SET state = 'failed', due_at = NULL, ended_at = now() WHERE id = :id")
        await session.execute(ended, {"id": id_})
    return id_


async def works(caller: Caller, **asked: str) -> list[dict[str, Any]]:
    answer = await caller.http.get(FAILED, params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.rule("D18")
async def test_the_providers_staff_see_what_failed_whatever_its_verb(provisioning: ProvisioningHarness) -> None:
    jonas, mei = await customers(provisioning)
    restart, diagnosis = await failed(provisioning, jonas, "restart"), await failed(provisioning, mei, "diagnose")

    newest, oldest = await works(provisioning.provider)

    assert (newest["id"], newest["verb"], newest["customer_name"]) == (str(diagnosis), "diagnose", "Halcyon Health")
    assert (oldest["id"], oldest["step"], oldest["steps"]) == (str(restart), 2, 3)
    assert (oldest["failure"], oldest["failure_code"]) == ("No.", "unanswered")
    assert oldest["begun_by_address"] == "jonas@northwind.example"
    assert [each["id"] for each in await works(provisioning.provider, verb="restart")] == [str(restart)]
    assert await works(provisioning.provider, verb="console_log") == []


async def test_failed_work_is_called_as_its_service_is_called_now(provisioning: ProvisioningHarness) -> None:
    jonas, _ = await customers(provisioning)
    await failed(provisioning, jonas, "restart")
    [before] = await works(provisioning.provider)

    path = f"/api/provisioning/services/{before['service_id']}"
    renamed = await jonas.http.patch(path, json={"display_name": "Lyon 3"})

    assert renamed.status_code == 204
    assert [each["display_name"] for each in await works(provisioning.provider)] == ["Lyon 3"]


@pytest.mark.parametrize("path", [ORDERS, FAILED])
async def test_who_may_see_the_work_of_all_workspaces(provisioning: ProvisioningHarness, path: str) -> None:
    here = provisioning.provider.workspace_id
    staff = {role: await provisioning.running.caller(role, workspace_id=here, kind="provider") for role in ROLES}
    others = [await provisioning.running.caller("admin", kind=kind) for kind in ("partner", "customer")]

    allowed = {role for role, caller in staff.items() if (await caller.http.get(path)).status_code == 200}

    assert allowed == {"admin", "regular", "support", "read_only"}
    assert [(await each.http.get(path)).status_code for each in others] == [403, 403]


async def test_lists_of_all_workspaces_go_through_one_page(provisioning: ProvisioningHarness) -> None:
    await given_many(provisioning, uuid4(), uuid4())
    fail = "UPDATE operations SET verb = 'restart', order_id = NULL"
    async with provisioning.database.owner.begin() as session:
        for statement in (fail, "UPDATE operations SET state = state", "ANALYZE"):
            await session.execute(text(statement))

    def reads() -> Explained:
        return reads_of(provisioning, provisioning.provider.workspace_id, EVERYWHERE)

    for asked, rows in ((AllOrdersFilters(), FEW + 1), (AllOrdersFilters(state=OrderState.failed), FEW + 1),
                        (AllOrdersFilters(state=OrderState.placed), 0)):  # fmt: skip
        read = reads()
        assert len(await list_all_orders(read, asked, cursor=None, limit=FEW)) == rows
        assert read.gone_through["all_orders"] <= rows
    for verb, rows in ((None, FEW + 1), (Verb.restart, FEW + 1), (Verb.diagnose, 0)):
        read = reads()
        assert len(await list_failed_work(read, FailedWorkFilters(verb=verb), cursor=None, limit=FEW)) == rows
        assert read.gone_through["failed_work"] <= rows


@pytest.mark.parametrize("q", ["ord-1", "port", "nobody@", "zzzz"])
async def test_a_search_of_all_orders_ends_after_a_thousand_of_each_kind(
    provisioning: ProvisioningHarness, q: str
) -> None:
    await given_many(provisioning, uuid4(), uuid4())
    read = reads_of(provisioning, provisioning.provider.workspace_id, EVERYWHERE)

    await list_all_orders(read, AllOrdersFilters(q=q), cursor=None, limit=FEW)

    assert read.gone_through["all_orders"] <= 2 * 1_000, "each is found, and then looked up"


async def test_what_was_ordered_and_failed_before_the_upgrade_is_listed_after_it(
    provisioning: ProvisioningHarness,
) -> None:
    jonas, _ = await customers(provisioning)
    await failed(provisioning, jonas, "restart")
    before = await numbers(provisioning.provider), await works(provisioning.provider)

    await provisioning.database.downgrade("provisioning_0013")
    await provisioning.database.migrate()

    assert (await numbers(provisioning.provider), await works(provisioning.provider)) == before
    assert len(before[1]) == 1
