"""The customers of a partner with overdue invoices or failed payments."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.billing.harness import BillingHarness

PATH = "/api/billing/failing-payments"


async def seen(billing: BillingHarness, partner: UUID, role: str = "admin", **asked: Any) -> Any:
    person = await billing.running.caller(role, workspace_id=partner, kind="partner")
    answer = await person.http.get(PATH, params=asked)
    return answer.json() if answer.status_code == 200 else answer.status_code


async def invoiced(billing: BillingHarness, partner: UUID, recurring: int = 100_000) -> tuple[UUID, dict[str, Any]]:
    """A customer of the partner with one open invoice."""
    customer = await billing.customer(parent_workspace_id=partner)
    await billing.subscribed(customer, await billing.plan(recurring))
    await billing.run_jobs()
    [invoice] = await billing.invoices(customer)
    return customer, invoice


def move_past_due(billing: BillingHarness, invoice: dict[str, Any], days: int) -> None:
    over = invoice["due_on"] - billing.now.date() + timedelta(days=days)
    billing.move_to(billing.now + over)


@pytest.mark.rule("P13", "D20")
async def test_an_overdue_invoice_is_seen_by_the_workspace_above_until_it_is_paid(billing: BillingHarness) -> None:
    partner = uuid4()
    customer, invoice = await invoiced(billing, partner)
    await invoiced(billing, uuid4())
    assert (await seen(billing, partner))["items"] == []

    move_past_due(billing, invoice, 12)

    found = await seen(billing, partner)
    owed = [{"currency": "EUR", "amount_minor": invoice["total_minor"]}]
    (item,) = found["items"]
    assert (found["customers"], found["is_all"], found["totals"]) == (1, True, owed)
    assert (item["workspace_id"], item["amounts"], item["invoices"]) == (str(customer), owed, 1)
    assert (item["days_overdue"], item["due_on"], item["payment_failed_at"]) == (12, str(invoice["due_on"]), None)
    assert await billing.verify() == []

    payer = await billing.admin(customer)
    begun = (await billing.pay(payer, invoice)).json()
    await billing.press(begun["pay_url"])

    assert await seen(billing, partner) == {"customers": 0, "is_all": True, "totals": [], "items": []}
    assert await billing.verify() == []


async def test_a_failed_payment_is_seen_before_the_invoice_is_due_and_no_longer_once_a_part_is_paid(
    billing: BillingHarness,
) -> None:
    partner = uuid4()
    customer, invoice = await invoiced(billing, partner)
    payer = await billing.admin(customer)

    begun = (await billing.pay(payer, invoice)).json()
    await billing.press(begun["pay_url"], outcome="declined")

    (item,) = (await seen(billing, partner))["items"]
    assert (item["days_overdue"], item["amounts"][0]["amount_minor"]) == (0, invoice["total_minor"])
    assert item["payment_failed_at"] is not None
    assert await billing.verify() == []

    part = (await billing.pay(payer, invoice, amount=100)).json()
    await billing.press(part["pay_url"])

    assert (await seen(billing, partner))["items"] == []
    move_past_due(billing, invoice, 1)
    (item,) = (await seen(billing, partner))["items"]
    assert item["amounts"][0]["amount_minor"] == invoice["total_minor"] - 100
    assert item["payment_failed_at"] is None


async def test_those_that_are_overdue_longest_come_first_and_all_are_added_up(billing: BillingHarness) -> None:
    partner = uuid4()
    first, invoice = await invoiced(billing, partner)
    billing.move_to(billing.now + timedelta(days=3))
    second, later = await invoiced(billing, partner, 5_000)
    move_past_due(billing, later, 1)

    found = await seen(billing, partner, limit=1)

    assert [item["workspace_id"] for item in found["items"]] == [str(first)]
    assert found["customers"] == 2
    assert found["totals"][0]["amount_minor"] == invoice["total_minor"] + later["total_minor"]
    assert [item["workspace_id"] for item in (await seen(billing, partner))["items"]] == [str(first), str(second)]


@pytest.mark.rule("P13", "P21")
@pytest.mark.parametrize("role", ["regular", "read_only", "support", "member", "billing"])
async def test_only_who_sees_all_customers_gets_it(billing: BillingHarness, role: str) -> None:
    assert await seen(billing, uuid4(), role) == 403


async def test_who_has_another_workspace_above_it_is_seen_by_that_one(billing: BillingHarness) -> None:
    former, latter = uuid4(), uuid4()
    customer, invoice = await invoiced(billing, former)
    move_past_due(billing, invoice, 1)

    async with billing.running.database.owner.begin() as session:
        move = text("UPDATE workspace_copies SET parent_workspace_id = :to WHERE id = :id")
        await session.execute(move, {"to": latter, "id": customer})

    assert (await seen(billing, former))["customers"] == 0
    assert (await seen(billing, latter))["customers"] == 1
    assert await billing.verify() == []


async def test_an_upgrade_finds_what_is_owed_and_what_failed(billing: BillingHarness) -> None:
    partner = uuid4()
    customer, invoice = await invoiced(billing, partner)
    begun = (await billing.pay(await billing.admin(customer), invoice)).json()
    await billing.press(begun["pay_url"], outcome="declined")
    before = await billing.rows("SELECT * FROM owed_invoices")

    await billing.running.database.downgrade("billing_0050")
    await billing.running.database.migrate()

    assert await billing.rows("SELECT * FROM owed_invoices") == before != []
    assert await billing.verify() == []
