"""Twenty at once pay one invoice: people, pages, callbacks that are told again, and auto-pay."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.billing import payment_jobs
from services.billing.gateways.simulator.adapter import SimulatedGateway
from tests.billing.gateway import call_back, tell, written
from tests.billing.harness import BillingHarness
from tests.billing.paying import auto_pay, money, save_method, work
from tests.harness.services import Caller

TOTAL = 120_000
TOOK = """
SELECT key, answer->>'kind' AS kind FROM simulated_payments WHERE workspace_id = :w AND key NOT LIKE 'page-%'
"""


async def given_up(billing: BillingHarness, jonas: Caller, invoice: dict[str, Any]) -> dict[str, Any]:
    """An attempt that was given up, although its page may still be paid on."""
    begun = (await billing.pay(jonas, invoice)).json()
    begun["page"] = await billing.page(begun["pay_url"])
    async with billing.running.database.owner.begin() as session:
        over = "UPDATE payments SET expires_at = now() - interval '11 minutes' WHERE id = :id"
        await session.execute(text(over), {"id": begun["id"]})
    await payment_jobs.give_up_stale_payments(billing.job)
    return dict(begun)


class SlowGateway:
    """The simulator, which takes money at once, and answers when it may."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()
        charge = SimulatedGateway.charge

        async def slowly(gateway: SimulatedGateway, of: Any, *, key: str) -> Any:
            answer = await charge(gateway, of, key=key)
            self.asked.set()
            await self.may_answer.wait()
            return answer

        patch.setattr(SimulatedGateway, "charge", slowly)


@pytest.mark.rule("D21", "I8", "L15", "O14")
@pytest.mark.parametrize(
    ("outcome", "asked_before"), [("approved", False), ("approved", True), ("timeout", True), ("twice", True)]
)
async def test_twenty_who_pay_one_invoice_at_once_pay_it_once(
    billing: BillingHarness, outcome: str, asked_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``asked_before``: the gateway has taken the money of auto-pay, but answers only after everything else."""
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first, second = [await given_up(billing, jonas, invoice) for _ in range(2)]
    await save_method(billing, jonas, invoice, outcome=outcome)
    assert (await auto_pay(jonas, invoice)).status_code == 200
    billing.move_to(billing.now + timedelta(days=14))
    await payment_jobs.plan_charges(billing.job)
    charging = asyncio.create_task(payment_jobs.charge_due_invoices(billing.job))
    slow = SlowGateway(monkeypatch)
    if asked_before:
        await slow.asked.wait()
    else:
        slow.may_answer.set()
    answers = await asyncio.gather(*twenty(billing, jonas, invoice, first, second))
    slow.may_answer.set()
    await charging

    assert set(answers[:5]) <= {201, 409}
    assert set(answers[8:12]) == {303}
    assert set(answers[12:]) == {204, 400}
    assert answers[12:].count(400) >= 3, "the very same message is taken once at most"
    await settled(billing, customer)
    await has_one_effect(billing, customer, {first["id"], second["id"]})


def twenty(
    billing: BillingHarness, jonas: Caller, invoice: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> list[Coroutine[Any, Any, int]]:
    """People begin to pay, workers charge, a page's button is pressed, and callbacks come: the very same message, and
    the same event again."""
    customer = UUID(str(invoice["workspace_id"]))
    replayed = written(first, customer, "payment_succeeded")

    async def begin() -> int:
        return int((await billing.pay(jonas, invoice)).status_code)

    async def press() -> int:
        return (await billing.running.http().post(second["page"] + "/pay")).status_code

    async def send_again() -> int:
        return (await call_back(billing, *replayed)).status_code

    return [
        *(begin() for _ in range(5)),
        *(payment_jobs.charge_due_invoices(billing.job) for _ in range(3)),
        *(press() for _ in range(4)),
        *(send_again() for _ in range(4)),
        *(tell(billing, customer, first, "payment_succeeded", anew=n % 2 == 0) for n in range(4)),
    ]


async def settled(billing: BillingHarness, customer: UUID) -> None:
    """Days later: what was unknown is looked up, and what nobody paid on is given up."""
    for _ in range(2):
        async with billing.running.database.owner.begin() as session:
            await session.execute(text("UPDATE charges SET due_at = now() WHERE due_at IS NOT NULL"))
            over = "UPDATE payments SET expires_at = now() - interval '15 days' WHERE workspace_id = :w"
            await session.execute(text(over), {"w": customer})
        billing.move_to(billing.now + timedelta(days=1))
        await payment_jobs.give_up_stale_payments(billing.job)
        await work(billing)


async def has_one_effect(billing: BillingHarness, customer: UUID, told: set[str]) -> None:
    """The invoice is paid once. What came more, and no more than came, is credit; each thing is told once."""
    charged = {row["key"] for row in await billing.rows(TOOK, w=customer) if row["kind"] == "approved"}
    assert len(charged) <= 1
    came = told | charged
    [invoice] = await billing.invoices(customer)
    assert (invoice["status"], invoice["paid_minor"]) == ("paid", TOTAL)
    assert await money(billing, customer) == {
        "received": TOTAL * len(came), "uncovered": 0, "paid": TOTAL, "credit": TOTAL * (len(came) - 1), "refunded": 0,
    }  # fmt: skip
    succeeded = Counter(event["payment_id"] for event in await billing.events("payment_succeeded", customer))
    assert succeeded == Counter(came)
    added = Counter(event["payment_id"] for event in await billing.events("credit_added", customer))
    assert (len(added), set(added.values())) == (len(came) - 1, {1})
    assert [event["invoice_id"] for event in await billing.events("invoice_paid", customer)] == [str(invoice["id"])]
    for other in ("invoice_reopened", "invoice_partly_paid", "credit_applied"):
        assert await billing.events(other, customer) == []
    assert await billing.verify() == []


async def test_twenty_payers_and_callbacks_at_once_leave_one_effect(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    people = [await billing.admin(customer) for _ in range(4)]
    begun = await asyncio.gather(*(begun_by(billing, person, invoice) for person in people * 5))
    assert len({each["id"] for each in begun}) == 1

    told = await asyncio.gather(
        *(tell(billing, customer, begun[0], what, anew=True)
          for what in ("payment_succeeded", "payment_processing", "payment_failed", "payment_succeeded") * 5)
    )  # fmt: skip

    assert set(told) == {204}
    assert len(await billing.events("payment_succeeded", customer)) == 1
    assert len(await billing.events("invoice_paid", customer)) == 1
    assert (await money(billing, customer))["received"] == 120_000
    assert await billing.verify() == []


async def begun_by(billing: BillingHarness, person: Caller, invoice: dict[str, Any]) -> dict[str, Any]:
    """A payment, once the service has time for it: it refuses who waits for a connection for too long."""
    while (answer := await billing.pay(person, invoice)).status_code == 503:
        pass
    begun: dict[str, Any] = answer.json()
    return begun
