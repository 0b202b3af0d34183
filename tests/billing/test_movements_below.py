"""What moved the revenue of all customers of a partner in this month."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.billing.harness import BillingHarness

PATH = "/api/billing/mrr/customers"


async def moved(
    billing: BillingHarness, customer: UUID, minor: int, movement: str = "new", currency: str = "EUR", ago: int = 0
) -> None:
    month = f"date_trunc('month', date '{billing.now.date()}') - interval '{ago} month'"
    inserted = text(
        "INSERT INTO mrr_movements (workspace_id, month, currency, movement, minor)"
        f" VALUES ('{customer}', {month}, '{currency}', '{movement}', {minor})"
    )
    async with billing.running.database.owner.begin() as session:
        await session.execute(inserted)


async def seen(billing: BillingHarness, partner: UUID, role: str = "admin") -> Any:
    person = await billing.running.caller(role, workspace_id=partner, kind="partner")
    answer = await person.http.get(PATH)
    return answer.json() if answer.status_code == 200 else answer.status_code


@pytest.mark.rule("P5", "D20")
async def test_movements_of_all_direct_customers_are_added_up_by_currency(billing: BillingHarness) -> None:
    partner, other = uuid4(), uuid4()
    first, second = [await billing.customer(parent_workspace_id=partner) for _ in range(2)]
    stranger = await billing.customer(parent_workspace_id=other)
    await moved(billing, first, 1_000)
    await moved(billing, second, 500)
    await moved(billing, second, -200, "churn")
    await moved(billing, second, 70, currency="USD")
    await moved(billing, first, 9_000, "expansion", ago=1)
    await moved(billing, stranger, 4_000)

    found = await seen(billing, partner)

    month = found[0]["month"]
    assert date.fromisoformat(month).day == 1
    assert found == [
        {"currency": "EUR", "month": month, "movements": {"churn": -200, "new": 1_500}},
        {"currency": "USD", "month": month, "movements": {"new": 70}},
    ]
    assert await seen(billing, uuid4()) == []


@pytest.mark.rule("P13", "P21")
@pytest.mark.parametrize("role", ["regular", "read_only", "support", "member", "billing"])
async def test_only_who_sees_all_customers_gets_it(billing: BillingHarness, role: str) -> None:
    assert await seen(billing, uuid4(), role) == 403
