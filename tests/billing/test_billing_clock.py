import asyncio
from datetime import timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from services.billing import jobs
from shared.errors import NotYetKnown, Permanent
from shared.events import Event
from tests.billing.harness import BillingHarness


async def clock(billing: BillingHarness, service_id: UUID) -> str:
    [row] = await billing.rows("SELECT clock FROM subscriptions WHERE service_id = :s", s=service_id)
    return str(row["clock"])


@pytest.mark.rule("D9", "P6", "P5")
async def test_a_port_costs_nothing_for_15_days_and_counts_in_the_mrr_from_then_on(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan(80_000)

    order = await billing.subscribed(customer, plan, delay_days=15, quantity=2)
    await billing.day_by_day(14)

    assert await clock(billing, order.service_id) == "pending"
    assert await billing.events("mrr_changed", customer) == []
    assert await billing.invoices(customer) == []

    await billing.day_by_day(1)

    [started] = await billing.events("billing_started", customer)
    [mrr] = await billing.events("mrr_changed", customer)
    [invoice] = await billing.invoices(customer)
    assert started["started_at"] == "2027-01-25T09:30:00Z"
    assert mrr["mrr"] == [{"currency": "EUR", "amount_minor": 160_000}]
    assert invoice["issued_on"].isoformat() == "2027-01-25"
    assert await billing.verify() == []


@pytest.mark.rule("D9")
async def test_billing_starts_when_it_was_due_however_late_the_worker_comes(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()
    await billing.subscribed(customer, plan, delay_days=2)

    billing.move_to(billing.now + timedelta(days=5))
    await billing.run_jobs()

    [started] = await billing.events("billing_started", customer)
    [line] = await billing.rows("SELECT period_from, period_to FROM invoice_lines")
    assert started["started_at"] == "2027-01-12T09:30:00Z"
    assert [day.isoformat() for day in line.values()] == ["2027-01-12", "2027-02-11"]


@pytest.mark.rule("D9")
async def test_without_a_delay_billing_starts_with_the_service(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()

    order = await billing.subscribed(customer, plan)

    assert await clock(billing, order.service_id) == "started"
    assert len(await billing.events("mrr_changed", customer)) == 1


@pytest.mark.rule("D18")
async def test_a_service_that_could_not_be_provisioned_is_never_billed(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()
    order = billing.order(customer, plan)

    await billing.hear(order, billing.failed(order))
    await billing.day_by_day(40)

    [ended] = await billing.events("subscription_ended", customer)
    assert ended["reason"] == "provisioning_failed"
    assert await billing.invoices(customer) == []
    assert await billing.events("mrr_changed", customer) == []
    assert await billing.verify() == []


async def test_a_service_that_was_provisioned_in_a_retry_is_billed(billing: BillingHarness) -> None:
    customer, plan = await billing.customer(), await billing.plan()
    order = billing.order(customer, plan)
    await billing.hear(order, billing.failed(order, version=2))

    await billing.hear(billing.provisioned(order, version=4))
    await billing.run_jobs()

    assert await clock(billing, order.service_id) == "started"
    assert len(await billing.invoices(customer)) == 1


@pytest.mark.rule("D18", "D9")
@pytest.mark.parametrize("order_of_arrival", list(permutations(range(3))))
async def test_the_order_of_arrival_does_not_matter(billing: BillingHarness, order_of_arrival: tuple[int, ...]) -> None:
    customer, plan = await billing.customer(), await billing.plan()
    order = billing.order(customer, plan)
    events = [order, billing.failed(order, version=2), billing.provisioned(order, version=4, delay_days=15)]

    await billing.hear(*(events[place] for place in order_of_arrival))

    [row] = await billing.rows("SELECT clock, end_reason, begun_by FROM subscriptions")
    assert (row["clock"], row["end_reason"]) == ("pending", None)
    assert row["begun_by"] == order.actor.user_id


async def test_an_order_with_an_unknown_plan_is_dead_lettered(billing: BillingHarness) -> None:
    customer = await billing.customer()
    order = billing.order(customer, UUID(int=7))

    with pytest.raises(Permanent):
        await billing.hear(order)


@pytest.mark.rule("P5", "D20")
async def test_mrr_is_normalised_to_a_month_and_kept_apart_by_currency(billing: BillingHarness) -> None:
    customer = await billing.customer()
    await billing.bill_group(customer, "USD")

    await billing.subscribed(customer, await billing.plan(120_005, months=12))
    await billing.subscribed(customer, await billing.plan(5_000), quantity=3)
    await billing.subscribed(customer, await billing.plan(900, currency="USD"))
    await billing.subscribed(customer, await billing.plan(77_777), delay_days=15)

    published = await billing.events("mrr_changed", customer)
    assert published[-1]["mrr"] == [
        {"currency": "EUR", "amount_minor": 25_000},
        {"currency": "USD", "amount_minor": 900},
    ]
    assert [event["subject"]["version"] for event in published] == [1, 2, 3]
    assert await billing.verify() == []


@pytest.mark.rule("D20")
async def test_a_price_in_another_currency_is_billed_in_a_group_of_that_currency(billing: BillingHarness) -> None:
    customer = await billing.customer()
    dollars = await billing.bill_group(customer, "USD")

    await billing.subscribed(customer, await billing.plan(1_000))
    await billing.subscribed(customer, await billing.plan(2_000, currency="USD"), bill_group_id=dollars)
    await billing.subscribed(customer, await billing.plan(3_000, currency="USD"))
    await billing.run_jobs()

    totals = {(row["currency"], row["net_minor"]) for row in await billing.invoices(customer)}
    assert totals == {("EUR", 1_000), ("USD", 5_000)}


@pytest.mark.rule("D20")
async def test_billing_creates_no_group_and_waits_for_one_that_it_does_not_know_yet(billing: BillingHarness) -> None:
    customer = await billing.customer()
    yen = billing.order(customer, await billing.plan(1_000, currency="JPY"))
    unknown = billing.order(customer, await billing.plan(1_000), bill_group_id=uuid4())

    with pytest.raises(Permanent):
        await billing.hear(yen)
    with pytest.raises(NotYetKnown):
        await billing.hear(unknown)

    assert len(await billing.rows("SELECT * FROM bill_groups")) == 1
    assert await billing.rows("SELECT * FROM subscriptions") == []


@pytest.mark.rule("D9", "P5")
async def test_workers_that_start_the_billing_of_one_customers_groups_do_not_block_each_other(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes two subscriptions, of two groups in turn: one worker has them in the one order, the next one in the
    other, and all add to the one sum of the customer."""
    monkeypatch.setattr(jobs, "BATCH", 2)
    customer = await billing.customer()
    groups = [await billing.bill_group(customer, "EUR") for _ in range(2)]
    plan, events = await billing.plan(1_000), list[Event]()
    for group in [*groups, *reversed(groups)] * 10:
        billing.move_to(billing.now + timedelta(seconds=1))
        order = billing.order(customer, plan, bill_group_id=group)
        events += [order, billing.provisioned(order, delay_days=1)]
    await billing.hear(*events)
    billing.move_to(billing.now + timedelta(days=2))

    async def worker() -> int:
        started = 0
        while some := await jobs.start_due_billing(billing.job):
            started += some
        return started

    assert sum(await asyncio.gather(*(worker() for _ in range(4)))) == 40

    assert (await billing.events("mrr_changed", customer))[-1]["mrr"] == [{"currency": "EUR", "amount_minor": 40_000}]
    assert await billing.verify() == []
