"""Steps of tests about money: methods that are saved, days that pass, what there is afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.billing import jobs, payment_jobs
from tests.billing.harness import RETURN_URL, BillingHarness, key
from tests.harness.services import Caller

MONEY = """
SELECT
  coalesce((SELECT sum(amount_minor) FROM payments WHERE state = 'succeeded' AND workspace_id = :w), 0) AS received,
  coalesce((SELECT sum(uncovered_minor) FROM payments WHERE workspace_id = :w), 0) AS uncovered,
  coalesce((SELECT sum(paid_minor) FROM invoices WHERE workspace_id = :w), 0) AS paid,
  coalesce((SELECT sum(minor) FROM credits WHERE workspace_id = :w), 0) AS credit,
  coalesce((SELECT sum(amount_minor) FROM refunds WHERE workspace_id = :w AND state <> 'failed'), 0) AS refunded
"""


async def money(billing: BillingHarness, customer: UUID) -> dict[str, int]:
    """What was received of a customer, and where it is."""
    [found] = await billing.rows(MONEY, w=customer)
    return {name: int(minor) for name, minor in found.items()}


async def save_method(
    billing: BillingHarness,
    caller: Caller,
    invoice: dict[str, Any],
    kind: str = "card",
    choice: str = "save",
    **form: str,
) -> str:
    """Save a method on the simulator's page. Returns its id."""
    body = {"bill_group_id": str(invoice["bill_group_id"]), "kind": kind, "return_url": RETURN_URL}
    begun = await caller.http.post("/api/billing/payment-methods", json=body, headers=key())
    assert begun.status_code == 201, begun.text
    went = await billing.press(begun.json()["setup_url"], choice, **form)
    assert went.status_code == 303, went.text
    return str(begun.json()["id"])


async def auto_pay(caller: Caller, invoice: dict[str, Any], *, on: bool = True) -> Any:
    path = f"/api/billing/payment-methods/auto-pay/{invoice['bill_group_id']}"
    return await caller.http.put(path, json={"on": on})


async def work(billing: BillingHarness) -> None:
    """Run the jobs of payments until nothing is due now."""
    some = (payment_jobs.plan_charges, payment_jobs.charge_due_invoices, payment_jobs.tell_simulated_outcomes,
            payment_jobs.send_refunds, payment_jobs.apply_credits, payment_jobs.end_payment_methods,
            payment_jobs.forget_removed_methods, jobs.send_reminders)  # fmt: skip
    while sum([await job(billing.job) for job in some]):
        pass


async def days_pass(billing: BillingHarness, days: int) -> None:
    """Day by day, as a worker would see them, each day a minute later."""
    for _ in range(days):
        billing.move_to(billing.now + timedelta(days=1, minutes=1))
        await work(billing)
