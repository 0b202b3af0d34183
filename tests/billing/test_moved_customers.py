"""A customer that goes to another seller: who sees what it owes and brings from then on, and that nothing else
changes."""

from typing import Any
from uuid import UUID, uuid4

from shared.events.identity import WorkspaceMoved
from tests.billing.harness import BillingHarness
from tests.billing.test_failing_payments import invoiced, move_past_due
from tests.billing.test_failing_payments import seen as owed_below
from tests.billing.test_movements_below import seen as movements_below


async def goes(billing: BillingHarness, customer: UUID, to: UUID) -> None:
    """What identity says once the customer has consented."""
    said: dict[str, Any] = {"kind": "customer", "slug": "northwind", "display_name": "Northwind", "connected": True}
    await billing.hear(
        WorkspaceMoved(
            workspace_id=customer, parent_workspace_id=to, **said, account_number="LKS-1", move_id=uuid4(),
            from_company="Meridian Partners", to_company="Alder Networks",
            proposed_by=uuid4(), subject_version=9,
        )
    )  # fmt: skip


async def test_what_a_customer_owes_and_brings_follows_it(billing: BillingHarness) -> None:
    former, latter = uuid4(), uuid4()
    customer, invoice = await invoiced(billing, former)
    move_past_due(billing, invoice, 1)
    before = [await movements_below(billing, partner) for partner in (former, latter)]

    await goes(billing, customer, latter)

    assert [(await owed_below(billing, partner))["customers"] for partner in (former, latter)] == [0, 1]
    assert before[0] != before[1] == []
    assert [await movements_below(billing, partner) for partner in (former, latter)] == before[::-1]
    assert await billing.verify() == []


async def test_invoices_subscriptions_and_bill_groups_stay_as_they_are(billing: BillingHarness) -> None:
    former, latter = uuid4(), uuid4()
    customer, _ = await invoiced(billing, former)
    kept = [f"SELECT * FROM {table} ORDER BY 1" for table in ("invoices", "subscriptions", "bill_groups")]
    before = [await billing.rows(each) for each in kept]

    await goes(billing, customer, latter)
    await billing.run_jobs()

    assert [await billing.rows(each) for each in kept] == before
    assert await billing.verify() == []
