"""Orders that the provider confirms first, of products that bring others and of add-ons."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.provisioning.plans.models import PlanVersion
from services.provisioning.plans.service import copy_plan_offer
from shared.events.billing import PlanWithdrawn
from tests.harness.services import Caller
from tests.provisioning.harness import ProvisioningHarness, post
from tests.provisioning.living import API, Living
from tests.provisioning.parts import AT_ONCE, BACKUP, CIRCUIT, Whole, bringing, with_circuit
from tests.provisioning.test_acknowledging import WAITING, acknowledge, send_back
from tests.provisioning.test_add_ons import moved
from tests.provisioning.test_cancelling import kind_of
from tests.provisioning.test_orders_to_approve import team


async def submitted(
    provisioning: ProvisioningHarness, **options: Any
) -> tuple[Caller, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """An admin, their order of a hosted connection that waits for the provider, the connection and its circuit."""
    connection, circuit = await bringing(provisioning, needs_acknowledgement=True, **options)
    (anna,) = await team(provisioning, "admin")
    await provisioning.add_workspace(anna.workspace_id, "customer", "Northwind Logistics")
    answer = await post(anna, f"{API}/orders", with_circuit(connection, circuit, quantity=2))
    assert answer.status_code == 201, answer.text
    return anna, answer.json(), connection, circuit


async def dearer(provisioning: ProvisioningHarness, product: dict[str, Any]) -> UUID:
    """A newer version of a product's plan; then the plan is withdrawn, and so is the product."""
    async with provisioning.database.worker() as session:
        plan_id = (await session.get_one(PlanVersion, UUID(product["plan_version_id"]))).plan_id
    newest = await provisioning.plan(UUID(product["id"]), plan_id=plan_id, version=2)
    gone = PlanWithdrawn(
        workspace_id=provisioning.provider.workspace_id, subject_version=1, plan_id=plan_id,
        product_id=UUID(product["id"]), display_name="Monthly",
    )  # fmt: skip
    async with provisioning.database.worker.begin() as session:
        await copy_plan_offer(session, gone)
    withdrawn = await post(provisioning.provider, f"{API}/catalogue/{product['key']}/withdraw", {})
    assert withdrawn.status_code == 200, withdrawn.text
    return newest


@pytest.mark.rule("K7", "D8")
async def test_what_comes_along_begins_at_the_price_that_was_agreed(provisioning: ProvisioningHarness) -> None:
    anna, order, connection, circuit = await submitted(provisioning)
    nothing_yet = (await anna.http.get(f"{API}/services")).json()["items"]
    newest = await dearer(provisioning, circuit)
    seen = (await provisioning.provider.http.get(f"{WAITING}/{order['id']}")).json()
    seen_by_customer = await provisioning.read(anna, order)

    answer = await acknowledge(provisioning.provider, order)
    whole = Living(provisioning, anna, connection, (await provisioning.read(anna, order))["service_id"])
    await whole.work()

    assert (order["state"], nothing_yet, answer.status_code) == ("awaiting_acknowledgement", [], 200)
    assert [(each["product"]["key"], each["quantity"]) for each in seen["brought"]] == [(circuit["key"], 2)]
    assert order["brought"] == seen_by_customer["brought"] == [circuit["display_name"]]
    assert (await provisioning.read(anna, order))["brought"] == []
    assert seen["brought"][0]["plan_version_id"] == circuit["plan_version_id"] != str(newest)
    placed = await provisioning.database.events("provisioning.order_placed")
    assert [(each["plan_version_id"], each["part_of"]) for each in placed] == [
        (connection["plan_version_id"], None), (circuit["plan_version_id"], whole.id),
    ]  # fmt: skip
    assert {(each["ordered_by"], each["actor"]["via"]) for each in placed} == {(str(anna.user_id), "parent")}
    services = (await anna.http.get(f"{API}/services")).json()["items"]
    assert sorted((each["kind"], each["state"], each["quantity"]) for each in services) == [
        ("cloud_connection", "active", 2), ("virtual_circuit", "active", 2),
    ]  # fmt: skip
    assert await provisioning.broken() == [] == await whole.differences()


async def test_of_a_returned_order_nothing_comes_along(provisioning: ProvisioningHarness) -> None:
    anna, order, _, _ = await submitted(provisioning)

    answer = await send_back(provisioning.provider, order)
    await provisioning.work()

    assert (answer.status_code, (await provisioning.read(anna, order))["state"]) == (200, "returned")
    assert [each["id"] for each in (await anna.http.get(f"{API}/orders")).json()["items"]] == [order["id"]]
    assert (await anna.http.get(f"{API}/services")).json()["items"] == []
    assert await provisioning.database.events("provisioning.order_placed") == []
    assert await provisioning.broken() == []


@pytest.mark.rule("D2")
async def test_the_prices_that_were_approved_are_those_that_are_agreed(provisioning: ProvisioningHarness) -> None:
    connection, circuit = await bringing(provisioning, needs_acknowledgement=True)
    marco, anna = await team(provisioning, "member", "admin")
    asked = (await post(marco, f"{API}/orders", with_circuit(connection, circuit))).json()
    async with provisioning.database.worker() as session:
        plan_id = (await session.get_one(PlanVersion, UUID(circuit["plan_version_id"]))).plan_id
    second = str(await provisioning.plan(UUID(circuit["id"]), plan_id=plan_id, version=2))
    approve = f"{API}/orders/{asked['id']}/approve"
    shown = {"plan_version_id": connection["plan_version_id"]}

    former = await post(anna, approve, shown | {"brought_plan_version_ids": [circuit["plan_version_id"]]})
    approved = await post(anna, approve, shown | {"brought_plan_version_ids": [second]})
    await provisioning.plan(UUID(circuit["id"]), plan_id=plan_id, version=3)
    answer = await acknowledge(provisioning.provider, asked)

    assert (former.status_code, kind_of(former)) == (409, "brought-otherwise")
    assert (approved.json()["state"], answer.status_code) == ("awaiting_acknowledgement", 200)
    placed = await provisioning.database.events("provisioning.order_placed")
    assert [each["plan_version_id"] for each in placed] == [connection["plan_version_id"], second]
    assert await provisioning.broken() == []


async def test_an_order_is_not_confirmed_if_something_else_comes_along_by_now(
    provisioning: ProvisioningHarness,
) -> None:
    _, order, connection, _ = await submitted(provisioning)
    other = await provisioning.product(**CIRCUIT, driver_options=AT_ONCE)
    brings = {"product": other["key"], "plans": ["Monthly"], "configuration": {"vlan": 7},
              "copied": {"speed_gbps": "speed_gbps"}}  # fmt: skip
    names = ("display_name", "description", "configuration_schema", "max_quantity", "needs_acknowledgement")
    changed = {name: connection[name] for name in names} | {"brings": [brings]}
    published = await provisioning.provider.http.put(f"{API}/products/{connection['key']}", json=changed)
    seen = (await provisioning.provider.http.get(f"{WAITING}/{order['id']}")).json()

    answer = await acknowledge(provisioning.provider, order)

    assert (published.status_code, [each["quantity"] for each in seen["brought"]]) == (200, [None])
    assert (answer.status_code, kind_of(answer)) == (409, "brought-otherwise")
    assert (await send_back(provisioning.provider, order)).status_code == 200


async def test_only_the_need_of_what_is_ordered_counts(provisioning: ProvisioningHarness) -> None:
    connection, circuit = await bringing(provisioning, brought={"needs_acknowledgement": True})
    (anna,) = await team(provisioning, "admin")

    order = (await post(anna, f"{API}/orders", with_circuit(connection, circuit))).json()

    states = [each["state"] for each in (await anna.http.get(f"{API}/orders")).json()["items"]]
    assert (order["state"], states) == ("placed", ["placed", "placed"])


async def add_on_that_waits(provisioning: ProvisioningHarness) -> tuple[Whole, dict[str, Any]]:
    node = await Whole.open(provisioning)
    node.add_on = await provisioning.product(
        **BACKUP, add_on_to=[node.product["key"]], needs_acknowledgement=True, driver_options=AT_ONCE
    )
    answer = await node.add()
    assert answer.status_code == 201, answer.text
    return node, answer.json()


@pytest.mark.rule("K7")
async def test_an_acknowledged_add_on_belongs_to_its_service(provisioning: ProvisioningHarness) -> None:
    node, order = await add_on_that_waits(provisioning)
    before = await node.parts()
    seen = (await provisioning.provider.http.get(f"{WAITING}/{order['id']}")).json()
    await dearer(provisioning, node.add_on)

    answer = await acknowledge(provisioning.provider, order)
    await node.work()

    assert (order["state"], order["part_of"], before["parts"]) == ("awaiting_acknowledgement", node.id, [])
    assert [each["needs_acknowledgement"] for each in before["add_ons"]].count(True) == 1
    assert (seen["whole_name"], seen["brought"], answer.status_code) == ("uplink-1", [], 200)
    (part,) = (await node.parts())["parts"]
    assert (part["state"], part["part_of"], part["brought"]) == ("active", node.id, False)
    (submitted,) = await provisioning.database.events("provisioning.order_submitted")
    assert submitted["part_of"] == node.id
    placed = (await provisioning.database.events("provisioning.order_placed"))[-1]
    assert (placed["part_of"], placed["plan_version_id"]) == (node.id, node.add_on["plan_version_id"])
    assert await provisioning.broken() == [] == await node.differences()


@pytest.mark.rule("P19")
@pytest.mark.parametrize(("ends", "refused"), [("now", "service-not-active"), ("period_end", "service-ending")])
async def test_an_add_on_is_not_confirmed_for_a_service_that_ends_meanwhile(
    provisioning: ProvisioningHarness, ends: str, refused: str
) -> None:
    node, order = await add_on_that_waits(provisioning)
    cancelled = await node.cancel(ends)
    await node.work()

    answer = await acknowledge(provisioning.provider, order)
    waiting = (await provisioning.read(node.admin, order))["state"]
    returned = await send_back(provisioning.provider, order, "Its service ends.")

    assert (cancelled.status_code, answer.status_code, kind_of(answer)) == (201, 409, refused)
    assert (waiting, returned.status_code) == ("awaiting_acknowledgement", 200)
    assert (await node.parts())["parts"] == []
    assert await provisioning.broken() == []


async def test_an_add_on_is_paid_by_who_pays_for_its_service_by_now(provisioning: ProvisioningHarness) -> None:
    node, order = await add_on_that_waits(provisioning)
    group = uuid4()
    await moved(node, group)

    await acknowledge(provisioning.provider, order)

    (part,) = (await node.parts())["parts"]
    assert part["bill_group_id"] == (await provisioning.read(node.admin, order))["bill_group_id"] == str(group)


async def test_who_brings_along_what_has_no_room_waits(provisioning: ProvisioningHarness) -> None:
    anna, order, _, circuit = await submitted(provisioning)
    names = ("display_name", "description", "configuration_schema")
    changed = {name: circuit[name] for name in names} | {"max_quantity": 1}
    await provisioning.provider.http.put(f"{API}/products/{circuit['key']}", json=changed)

    answer = await acknowledge(provisioning.provider, order)

    assert (answer.status_code, kind_of(answer)) == (422, "configuration-not-valid")
    assert (await provisioning.read(anna, order))["state"] == "awaiting_acknowledgement"
