"""What the provider's staff see of orders that failed, in whichever workspace, and what they leave in its log."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from deploy.business_time import set_offset
from shared.clock import Clock
from shared.scope import begin_in
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post

FAILED = "/api/provisioning/failed-orders"
FAILS_ONCE = {"step_seconds": 0, "fail_at_step": 3, "fail_times": 1}
FAILS_TWICE = FAILS_ONCE | {"fail_times": 2}


async def failed_order(
    provisioning: ProvisioningHarness, caller: Caller, options: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    order = await provisioning.order(
        caller, await provisioning.product(display_name="Port", driver_options=options), **changes
    )
    await provisioning.work()
    return order


async def listed(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = await caller.http.get(FAILED + query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def retry(provisioning: ProvisioningHarness, order: dict[str, Any], customer: Caller) -> int:
    body = {"workspace_id": str(customer.workspace_id)}
    return (await post(provisioning.provider, f"/api/provisioning/orders/{order['id']}/retry", body)).status_code


@pytest.mark.rule("D18")
async def test_the_providers_staff_see_the_failed_orders_of_every_workspace(provisioning: ProvisioningHarness) -> None:
    jonas, mei = (
        await provisioning.running.caller("admin"),
        await provisioning.running.caller("admin", address="mei@halcyon.example"),
    )
    await provisioning.add_workspace(jonas.workspace_id, "customer", "Northwind Logistics")
    first = await failed_order(provisioning, jonas, FAILS_ONCE, display_name="Lyon")
    second = await failed_order(provisioning, mei, FAILS_ONCE)
    await failed_order(provisioning, jonas, {"step_seconds": 0})

    newest, oldest = await listed(provisioning.provider)

    assert (newest["id"], newest["customer_name"], newest["display_name"]) == (second["id"], None, "Port")
    assert (oldest["id"], oldest["number"]) == (first["id"], first["number"])
    assert (oldest["workspace_id"], oldest["customer_name"]) == (str(jonas.workspace_id), "Northwind Logistics")
    assert (oldest["product"], oldest["display_name"]) == (first["product"], "Lyon")
    assert (oldest["step"], oldest["steps"]) == (3, 4)
    assert oldest["failure"] == (await provisioning.read(jonas, first))["failure"]
    assert (oldest["placed_by_address"], oldest["placed_via"]) == ("jonas@northwind.example", "self")


@pytest.mark.rule("S01", "S03")
@pytest.mark.parametrize("kind", ["customer", "partner"])
async def test_nobody_else_gets_the_list(provisioning: ProvisioningHarness, kind: str) -> None:
    jonas, other = await provisioning.running.caller("admin"), await provisioning.running.caller("admin", kind=kind)
    await failed_order(provisioning, jonas, FAILS_ONCE)

    refused = [(await caller.http.get(FAILED)).status_code for caller in (jonas, other)]
    reader = await provisioning.running.caller(
        "read_only", kind="provider", workspace_id=provisioning.provider.workspace_id
    )

    assert refused == [403, 403]
    assert (await reader.http.get(FAILED)).status_code == 403


@pytest.mark.rule("S01", "S03")
async def test_row_security_shows_a_failed_order_to_its_workspace_and_the_provider_alone(
    provisioning: ProvisioningHarness,
) -> None:
    """A second line of defence behind the route's guard."""
    jonas, mei, ana = [await provisioning.running.caller("admin") for _ in range(3)]
    await provisioning.add_workspace(mei.workspace_id, "customer", "Halcyon Health")
    await provisioning.add_workspace(ana.workspace_id, "partner", "Meridian Partners")
    await failed_order(provisioning, jonas, FAILS_ONCE)
    seen, changed = [], []

    for caller in (jonas, mei, ana, provisioning.provider):
        async with begin_in(provisioning.database.api, caller.workspace_id) as session:
            seen.append(await session.scalar(text("SELECT count(*) FROM failed_orders")))
            if caller is not jonas:
                gone = await session.execute(text("DELETE FROM failed_orders RETURNING order_id"))
                changed.append(len(gone.all()))
    async with provisioning.database.api.begin() as session:
        seen.append(await session.scalar(text("SELECT count(*) FROM failed_orders")))

    assert seen == [1, 0, 0, 1, 0]
    assert changed == [0, 0, 0]


@pytest.mark.rule("S01")
async def test_the_policy_does_not_widen_any_list_of_orders(provisioning: ProvisioningHarness) -> None:
    jonas, mei = await provisioning.running.caller("admin"), await provisioning.running.caller("admin")
    order = await failed_order(provisioning, jonas, FAILS_ONCE)

    lists = [
        (await caller.http.get("/api/provisioning/orders")).json()["items"] for caller in (provisioning.provider, mei)
    ]
    opened = await provisioning.provider.http.get(f"/api/provisioning/orders/{order['id']}")

    assert lists == [[], []]
    assert opened.status_code == 404


@pytest.mark.rule("D18")
async def test_an_order_leaves_the_list_when_it_is_retried_and_comes_back_when_it_fails_again(
    provisioning: ProvisioningHarness,
) -> None:
    jonas = await provisioning.running.caller("admin")
    order = await failed_order(provisioning, jonas, FAILS_TWICE)
    (before,) = await listed(provisioning.provider)

    first = await retry(provisioning, order, jonas)
    meanwhile = await listed(provisioning.provider)
    await provisioning.work()
    (again,) = await listed(provisioning.provider)
    second = await retry(provisioning, order, jonas)
    await provisioning.work()

    assert (first, meanwhile, second) == (200, [], 200)
    assert again["id"] == before["id"]
    assert again["failed_at"] > before["failed_at"]
    assert await listed(provisioning.provider) == []
    assert (await provisioning.read(jonas, order))["state"] == "fulfilled"
    assert await provisioning.broken() == []


async def test_a_row_left_by_an_older_process_does_not_stop_workers(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    order = await failed_order(provisioning, jonas, FAILS_TWICE)
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("CREATE TABLE left_behind AS TABLE failed_orders"))
    await retry(provisioning, order, jonas)
    async with provisioning.database.owner.begin() as session:
        await session.execute(text("INSERT INTO failed_orders TABLE left_behind"))
        await session.execute(text("DROP TABLE left_behind"))

    await provisioning.work()

    assert [row["id"] for row in await listed(provisioning.provider)] == [order["id"]]
    assert await provisioning.broken() == []


async def test_the_list_is_read_page_by_page(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    orders = [await failed_order(provisioning, jonas, FAILS_ONCE) for _ in range(3)]

    first = (await provisioning.provider.http.get(f"{FAILED}?limit=2")).json()
    rest = (await provisioning.provider.http.get(f"{FAILED}?limit=2&cursor={first['next']}")).json()
    wrong = await provisioning.provider.http.get(f"{FAILED}?cursor=nonsense")

    assert [row["id"] for row in first["items"] + rest["items"]] == [order["id"] for order in reversed(orders)]
    assert rest["next"] is None
    assert wrong.status_code == 422


async def test_business_time_dates_a_failure(provisioning: ProvisioningHarness, tmp_path: Path) -> None:
    jonas, clock = await provisioning.running.caller("admin"), tmp_path / "clock.json"
    order = await provisioning.order(jonas, await provisioning.product(driver_options=FAILS_ONCE))
    set_offset(clock, timedelta(days=15))

    await provisioning.work(Clock(clock))

    (row,) = await listed(provisioning.provider)
    late = datetime.fromisoformat(row["failed_at"]) - datetime.fromisoformat(order["placed_at"])
    assert timedelta(days=14) < late < timedelta(days=16)


@pytest.mark.rule("D11", "K14")
async def test_a_retry_belongs_to_the_customers_workspace_with_the_staff_member_as_actor(
    provisioning: ProvisioningHarness,
) -> None:
    meridian = uuid4()
    jonas = await provisioning.running.caller("admin", parent_workspace_id=meridian)
    order = await failed_order(provisioning, jonas, FAILS_ONCE)

    await retry(provisioning, order, jonas)
    await retry(provisioning, order, jonas)

    (placed,) = await provisioning.database.events("provisioning.order_placed")
    (told,) = await provisioning.database.events("provisioning.order_retried")
    assert (told["workspace_id"], told["parent_workspace_id"]) == (str(jonas.workspace_id), str(meridian))
    staff = provisioning.provider
    assert told["actor"] == {"kind": "user", "user_id": str(staff.user_id), "via": "parent",
                             "address": "lena@larkspur.example", "session_id": str(staff.session_id)}  # fmt: skip
    assert told["subject"]["id"] == told["order_id"] == order["id"]  # type: ignore[index]
    assert told["service_id"] == order["service_id"]
    assert (told["correlation_id"], told["causation_id"]) == (placed["correlation_id"], placed["event_id"])


async def test_a_retry_of_the_providers_own_order_is_not_via_parent(provisioning: ProvisioningHarness) -> None:
    order = await failed_order(provisioning, provisioning.provider, FAILS_ONCE)

    await retry(provisioning, order, provisioning.provider)

    (told,) = await provisioning.database.events("provisioning.order_retried")
    assert told["actor"]["via"] == "self"  # type: ignore[index]


async def test_the_migration_lists_orders_that_failed_before_it(provisioning: ProvisioningHarness) -> None:
    jonas = await provisioning.running.caller("admin")
    order = await failed_order(provisioning, jonas, FAILS_ONCE)
    await failed_order(provisioning, jonas, {"step_seconds": 0})
    (before,) = await listed(provisioning.provider)

    await provisioning.database.downgrade("provisioning_0001")
    await provisioning.database.migrate()

    (after,) = await listed(provisioning.provider)
    async with provisioning.database.owner() as session:
        unforced = "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
        assert (await session.scalars(text(unforced))).all() == []
    assert after["id"] == order["id"]
    assert {**after, "failed_at": None} == {**before, "failed_at": None}
