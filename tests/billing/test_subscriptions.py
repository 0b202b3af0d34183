"""What a bill group pays for: its subscriptions, each with its status, and the service and product that it is of."""

import pytest

from tests.billing.harness import PROVIDER, BillingHarness
from tests.harness.services import Caller


async def listed(caller: Caller, group: object) -> dict[str, dict[str, object]]:
    answer = await caller.http.get("/api/billing/subscriptions", params={"bill_group_id": str(group)})
    return {each["description"]: each for each in answer.json()["items"]}


@pytest.mark.rule("O19", "O20", "O21")
async def test_a_bill_group_lists_its_subscriptions_with_status_and_product(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan(1_000)
    dollars = await billing.bill_group(customer, "USD")
    active = await billing.subscribed(customer, plan, product_name="Metal M4", kind="node", quantity=3)
    waiting = await billing.subscribed(customer, plan, delay_days=15, display_name="Port to the warehouse")
    ordered = billing.order(customer, plan, product_name="Hosted cloud connection", kind="cloud_connection")
    lost = billing.order(customer, plan, product_name="Virtual circuit", kind="virtual_circuit")
    await billing.hear(ordered, lost, billing.failed(lost))
    elsewhere = await billing.plan(1_000, currency="USD")
    await billing.subscribed(customer, elsewhere, bill_group_id=dollars, product_name="Of another group")
    [group] = await billing.rows("SELECT bill_group_id FROM bill_groups WHERE currency = 'EUR'")

    shown = await listed(await billing.admin(customer), group["bill_group_id"])

    assert {name: each["status"] for name, each in shown.items()} == {
        "Metal M4": "active", "Port to the warehouse": "pending",
        "Hosted cloud connection": "pending", "Virtual circuit": "ended",
    }  # fmt: skip
    of = ("product_name", "service_kind", "service_id", "quantity")
    assert [[each[name] for name in of] for each in (shown["Metal M4"], shown["Port to the warehouse"])] == [
        ["Metal M4", "node", str(active.service_id), 3],
        ["Port 10 Gbps", "port", str(waiting.service_id), 1],
    ]


@pytest.mark.rule("O20", "O21", "O29")
async def test_a_visitor_sees_them_of_its_own_bill_group_alone(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    dollars = await billing.bill_group(customer, "USD")
    plan = await billing.plan(1_000, currency="USD")
    await billing.subscribed(customer, plan, bill_group_id=dollars, product_name="Metal M4")
    about = {"workspace_id": customer, "parent_workspace_id": PROVIDER, "bill_group_id": dollars}
    visitor = await billing.running.caller("billing", **about)

    items = (await visitor.http.get("/api/billing/subscriptions")).json()["items"]

    assert [(each["product_name"], each["status"]) for each in items] == [("Metal M4", "active")]
