"""Subscriptions of services that are part of another one: paid by its bill group, ended with it (K8, P19)."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events import Event
from shared.events.provisioning import (
    CancellationOrdered,
    CancellationUndone,
    OrderPlaced,
    ServiceDeleted,
    ServiceSuspended,
)
from tests.billing.harness import BillingHarness
from tests.billing.test_customers_groups import move
from tests.billing.test_subscription_changes import subscription_of


async def opened(
    billing: BillingHarness, *, plan: int = 31_000, part: dict[str, Any] | None = None
) -> tuple[UUID, OrderPlaced, OrderPlaced]:
    """A service with a part, both billed."""
    customer = await billing.customer()
    node = await billing.subscribed(customer, await billing.plan(plan))
    backup = await billing.subscribed(customer, await billing.plan(9_000, **(part or {})), part_of=node.service_id)
    await billing.run_jobs()
    return customer, node, backup


def cancelled(billing: BillingHarness, order: OrderPlaced, version: int = 2) -> Event:
    return billing.state_of(
        order, CancellationOrdered, ends_with_period=True, ends="period_end", end_reason="other", order_id=uuid4(),
        subject_version=version,
    )  # fmt: skip


def undone(billing: BillingHarness, order: OrderPlaced, version: int = 3) -> Event:
    return billing.state_of(order, CancellationUndone, order_id=uuid4(), subject_version=version)


async def days(billing: BillingHarness, *orders: OrderPlaced) -> list[date | None]:
    return [(await subscription_of(billing, order))["ends_on"] for order in orders]


@pytest.mark.rule("P19", "K2")
async def test_a_part_ends_with_its_service_and_is_billed_until_then(billing: BillingHarness) -> None:
    customer, node, backup = await opened(billing)

    await billing.hear(cancelled(billing, node))
    both = await days(billing, node, backup)
    await billing.day_by_day(40)

    assert both == [date(2027, 2, 10)] * 2
    for order in (node, backup):
        found = await subscription_of(billing, order)
        assert (found["clock"], found["end_reason"]) == ("ended", "cancelled")
    assert len(await billing.invoices(customer)) == 1
    assert len(await billing.events("subscription_ending", customer)) == 1
    assert await billing.verify() == []


@pytest.mark.rule("P19")
async def test_a_part_goes_on_with_its_service(billing: BillingHarness) -> None:
    _customer, node, backup = await opened(billing)
    await billing.hear(cancelled(billing, node))

    await billing.hear(undone(billing, node))

    assert await days(billing, node, backup) == [None, None]


@pytest.mark.rule("P19")
async def test_a_part_that_has_ended_with_its_service_goes_on_with_it(billing: BillingHarness) -> None:
    _customer, node, backup = await opened(billing)
    await billing.hear(cancelled(billing, node))
    await billing.day_by_day(31)
    ended = [(await subscription_of(billing, order))["clock"] for order in (node, backup)]

    await billing.hear(undone(billing, node))

    assert ended == ["ended", "ended"]
    assert [(await subscription_of(billing, order))["clock"] for order in (node, backup)] == ["started", "started"]
    assert await days(billing, node, backup) == [None, None]
    assert await billing.verify() == []


@pytest.mark.rule("P19")
async def test_what_is_told_of_a_part_after_its_end_does_not_let_it_go_on(billing: BillingHarness) -> None:
    _customer, node, backup = await opened(billing)
    await billing.hear(cancelled(billing, node))
    await billing.day_by_day(31)

    await billing.hear(billing.state_of(backup, ServiceSuspended, state="suspended", suspended_for=("whole",)))

    assert [(await subscription_of(billing, order))["clock"] for order in (node, backup)] == ["ended", "ended"]
    assert await billing.verify() == []


@pytest.mark.rule("P19")
@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_own_and_shared_ends_are_the_same_in_any_order(billing: BillingHarness, order: tuple[int, ...]) -> None:
    """A yearly part of a monthly service: it ends with the service, and by its own day where that goes on."""
    _customer, node, backup = await opened(billing, part={"interval_months": 12})
    events = [cancelled(billing, node), cancelled(billing, backup), undone(billing, node)]

    for n in order:
        await billing.hear(events[n])

    assert await days(billing, node, backup) == [None, date(2028, 1, 10)]
    assert await billing.verify() == []


@pytest.mark.rule("P19", "D20")
async def test_what_is_paid_beyond_the_end_of_the_service_stays_paid(billing: BillingHarness) -> None:
    customer, node, backup = await opened(billing, part={"interval_months": 12})

    await billing.hear(cancelled(billing, node))
    shared = await days(billing, node, backup)
    await billing.day_by_day(40)

    assert shared == [date(2027, 2, 10)] * 2
    assert len(await billing.invoices(customer)) == 1
    assert (await subscription_of(billing, backup))["clock"] == "ended"
    assert await billing.verify() == []


@pytest.mark.rule("D9")
async def test_a_part_that_is_not_billed_yet_starts_although_its_service_is_cancelled(billing: BillingHarness) -> None:
    customer = await billing.customer()
    node = await billing.subscribed(customer, await billing.plan(31_000, interval_months=3))
    backup = await billing.subscribed(
        customer, await billing.plan(9_000), delay_days=10, part_of=node.service_id
    )  # fmt: skip
    await billing.run_jobs()

    await billing.hear(cancelled(billing, node))
    await billing.day_by_day(20)

    assert (await subscription_of(billing, backup))["clock"] == "started"
    assert await days(billing, node, backup) == [date(2027, 4, 10)] * 2
    await billing.day_by_day(80)
    assert (await subscription_of(billing, backup))["clock"] == "ended"
    assert await billing.verify() == []


@pytest.mark.rule("D18")
async def test_nothing_is_billed_of_what_came_along_and_never_was_there(billing: BillingHarness) -> None:
    customer = await billing.customer()
    node = await billing.subscribed(customer, await billing.plan(31_000))
    along = billing.order(customer, await billing.plan(9_000), part_of=node.service_id)
    await billing.hear(along)

    await billing.hear(
        billing.state_of(along, ServiceDeleted, state="deleted", order_id=uuid4(), was_provisioned=False)
    )
    await billing.day_by_day(40)

    found = await subscription_of(billing, along)
    assert (found["clock"], found["billing_started_at"]) == ("ended", None)
    assert {line["net_minor"] for line in await billing.rows("SELECT net_minor FROM invoice_lines")} == {31_000}
    assert await billing.verify() == []


async def test_a_part_is_moved_with_its_service_and_not_alone(billing: BillingHarness) -> None:
    customer, node, backup = await opened(billing)
    made = await billing.bill_group(customer, "EUR")
    former = (await subscription_of(billing, node))["bill_group_id"]
    ids = [(await subscription_of(billing, order))["id"] for order in (node, backup)]

    alone = await move(billing, customer, ids[1], made)
    moved = await move(billing, customer, ids[0], made)
    late = billing.order(customer, await billing.plan(5_000), part_of=node.service_id, bill_group_id=former)
    await billing.hear(late)

    assert (alone.status_code, moved.status_code) == (409, 200)
    assert {(await subscription_of(billing, order))["bill_group_id"] for order in (node, backup, late)} == {made}
    told = await billing.events("subscription_moved", customer)
    assert [each["service_id"] for each in told] == [str(order.service_id) for order in (node, backup, late)]
    assert await billing.verify() == []
