"""What becomes of a payment: declined, processed, received late, received twice. Who began it, and how, is told."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.billing import payment_jobs as jobs
from services.billing.gateways.port import DECLINED
from services.billing.gateways.simulator.scripts import DECLINES, SCRIPTS
from services.billing.simulated_gateway.words import CHARGES, OUTCOMES, REASONS
from tests.billing.gateway import tell
from tests.billing.harness import BillingHarness
from tests.harness.services import Caller


async def attempts(caller: Caller, invoice: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    asked = {"invoice_id": str(invoice["id"])} | query
    answer = await caller.http.get("/api/billing/payments", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def credit(billing: BillingHarness) -> int:
    """The credit of the only group that has some."""
    [found] = await billing.rows("SELECT minor FROM credits WHERE minor > 0")
    return int(found["minor"])


async def expire(billing: BillingHarness) -> None:
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE payments SET expires_at = now() - interval '11 minutes'"))
    assert await jobs.give_up_stale_payments(billing.job) == 1


async def test_everything_that_is_told_of_a_payment_names_the_invoice_and_the_person(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced(one_off=500)
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()
    await billing.press(first["pay_url"], "decline", **{"method": "card", "reason": "insufficient_funds"})
    second = (await billing.pay(jonas, invoice)).json()
    await billing.press(second["pay_url"], "pay", **{"method": "direct_debit"})

    started = await billing.events("payment_started", customer)
    [failed], [succeeded] = [await billing.events(f"payment_{what}", customer) for what in ("failed", "succeeded")]
    [paid] = await billing.events("invoice_paid", customer)
    assert [each["payment_id"] for each in started] == [first["id"], second["id"]]
    for event in (*started, failed, succeeded):
        assert event["invoice_number"] == invoice["number"]
        assert (event["bill_group_id"], event["begun_by"]) == (str(invoice["bill_group_id"]), str(jonas.user_id))
    for event in (*started, failed, succeeded, paid):
        actor = event["actor"]
        assert (actor["kind"], actor["user_id"], actor["address"]) == ("user", str(jonas.user_id), jonas.address)
        assert actor["via"] == "self"
    assert (failed["reason"], failed["method"], succeeded["method"]) == ("insufficient_funds", "card", "direct_debit")
    assert (paid["paid_by"], paid["method"], paid["line_count"]) == (str(jonas.user_id), "direct_debit", 2)
    assert [line["description"] for line in paid["lines"]] == ["Port 10 Gbps, set-up", "Port 10 Gbps"]
    assert paid["net_minor"] + paid["tax_minor"] == paid["total_minor"]


async def test_a_partners_payment_is_told_as_one_on_behalf(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    tom = await billing.running.caller("admin", workspace_id=customer, via="on_behalf", address="tom@meridian.example")

    begun = (await billing.pay(tom, invoice)).json()
    await billing.press(begun["pay_url"], "pay")

    for name in ("payment_started", "payment_succeeded", "invoice_paid"):
        [event] = await billing.events(name, customer)
        assert (event["actor"]["via"], event["actor"]["address"]) == ("on_behalf", "tom@meridian.example")
    [attempt] = await attempts(await billing.admin(customer), invoice)
    assert (attempt["begun_via"], attempt["begun_by_address"]) == ("on_behalf", "tom@meridian.example")


async def test_the_attempts_to_pay_an_invoice_are_listed_with_their_outcome(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()
    await tell(billing, customer, first, "payment_failed", reason="card_expired", method="card")
    billing.move_to(billing.now + timedelta(days=1))
    second = (await billing.pay(jonas, invoice)).json()

    waiting, declined = await attempts(await billing.running.caller("read_only", workspace_id=customer), invoice)

    assert (waiting["id"], waiting["state"], waiting["settled_at"]) == (second["id"], "requires_action", None)
    assert (declined["id"], declined["state"], declined["failure_reason"]) == (first["id"], "failed", "card_expired")
    assert (declined["method"], declined["begun_by"]) == ("card", str(jonas.user_id))
    assert declined["begun_at"] < declined["settled_at"] < waiting["begun_at"]
    assert "pay_url" not in waiting
    page = (await jonas.http.get("/api/billing/payments", params={"invoice_id": str(invoice["id"]), "limit": 1})).json()
    assert page["items"] == [waiting]
    assert await attempts(jonas, invoice, cursor=page["next"]) == [declined]


@pytest.mark.rule("D5")
async def test_attempts_of_another_tenant_are_as_unknown_as_those_of_no_invoice(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    await billing.pay(await billing.admin(customer), invoice)
    stranger = await billing.admin(await billing.customer())
    elsewhere = await billing.running.caller("billing", workspace_id=customer, bill_group_id=uuid4())
    supporter = await billing.running.caller("support", workspace_id=customer)

    assert await attempts(stranger, invoice) == await attempts(stranger, {"id": uuid4()}) == []
    assert await attempts(elsewhere, invoice) == []
    refused = await supporter.http.get("/api/billing/payments", params={"invoice_id": str(invoice["id"])})
    assert refused.status_code == 403


async def test_a_payment_that_takes_time_is_processed_and_then_counts(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    begun = (await billing.pay(jonas, invoice)).json()

    back = await billing.press(begun["pay_url"], "pay", method="bank_transfer", outcome="settles")
    [processing] = await attempts(jonas, invoice)
    meanwhile = await billing.pay(jonas, invoice)

    assert back.status_code == 303
    assert (processing["state"], processing["method"]) == ("processing", "bank_transfer")
    assert (meanwhile.status_code, meanwhile.json()["type"]) == (409, "/problems/payment-under-way")
    assert await billing.events("invoice_paid", customer) == []
    assert await jobs.tell_simulated_outcomes(billing.job) == 0

    billing.move_to(billing.now + timedelta(days=3, minutes=1))
    assert await jobs.tell_simulated_outcomes(billing.job) == 1

    assert (await billing.invoices(customer))[0]["status"] == "paid"
    [succeeded] = await attempts(jonas, invoice)
    assert (succeeded["state"], succeeded["method"]) == ("succeeded", "bank_transfer")


@pytest.mark.rule("L15")
async def test_a_payment_that_succeeds_after_its_page_expired_counts_once_and_is_told(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()
    await expire(billing)
    second = (await billing.pay(jonas, invoice)).json()

    assert await tell(billing, customer, first, "payment_succeeded", method="card") == 204

    superseded, succeeded = await attempts(jonas, invoice)
    assert (superseded["id"], superseded["failure_reason"]) == (second["id"], "superseded")
    assert (succeeded["state"], succeeded["failure_reason"]) == ("succeeded", None)
    assert len(await billing.events("invoice_paid", customer)) == 1
    assert [event["reason"] for event in await billing.events("payment_failed", customer)] == ["expired"]
    assert await billing.verify() == []


async def test_money_that_comes_twice_pays_once_and_the_rest_is_credit(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()
    await expire(billing)
    second = (await billing.pay(jonas, invoice)).json()
    await tell(billing, customer, second, "payment_processing", method="direct_debit")

    told = [await tell(billing, customer, each, "payment_succeeded") for each in (first, second)]

    assert told == [204, 204]
    assert [each["state"] for each in await attempts(jonas, invoice)] == ["succeeded", "succeeded"]
    assert [each["paid_minor"] for each in await attempts(jonas, invoice)] == [0, 120_000]
    assert await credit(billing) == 120_000
    assert len(await billing.events("payment_succeeded", customer)) == 2
    assert len(await billing.events("invoice_paid", customer)) == 1
    assert await billing.verify() == []


async def test_late_successes_of_two_attempts_at_once_pay_once(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()
    await expire(billing)
    second = (await billing.pay(jonas, invoice)).json()
    await expire(billing)

    told = await asyncio.gather(*(tell(billing, customer, each, "payment_succeeded") for each in (first, second)))

    assert told == [204, 204]
    assert sorted(each["paid_minor"] for each in await attempts(jonas, invoice)) == [0, 120_000]
    assert await credit(billing) == 120_000
    assert len(await billing.events("invoice_paid", customer)) == 1
    assert await billing.verify() == []


async def test_a_payment_whose_outcome_is_never_told_is_given_up_after_days(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    begun = (await billing.pay(jonas, invoice)).json()
    await tell(billing, customer, begun, "payment_processing")
    assert await jobs.give_up_stale_payments(billing.job) == 0

    await expire(billing)

    [failed] = await billing.events("payment_failed", customer)
    assert (failed["reason"], failed["actor"]["user_id"]) == ("unanswered", str(jonas.user_id))
    assert (await billing.pay(jonas, invoice)).status_code == 201


async def test_an_attempt_that_expired_is_told_as_that_of_who_began_it(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas, mei = await billing.admin(customer), await billing.admin(customer)
    await billing.pay(jonas, invoice)
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE payments SET expires_at = now()"))
    under_way = await billing.pay(mei, invoice)
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE payments SET expires_at = now() - interval '10 minutes'"))

    await billing.pay(mei, invoice)

    assert under_way.json()["type"] == "/problems/payment-under-way"

    [failed] = await billing.events("payment_failed", customer)
    assert failed["actor"]["user_id"] == failed["begun_by"] == str(jonas.user_id)


def test_the_simulator_plays_every_reason_and_one_that_nobody_knows() -> None:
    assert set(REASONS) > set(DECLINED)
    assert set(REASONS) == set(DECLINES)
    assert set(OUTCOMES) < set(CHARGES) < set(SCRIPTS)
