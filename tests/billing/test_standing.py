"""What other services are told of a bill group: whether it has a contract, and whether it owes something."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.billing import jobs
from tests.billing.harness import BillingHarness


async def told(billing: BillingHarness, customer: UUID) -> list[tuple[bool, bool]]:
    events = await billing.events("bill_group_updated", customer)
    return [(event["has_contract"], event["owes"]) for event in events]


async def group_of(billing: BillingHarness, customer: UUID) -> dict[str, Any]:
    [group] = await billing.rows("SELECT * FROM bill_groups WHERE workspace_id = :w", w=customer)
    return group


@pytest.mark.rule("O32")
async def test_a_group_has_a_contract_from_the_first_order_on_and_owes_until_it_has_paid(
    billing: BillingHarness,
) -> None:
    customer, invoice = await billing.invoiced()
    assert await told(billing, customer) == [(True, False), (True, True)]

    begun = (await billing.pay(await billing.admin(customer), invoice)).json()
    await billing.press(begun["pay_url"])

    assert await told(billing, customer) == [(True, False), (True, True), (True, False)]
    versions = [event["subject"]["version"] for event in await billing.events("bill_group_updated", customer)]
    assert versions == sorted(set(versions))
    assert await billing.verify() == []


@pytest.mark.rule("O32", "D18")
async def test_a_failed_order_is_no_contract_until_it_is_tried_again(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = billing.order(customer, await billing.plan())

    await billing.hear(order, billing.failed(order))
    assert await told(billing, customer) == [(True, False), (False, False)]
    await billing.hear(billing.provisioned(order, version=2))

    assert (await told(billing, customer))[-1] == (True, False)
    assert await billing.verify() == []


async def test_a_second_service_changes_nothing_that_is_told(billing: BillingHarness) -> None:
    customer = await billing.customer()
    for _ in range(2):
        await billing.subscribed(customer, await billing.plan())
    assert await told(billing, customer) == [(True, False)]


async def test_groups_that_were_there_before_are_told_of_once(billing: BillingHarness) -> None:
    customer = await billing.customer()
    async with billing.working(customer) as session:
        await session.execute(text("UPDATE bill_groups SET told = false"))

    assert await jobs.tell_of_groups(billing.job) == 1
    assert await jobs.tell_of_groups(billing.job) == 0

    assert await told(billing, customer) == [(False, False)]
    assert (await group_of(billing, customer))["told"]
