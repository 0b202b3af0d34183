"""While the seller has switched paying online off, for a bill group or for everybody, nothing is charged."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.billing import payment_jobs
from services.billing.gateways.simulator.adapter import SimulatedGateway
from tests.billing.harness import RETURN_URL, BillingHarness, key
from tests.billing.paying import auto_pay, days_pass, work
from tests.billing.test_auto_pay import DUE_AFTER, later, with_auto_pay
from tests.billing.test_payment_outcomes import attempts

Switch = Callable[[bool], Awaitable[None]]
PAYING_IS_OFF = (409, "/problems/paying-is-off")


@pytest.fixture(params=["group", "setting"])
def switch(request: pytest.FixtureRequest, billing: BillingHarness, monkeypatch: pytest.MonkeyPatch) -> Switch:
    """Switches paying online for the one customer's group, or for everybody."""

    async def of_group(on: bool) -> None:
        [group] = await billing.rows("SELECT workspace_id, bill_group_id FROM bill_groups")
        path = f"/api/billing/customers/{group['workspace_id']}/bill-groups/{group['bill_group_id']}"
        answer = await billing.provider.http.patch(path, json={"paying_on": on}, headers=key())
        assert answer.status_code == 200, answer.text

    async def of_all(on: bool) -> None:
        monkeypatch.setattr(billing.running.runtime.settings, "online_payments", on)

    return of_group if request.param == "group" else of_all


async def states(billing: BillingHarness, customer: UUID) -> list[str]:
    found = await billing.rows("SELECT state FROM payments WHERE workspace_id = :w ORDER BY begun_at", w=customer)
    return [str(row["state"]) for row in found]


@pytest.mark.rule("O2", "L15", "O14")
async def test_a_due_charge_waits_and_goes_on_when_paying_is_on_again(billing: BillingHarness, switch: Switch) -> None:
    customer, _invoice, _jonas = await with_auto_pay(billing, "approved")

    await switch(False)
    await days_pass(billing, DUE_AFTER + 2)
    assert await states(billing, customer) == []

    await switch(True)
    await work(billing)
    assert await states(billing, customer) == ["succeeded"]
    assert await billing.verify() == []


@pytest.mark.rule("O2", "L15")
async def test_one_that_was_planned_before_waits_too_and_so_does_its_next_try(
    billing: BillingHarness, switch: Switch
) -> None:
    customer, _invoice, _jonas = await with_auto_pay(billing, "insufficient_funds")
    billing.move_to(billing.now + timedelta(days=DUE_AFTER))
    await payment_jobs.plan_charges(billing.job)

    await switch(False)
    await work(billing)
    assert await states(billing, customer) == []

    await switch(True)
    await work(billing)
    await switch(False)
    await days_pass(billing, 5)
    assert await states(billing, customer) == ["failed"]

    await switch(True)
    await work(billing)
    assert await states(billing, customer) == ["failed", "failed"]
    assert await billing.verify() == []


@pytest.mark.rule("O2", "L15")
async def test_an_unknown_outcome_is_looked_up_but_what_never_arrived_is_not_sent(
    billing: BillingHarness, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, invoice, jonas = await with_auto_pay(billing, "timeout_lost")
    billing.move_to(billing.now + timedelta(days=DUE_AFTER))
    await work(billing)
    assert await states(billing, customer) == ["created"]
    asked: list[str] = []
    for name in ("charge", "look_up"):
        monkeypatch.setattr(SimulatedGateway, name, _noted(name, asked))

    await switch(False)
    await later(billing)
    await work(billing)
    assert (await states(billing, customer), asked) == (["created"], ["look_up"])

    await switch(True)
    await later(billing)
    await work(billing)
    assert [each["state"] for each in await attempts(jonas, invoice)] == ["succeeded"]
    assert asked == ["look_up", "look_up", "charge"]
    assert await billing.verify() == []


def _noted(name: str, asked: list[str]) -> Any:
    real = getattr(SimulatedGateway, name)

    async def noted(self: SimulatedGateway, of: Any, *, key: str) -> Any:
        asked.append(name)
        return await real(self, of, key=key)

    return noted


@pytest.mark.rule("O2", "L15", "O14")
async def test_nothing_is_begun_that_would_lead_to_a_charge(billing: BillingHarness, switch: Switch) -> None:
    _customer, invoice, jonas = await with_auto_pay(billing, "approved")
    assert (await auto_pay(jonas, invoice, on=False)).status_code == 200

    await switch(False)
    method = {"bill_group_id": str(invoice["bill_group_id"]), "kind": "card", "return_url": RETURN_URL}
    refused = [
        await billing.pay(jonas, invoice),
        await auto_pay(jonas, invoice),
        await jonas.http.post("/api/billing/payment-methods", json=method, headers=key()),
    ]

    assert [(each.status_code, each.json()["type"]) for each in refused] == [PAYING_IS_OFF] * 3
    assert (await auto_pay(jonas, invoice, on=False)).status_code == 200, "off is always possible"
    assert len(await billing.rows("SELECT 1 FROM payment_methods")) == 1

    await switch(True)
    assert (await auto_pay(jonas, invoice)).status_code == 200


async def test_an_invoice_that_auto_pay_does_not_charge_is_reminded_of(billing: BillingHarness, switch: Switch) -> None:
    customer, _invoice, _jonas = await with_auto_pay(billing, "approved")

    await switch(False)
    await days_pass(billing, DUE_AFTER + 4)

    [event] = await billing.events("invoice_overdue", customer)
    assert event["reminder"] == 1
