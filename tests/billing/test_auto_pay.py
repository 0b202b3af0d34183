"""Saved methods, and invoices that are charged to them by themselves."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.billing import payment_jobs
from services.billing.gateways import port
from services.billing.gateways.events import MethodRemoved
from services.billing.gateways.simulator.adapter import SimulatedGateway
from tests.billing.gateway import GATEWAY, call_back
from tests.billing.harness import BillingHarness, key
from tests.billing.paying import auto_pay, days_pass, money, save_method, work
from tests.billing.test_payment_outcomes import attempts
from tests.harness.services import Caller

DUE_AFTER = 14


async def methods(caller: Caller) -> list[dict[str, Any]]:
    answer = await caller.http.get("/api/billing/payment-methods")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def with_auto_pay(billing: BillingHarness, outcome: str, kind: str = "card") -> tuple[UUID, Any, Caller]:
    """A customer whose open invoice is charged when it is due."""
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    await save_method(billing, jonas, invoice, kind, outcome=outcome)
    assert (await auto_pay(jonas, invoice)).status_code == 200
    return customer, invoice, jonas


async def charges(billing: BillingHarness) -> list[dict[str, Any]]:
    return await billing.rows("SELECT * FROM charges")


@pytest.mark.rule("O7", "O24", "O25", "K3")
@pytest.mark.parametrize("kind", ["card", "sepa_debit", "ach_debit"])
async def test_a_method_is_saved_on_the_gateways_page_and_the_first_one_is_the_default(
    billing: BillingHarness, kind: str
) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)

    method_id = await save_method(billing, jonas, invoice, kind)

    [method] = await methods(jonas)
    assert (method["id"], method["kind"], method["state"], method["is_default"]) == (method_id, kind, "active", True)
    assert len(method["last_four"]) == 4
    assert (method["expires_on"] is None) == (kind != "card")
    [added] = await billing.events("payment_method_added", customer)
    assert (added["actor"]["user_id"], added["verified"]) == (str(jonas.user_id), True)
    assert await billing.verify() == []


async def test_a_method_that_was_not_entered_or_refused_is_not_there(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)

    await save_method(billing, jonas, invoice, choice="decline")
    body = {"bill_group_id": str(invoice["bill_group_id"]), "kind": "card", "return_url": "https://evil.example/"}
    foreign = await jonas.http.post("/api/billing/payment-methods", json=body, headers=key())

    assert await methods(jonas) == []
    assert foreign.status_code == 422
    assert await billing.events("payment_method_added", customer) == []


@pytest.mark.rule("O18", "D17")
async def test_the_default_can_be_changed_and_goes_last(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = await save_method(billing, jonas, invoice)
    second = await save_method(billing, jonas, invoice, "sepa_debit")
    path = "/api/billing/payment-methods"

    needed = await jonas.http.delete(f"{path}/{first}")
    changed = await jonas.http.put(f"{path}/{second}/default")
    removed = await jonas.http.delete(f"{path}/{first}")
    await work(billing)

    assert (needed.status_code, needed.json()["type"]) == (409, "/problems/default-method-needed")
    assert (changed.status_code, removed.status_code) == (200, 204)
    assert [(each["id"], each["is_default"]) for each in await methods(jonas)] == [(second, True)]
    assert len(await billing.events("default_payment_method_changed", customer)) == 2
    assert len(await billing.events("payment_method_removed", customer)) == 1
    [gone] = await billing.rows("SELECT due_at, lease_id FROM payment_methods WHERE state = 'removed'")
    assert gone == {"due_at": None, "lease_id": None}


@pytest.mark.rule("D17")
async def test_a_default_that_nothing_needs_can_be_removed(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    method = await save_method(billing, jonas, invoice)
    await billing.press((await billing.pay(jonas, invoice)).json()["pay_url"])
    path = f"/api/billing/payment-methods/{method}"
    assert (await auto_pay(jonas, invoice)).status_code == 200
    assert (await jonas.http.delete(path)).status_code == 409
    assert (await auto_pay(jonas, invoice, on=False)).status_code == 200

    assert (await jonas.http.delete(path)).status_code == 204

    assert (await auto_pay(jonas, invoice)).json()["type"] == "/problems/auto-pay-needs-method"
    assert [event["on"] for event in await billing.events("auto_pay_changed", customer)] == [True, False]


async def test_an_account_that_is_not_verified_cannot_be_charged_yet(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)

    method = await save_method(billing, jonas, invoice, "ach_debit", verified="no")

    [pending] = await methods(jonas)
    assert (pending["state"], pending["is_default"]) == ("pending_verification", False)
    default = await jonas.http.put(f"/api/billing/payment-methods/{method}/default")
    assert (default.status_code, default.json()["state"]) == (409, "pending_verification")
    assert (await auto_pay(jonas, invoice)).status_code == 409


async def test_many_people_who_choose_a_default_leave_one(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    saved = [await save_method(billing, jonas, invoice) for _ in range(3)]

    path = "/api/billing/payment-methods"
    answers = await asyncio.gather(*(jonas.http.put(f"{path}/{each}/default") for each in saved * 3))

    assert {answer.status_code for answer in answers} == {200}
    assert sum(each["is_default"] for each in await methods(jonas)) == 1


@pytest.mark.rule("D5")
async def test_methods_of_another_tenant_or_group_are_as_unknown_as_none(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    method = await save_method(billing, await billing.admin(customer), invoice)
    stranger = await billing.admin(await billing.customer())
    elsewhere = await billing.running.caller("billing", workspace_id=customer, bill_group_id=uuid4())
    member = await billing.running.caller("regular", workspace_id=customer)

    for caller in (stranger, elsewhere):
        assert await methods(caller) == []
        assert (await caller.http.delete(f"/api/billing/payment-methods/{method}")).status_code == 404
        assert (await auto_pay(caller, invoice)).status_code == 404
    assert (await member.http.get("/api/billing/payment-methods")).status_code == 403


@pytest.mark.parametrize("label", ["4242 4242 4242 4242", "my 5555555555554444", "378282246310005"])
async def test_a_card_number_gets_nowhere(billing: BillingHarness, label: str) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    about = {
        "bill_group_id": str(invoice["bill_group_id"]),
        "kind": "card",
        "return_url": "https://portal.larkspur.example/",
    }

    body = await jonas.http.post("/api/billing/payment-methods", json=about | {"label": label}, headers=key())
    address = await jonas.http.get("/api/billing/payment-methods", params={"bill_group_id": label})

    assert (body.status_code, body.json()["errors"][0]["code"]) == (422, "card_number")
    assert address.status_code == 422
    assert label not in address.text
    method = await save_method(billing, jonas, invoice)
    async with billing.running.database.owner() as session:
        with pytest.raises(IntegrityError):
            await session.execute(
                text("UPDATE payment_methods SET label = :label WHERE id = :id"), {"label": label, "id": method}
            )


@pytest.mark.rule("O14")
async def test_a_due_invoice_is_charged_once_on_its_due_date(billing: BillingHarness) -> None:
    customer, invoice, jonas = await with_auto_pay(billing, "approved")
    await days_pass(billing, DUE_AFTER - 1)
    assert await attempts(jonas, invoice) == []

    billing.move_to(billing.now + timedelta(days=1))
    await payment_jobs.plan_charges(billing.job)
    await asyncio.gather(*(payment_jobs.charge_due_invoices(billing.job) for _ in range(6)))
    await days_pass(billing, 3)

    [paid] = await attempts(jonas, invoice)
    assert (paid["state"], paid["automatic"], paid["method"]) == ("succeeded", True, "card")
    [event] = await billing.events("payment_succeeded", customer)
    assert (event["automatic"], event["actor"]["kind"]) == (True, "system")
    assert await money(billing, customer) == {
        "received": 120_000, "uncovered": 0, "paid": 120_000, "credit": 0, "refunded": 0,
    }  # fmt: skip
    assert await billing.verify() == []


async def test_a_declined_charge_is_tried_again_after_2_5_7_and_7_days_and_then_staff_are_told(
    billing: BillingHarness,
) -> None:
    customer, invoice, jonas = await with_auto_pay(billing, "insufficient_funds")

    await days_pass(billing, DUE_AFTER + 40)

    failed = await billing.events("payment_failed", customer)
    days = [(event["occurred_at"][:10], event["next_try_on"]) for event in failed]
    assert days == [
        ("2027-01-24", "2027-01-26"), ("2027-01-26", "2027-01-31"), ("2027-01-31", "2027-02-07"),
        ("2027-02-07", "2027-02-14"), ("2027-02-14", None),
    ]  # fmt: skip
    assert {event["reason"] for event in failed} == {"insufficient_funds"}
    assert await billing.events("invoice_overdue", customer) == []
    assert len(await billing.events("invoice_long_overdue", customer)) == 1
    assert len(await attempts(jonas, invoice)) == 5
    assert [row["state"] for row in await charges(billing)] == ["exhausted"]
    assert await billing.verify() == []


@pytest.mark.parametrize(
    ("outcome", "states"),
    [("timeout", ["succeeded"]), ("timeout_declined", ["failed"]), ("timeout_lost", ["succeeded"])],
)
async def test_an_unknown_outcome_is_looked_up_before_anything_else_is_tried(
    billing: BillingHarness, outcome: str, states: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _customer, invoice, jonas = await with_auto_pay(billing, outcome)
    billing.move_to(billing.now + timedelta(days=DUE_AFTER))
    await payment_jobs.plan_charges(billing.job)
    asked: list[str] = []
    charge = SimulatedGateway.charge

    async def counted(self: SimulatedGateway, of: port.Charge, *, key: str) -> port.Result:
        asked.append(key)
        return await charge(self, of, key=key)

    monkeypatch.setattr(SimulatedGateway, "charge", counted)
    assert await payment_jobs.charge_due_invoices(billing.job) == 1
    assert [each["state"] for each in await attempts(jonas, invoice)] == ["created"]
    meanwhile = await billing.pay(jonas, invoice)
    assert meanwhile.json()["type"] == "/problems/payment-under-way"
    assert await payment_jobs.charge_due_invoices(billing.job) == 0

    await later(billing)
    assert await payment_jobs.charge_due_invoices(billing.job) == 1

    assert [each["state"] for each in await attempts(jonas, invoice)] == states
    assert len(set(asked)) == 1
    assert len(asked) == (2 if outcome == "timeout_lost" else 1)
    assert await billing.verify() == []


async def later(billing: BillingHarness) -> None:
    """Let the leases that wait for real time be due."""
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE charges SET due_at = now() WHERE due_at IS NOT NULL"))
        await session.execute(text("UPDATE refunds SET due_at = now() WHERE due_at IS NOT NULL"))


async def test_a_worker_that_dies_after_the_gateway_was_asked_charges_once(
    billing: BillingHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, invoice, jonas = await with_auto_pay(billing, "approved")
    billing.move_to(billing.now + timedelta(days=DUE_AFTER))
    await payment_jobs.plan_charges(billing.job)
    charge = SimulatedGateway.charge

    async def die(self: SimulatedGateway, of: port.Charge, *, key: str) -> port.Result:
        await charge(self, of, key=key)
        raise RuntimeError("the worker is gone")

    monkeypatch.setattr(SimulatedGateway, "charge", die)
    await payment_jobs.charge_due_invoices(billing.job)
    await later(billing)
    await payment_jobs.charge_due_invoices(billing.job)

    [paid] = await attempts(jonas, invoice)
    assert paid["state"] == "succeeded"
    assert (await money(billing, customer))["received"] == 120_000
    assert await billing.verify() == []


async def test_a_debit_is_processed_for_days_and_then_received(billing: BillingHarness) -> None:
    _customer, invoice, jonas = await with_auto_pay(billing, "settles", "sepa_debit")

    await days_pass(billing, DUE_AFTER + 1)
    [processing] = await attempts(jonas, invoice)
    await days_pass(billing, 3)

    [received] = await attempts(jonas, invoice)
    assert (processing["state"], received["state"], received["method"]) == ("processing", "succeeded", "direct_debit")
    assert await billing.verify() == []


async def test_a_debit_that_the_bank_returns_reopens_the_invoice_and_is_tried_again(billing: BillingHarness) -> None:
    customer, _invoice, _jonas = await with_auto_pay(billing, "returned", "sepa_debit")

    await days_pass(billing, DUE_AFTER + 9)

    assert (await billing.invoices(customer))[0]["status"] == "open"
    [returned] = await billing.events("payment_returned", customer)
    [reopened] = await billing.events("invoice_reopened", customer)
    assert (returned["reason"], reopened["outstanding_minor"]) == ("mandate_revoked", 120_000)
    assert [row["state"] for row in await charges(billing)] == ["waiting"]
    assert (await money(billing, customer))["received"] == 0
    assert await billing.verify() == []


async def test_auto_pay_that_is_switched_off_charges_nothing_more_and_reminds(billing: BillingHarness) -> None:
    customer, invoice, jonas = await with_auto_pay(billing, "insufficient_funds")
    await days_pass(billing, DUE_AFTER)
    assert (await auto_pay(jonas, invoice, on=False)).status_code == 200

    await days_pass(billing, 12)

    assert len(await attempts(jonas, invoice)) == 1
    assert len(await billing.events("invoice_overdue", customer)) == 2

    assert (await auto_pay(jonas, invoice)).status_code == 200
    await work(billing)
    assert len(await attempts(jonas, invoice)) == 2


@pytest.mark.rule("O7")
async def test_a_card_that_ends_is_told_of_30_and_7_days_before_and_then_declined(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    await save_method(billing, jonas, invoice, expires="soon")
    assert (await auto_pay(jonas, invoice)).status_code == 200

    await days_pass(billing, 31)

    told = await billing.events("payment_method_expiring", customer)
    assert [(event["days_left"], event["expires_on"]) for event in told] == [(20, "2027-01-31"), (7, "2027-01-31")]
    [method] = await methods(jonas)
    assert (method["state"], method["is_default"]) == ("expired", True)
    await billing.run_jobs()
    await days_pass(billing, 20)
    failed = await billing.events("payment_failed", customer)
    assert {event["reason"] for event in failed} == {"card_expired"}


async def test_a_method_that_the_gateway_removed_ends_auto_pay(billing: BillingHarness) -> None:
    customer, _invoice, jonas = await with_auto_pay(billing, "approved")
    [method] = await methods(jonas)
    gone = MethodRemoved(event_id=uuid4(), workspace_id=customer, method_id=UUID(method["id"]))

    answer = await call_back(billing, *GATEWAY.write_callback(gone, now=billing.running.runtime.clock.real_now()))

    assert answer.status_code == 204
    assert await methods(jonas) == []
    assert [event["on"] for event in await billing.events("auto_pay_changed", customer)] == [True, False]
    assert await billing.verify() == []
