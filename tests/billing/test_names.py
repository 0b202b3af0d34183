"""Subscriptions and invoices say the name that people gave the service, and what it is."""

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from shared.events.provisioning import OrderPlaced, ServiceRenamed
from tests.billing.harness import BillingHarness


def renamed(billing: BillingHarness, order: OrderPlaced, name: str, version: int) -> ServiceRenamed:
    return ServiceRenamed(
        workspace_id=order.workspace_id, service_id=order.service_id, display_name=name, previous_display_name="?",
        subject_version=version, occurred_at=billing.now,
    )  # fmt: skip


async def subscription(billing: BillingHarness, customer: UUID) -> dict[str, Any]:
    answer = await (await billing.admin(customer)).http.get("/api/billing/subscriptions")
    [found] = answer.json()["items"]
    return dict(found)


async def lines(billing: BillingHarness, customer: UUID) -> list[tuple[str, str]]:
    stored = await billing.rows(
        "SELECT l.description, l.product_name FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id"
        " WHERE i.workspace_id = :w ORDER BY i.number, l.position", w=customer,
    )  # fmt: skip
    return [(line["description"], line["product_name"]) for line in stored]


@pytest.mark.rule("D21")
async def test_later_invoices_say_a_services_new_name_and_issued_ones_never_change(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = await billing.subscribed(customer, await billing.plan(one_off=500), display_name="Web frontend")
    await billing.run_jobs()
    first = await subscription(billing, customer)

    await billing.hear(renamed(billing, order, "Shop", 2))
    await billing.day_by_day(31)

    port = "Port 10 Gbps"
    assert (first["description"], first["product_name"]) == ("Web frontend", port)
    assert (await subscription(billing, customer))["description"] == "Shop"
    assert await lines(billing, customer) == [("Web frontend, set-up", port), ("Web frontend", port), ("Shop", port)]


async def test_a_service_that_nobody_named_is_called_by_its_product_once(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()
    await billing.subscribed(customer, plan)
    await billing.subscribed(customer, plan, display_name="Port 10 Gbps")

    await billing.run_jobs()

    assert await lines(billing, customer) == [("Port 10 Gbps", "")] * 2


@pytest.mark.parametrize("order_of_arrival", list(permutations(range(4))))
async def test_the_newest_name_counts_in_whatever_order_the_events_arrive(
    billing: BillingHarness, order_of_arrival: tuple[int, ...]
) -> None:
    customer = await billing.customer()
    order = billing.order(customer, await billing.plan(), display_name="As ordered")
    events = [
        order,
        billing.provisioned(order, version=1),
        renamed(billing, order, "Second", 2),
        renamed(billing, order, "Third", 3),
    ]

    await billing.hear(*(events[place] for place in order_of_arrival))

    found = await subscription(billing, customer)
    assert (found["description"], found["product_name"]) == ("Third", "Port 10 Gbps")


async def test_a_name_from_before_a_retry_is_not_undone_by_the_order(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = billing.order(customer, await billing.plan(), display_name="As ordered")
    named = order.model_copy(update={"display_name": "Renamed"})

    await billing.hear(order, billing.failed(named, version=2), billing.provisioned(order, version=1))

    assert (await subscription(billing, customer))["description"] == "Renamed"
