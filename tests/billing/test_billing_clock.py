from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from shared.errors import Permanent
from tests.billing.books import Books


async def clock(books: Books, service_id: UUID) -> str:
    [row] = await books.rows("SELECT clock FROM subscriptions WHERE service_id = :s", s=service_id)
    return str(row["clock"])


@pytest.mark.rule("D9", "P6", "P5")
async def test_a_port_costs_nothing_for_15_days_and_counts_in_the_mrr_from_then_on(books: Books) -> None:
    customer, plan = await books.customer(), await books.plan(80_000)

    order = await books.subscribed(customer, plan, delay_days=15, quantity=2)
    await books.day_by_day(14)

    assert await clock(books, order.service_id) == "pending"
    assert await books.events("mrr_changed", customer) == []
    assert await books.invoices(customer) == []

    await books.day_by_day(1)

    [started] = await books.events("billing_started", customer)
    [mrr] = await books.events("mrr_changed", customer)
    [invoice] = await books.invoices(customer)
    assert started["started_at"] == "2027-01-25T09:30:00Z"
    assert mrr["mrr"] == [{"currency": "EUR", "amount_minor": 160_000}]
    assert invoice["issued_on"].isoformat() == "2027-01-25"
    assert await books.verify() == []


@pytest.mark.rule("D9")
async def test_billing_starts_when_it_was_due_however_late_the_worker_comes(books: Books) -> None:
    customer, plan = await books.customer(), await books.plan()
    await books.subscribed(customer, plan, delay_days=2)

    books.move_to(books.now + timedelta(days=5))
    await books.run_jobs()

    [started] = await books.events("billing_started", customer)
    [line] = await books.rows("SELECT period_from, period_to FROM invoice_lines")
    assert started["started_at"] == "2027-01-12T09:30:00Z"
    assert [day.isoformat() for day in line.values()] == ["2027-01-12", "2027-02-11"]


@pytest.mark.rule("D9")
async def test_without_a_delay_billing_starts_with_the_service(books: Books) -> None:
    customer, plan = await books.customer(), await books.plan()

    order = await books.subscribed(customer, plan)

    assert await clock(books, order.service_id) == "started"
    assert len(await books.events("mrr_changed", customer)) == 1


@pytest.mark.rule("D18")
async def test_a_service_that_could_not_be_made_is_never_billed(books: Books) -> None:
    customer, plan = await books.customer(), await books.plan()
    order = books.order(customer, plan)

    await books.hear(order, books.failed(order))
    await books.day_by_day(40)

    [ended] = await books.events("subscription_ended", customer)
    assert ended["reason"] == "provisioning_failed"
    assert await books.invoices(customer) == []
    assert await books.events("mrr_changed", customer) == []
    assert await books.verify() == []


async def test_a_service_that_was_made_at_the_second_try_is_billed(books: Books) -> None:
    customer, plan = await books.customer(), await books.plan()
    order = books.order(customer, plan)
    await books.hear(order, books.failed(order, version=2))

    await books.hear(books.provisioned(order, version=4))
    await books.run_jobs()

    assert await clock(books, order.service_id) == "started"
    assert len(await books.invoices(customer)) == 1


@pytest.mark.rule("D18", "D9")
@pytest.mark.parametrize("order_of_arrival", list(permutations(range(3))))
async def test_the_order_of_arrival_does_not_matter(books: Books, order_of_arrival: tuple[int, ...]) -> None:
    customer, plan = await books.customer(), await books.plan()
    order = books.order(customer, plan)
    events = [order, books.failed(order, version=2), books.provisioned(order, version=4, delay_days=15)]

    await books.hear(*(events[place] for place in order_of_arrival))

    [row] = await books.rows("SELECT clock, end_reason, begun_by FROM subscriptions")
    assert (row["clock"], row["end_reason"]) == ("pending", None)
    assert row["begun_by"] == order.actor.user_id


async def test_an_order_at_a_plan_that_does_not_exist_is_put_aside(books: Books) -> None:
    customer = await books.customer()
    order = books.order(customer, UUID(int=7))

    with pytest.raises(Permanent):
        await books.hear(order)


@pytest.mark.rule("P5", "D20")
async def test_mrr_is_normalised_to_a_month_and_kept_apart_by_currency(books: Books) -> None:
    customer = await books.customer()

    await books.subscribed(customer, await books.plan(120_005, months=12))
    await books.subscribed(customer, await books.plan(5_000), quantity=3)
    await books.subscribed(customer, await books.plan(900, currency="USD"))
    await books.subscribed(customer, await books.plan(77_777), delay_days=15)

    published = await books.events("mrr_changed", customer)
    assert published[-1]["mrr"] == [
        {"currency": "EUR", "amount_minor": 25_000},
        {"currency": "USD", "amount_minor": 900},
    ]
    assert [event["subject"]["version"] for event in published] == [1, 2, 3]
    assert await books.verify() == []


@pytest.mark.rule("D20")
async def test_a_price_in_another_currency_is_billed_in_a_group_of_that_currency(books: Books) -> None:
    customer = await books.customer()

    await books.subscribed(customer, await books.plan(1_000))
    await books.subscribed(customer, await books.plan(2_000, currency="USD"))
    await books.subscribed(customer, await books.plan(3_000, currency="USD"))
    await books.run_jobs()

    totals = {(row["currency"], row["net_minor"]) for row in await books.invoices(customer)}
    assert totals == {("EUR", 1_000), ("USD", 5_000)}
