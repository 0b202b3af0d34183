"""Giving a service another name."""

from typing import Any

import pytest

from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness

SERVICES, ORDERS = "/api/provisioning/services", "/api/provisioning/orders"


async def rename(caller: Caller, service_id: str, name: str) -> int:
    answer = await caller.http.patch(f"{SERVICES}/{service_id}", json={"display_name": name})
    return answer.status_code


async def names_at(caller: Caller, *paths: str) -> list[Any]:
    found = []
    for path in paths:
        answer = (await caller.http.get(path)).json()
        found += [item["display_name"] for item in answer.get("items", [answer])]
    return found


async def test_a_new_name_is_on_every_page_and_in_every_later_event(provisioning: ProvisioningHarness) -> None:
    product = await provisioning.product(driver_options={"step_seconds": 0, "fail_at_step": 4, "fail_times": 1})
    jonas = await provisioning.running.caller("regular")
    order = await provisioning.order(jonas, product, display_name="Lyon 2")
    await provisioning.work()

    status = await rename(jonas, order["service_id"], " Lyon\u00a03 ")

    pages = (SERVICES, f"{SERVICES}/{order['service_id']}", ORDERS, f"{ORDERS}/{order['id']}")
    assert status == 204
    assert await names_at(jonas, *pages) == ["Lyon 3"] * 4
    assert await names_at(provisioning.provider, "/api/provisioning/failed-orders") == ["Lyon 3"]
    assert await names_at(jonas, f"{SERVICES}?q=lyon 3", f"{SERVICES}?q=lyon 2") == ["Lyon 3"]

    await provisioning.provider.http.post(f"{ORDERS}/{order['id']}/retry", headers={"Idempotency-Key": "retry-it-now"})
    await provisioning.work()
    told = [
        (event["name"].removeprefix("provisioning."), event["display_name"], event["subject"]["version"])
        for name in ("order_placed", "service_provisioning_failed", "service_renamed", "service_provisioned")
        for event in await provisioning.database.events(f"provisioning.{name}")
    ]
    assert [(name, called) for name, called, _ in told] == [
        ("order_placed", "Lyon 2"),
        ("service_provisioning_failed", "Lyon 2"),
        ("service_renamed", "Lyon 3"),
        ("service_provisioned", "Lyon 3"),
    ]
    versions = [version for name, _, version in told if name.startswith("service_")]
    assert versions == sorted(set(versions)), "each change of the service has a higher version"
    assert await provisioning.broken() == []


async def test_the_event_says_both_names_and_who_pays(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(display_name="Port"), await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product)

    await rename(jonas, order["service_id"], "Warehouse")
    await rename(jonas, order["service_id"], "Warehouse")

    (event,) = await provisioning.database.events("provisioning.service_renamed")
    assert (event["previous_display_name"], event["display_name"]) == ("Port", "Warehouse")
    assert (event["bill_group_id"], event["actor"]["user_id"]) == (order["bill_group_id"], str(jonas.user_id))
    assert event["workspace_id"] == str(jonas.workspace_id)


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 204), ("regular", 204), ("member", 403), ("read_only", 403), ("support", 403), ("billing", 403)],
)
async def test_who_may_rename(provisioning: ProvisioningHarness, role: str, status: int) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product, display_name="Lyon 2")
    somebody = await provisioning.running.caller(role, workspace_id=jonas.workspace_id)

    assert await rename(somebody, order["service_id"], "Lyon 3") == status
    assert await names_at(jonas, SERVICES) == ["Lyon 3" if status == 204 else "Lyon 2"]


async def test_another_tenants_service_is_unknown_and_a_name_has_something_to_see(
    provisioning: ProvisioningHarness,
) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("admin")
    order = await provisioning.order(jonas, product, display_name="Lyon 2")

    assert await rename(await provisioning.running.caller("admin"), order["service_id"], "Mine") == 404
    assert await rename(jonas, order["service_id"], "\u2800 ") == 422
    assert await names_at(jonas, SERVICES) == ["Lyon 2"]


async def test_a_service_is_labelled_and_found_by_its_labels(provisioning: ProvisioningHarness) -> None:
    product, jonas = await provisioning.product(), await provisioning.running.caller("regular")
    order = await provisioning.order(jonas, product, display_name="Lyon 2")
    await provisioning.work()
    path = f"{SERVICES}/{order['service_id']}/labels"

    given = [await jonas.http.put(path, json={"labels": ["Team Röd", "prod", "prod"]}) for _ in range(2)]
    refused = [await jonas.http.put(path, json={"labels": each}) for each in (["x" * 41], [""], ["a"] * 11, ["a\nb"])]

    assert [answer.status_code for answer in given + refused] == [204, 204, 422, 422, 422, 422]
    assert await names_at(jonas, f"{SERVICES}?q=rod", f"{SERVICES}?q=pro", f"{SERVICES}?q=none") == ["Lyon 2"] * 2
    assert (await jonas.http.get(f"{SERVICES}/{order['service_id']}")).json()["labels"] == ["Team Röd", "prod"]
    (event,) = await provisioning.database.events("provisioning.service_labelled")
    assert (event["labels"], event["previous_labels"]) == (["Team Röd", "prod"], [])

    await jonas.http.put(path, json={"labels": []})

    assert await names_at(jonas, f"{SERVICES}?q=rod", f"{SERVICES}?q=lyon") == ["Lyon 2"]


@pytest.mark.parametrize("role", ["member", "read_only", "support"])
async def test_who_may_not_rename_may_not_label(provisioning: ProvisioningHarness, role: str) -> None:
    product, admin = await provisioning.product(), await provisioning.running.caller("admin")
    order = await provisioning.order(admin, product)
    person = await provisioning.running.caller(role, workspace_id=admin.workspace_id)

    answer = await person.http.put(f"{SERVICES}/{order['service_id']}/labels", json={"labels": ["prod"]})

    assert answer.status_code == 403
