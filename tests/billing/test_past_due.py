"""A bill group that owes something for 30 days is past due, until that is paid."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.billing import jobs
from tests.billing.harness import BillingHarness


async def told(billing: BillingHarness, customer: UUID) -> list[bool]:
    return [event["past_due"] for event in await billing.events("bill_group_updated", customer)]


async def days_after_due(billing: BillingHarness, invoice: dict[str, Any], days: int) -> None:
    due = billing.now.replace(year=invoice["due_on"].year, month=invoice["due_on"].month, day=invoice["due_on"].day)
    billing.move_to(due + timedelta(days=days))
    while await jobs.note_past_due(billing.job):
        pass


@pytest.mark.rule("K2")
async def test_it_is_past_due_30_days_after_the_due_date_and_no_more_as_soon_as_it_is_paid(
    billing: BillingHarness,
) -> None:
    customer, invoice = await billing.invoiced()

    await days_after_due(billing, invoice, 29)
    assert True not in await told(billing, customer)
    await days_after_due(billing, invoice, 30)
    await days_after_due(billing, invoice, 31)
    assert (await told(billing, customer)).count(True) == 1
    [group] = (await (await billing.admin(customer)).http.get("/api/billing/bill-groups")).json()
    assert group["past_due"] is True
    begun = (await billing.pay(await billing.admin(customer), invoice)).json()
    await billing.press(begun["pay_url"])

    assert (await told(billing, customer))[-1] is False
    assert [line for line in await billing.verify() if "past due" in line] == []


async def test_it_stays_past_due_while_another_invoice_is(billing: BillingHarness) -> None:
    customer, first = await billing.invoiced()
    await billing.day_by_day(31)
    second = (await billing.invoices(customer))[1]
    await days_after_due(billing, first, 30)
    await days_after_due(billing, second, 30)
    begun = (await billing.pay(await billing.admin(customer), first)).json()
    await billing.press(begun["pay_url"])

    assert (await told(billing, customer))[-1] is True


async def test_where_services_are_never_suspended_nothing_is_past_due(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    await days_after_due(billing, invoice, 30)
    billing.job.settings.suspend_after_days = 0

    await days_after_due(billing, invoice, 400)

    assert (await told(billing, customer))[-1] is False
