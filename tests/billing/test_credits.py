"""Part payments, several invoices at once, and what becomes of money that no invoice takes."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.billing.gateways import port
from services.billing.gateways.simulator.adapter import SimulatedGateway
from tests.billing.gateway import tell
from tests.billing.harness import PROVIDER, BillingHarness, key
from tests.billing.paying import days_pass, money, work
from tests.billing.test_auto_pay import later
from tests.billing.test_payment_outcomes import attempts, expire
from tests.harness.services import Caller


async def two_invoices(billing: BillingHarness) -> tuple[UUID, list[dict[str, Any]], Caller]:
    customer, _ = await billing.invoiced()
    await billing.day_by_day(31)
    return customer, await billing.invoices(customer), await billing.admin(customer)


async def refund(billing: BillingHarness, customer: UUID, group: Any, minor: int, **headers: str) -> Any:
    path = f"/api/billing/customers/{customer}/bill-groups/{group}/credit-refunds"
    return await billing.provider.http.post(path, json={"amount_minor": minor}, headers=key() | headers)


async def credit_page(caller: Caller, customer: UUID, group: Any) -> Any:
    return await caller.http.get(f"/api/billing/customers/{customer}/bill-groups/{group}/credit")


async def overpaid(billing: BillingHarness) -> tuple[UUID, dict[str, Any], Caller]:
    """A customer whose invoice was paid twice: the second time is credit."""
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()
    await expire(billing)
    second = (await billing.pay(jonas, invoice)).json()
    for payment in (second, first):
        assert await tell(billing, customer, payment, "payment_succeeded", method="card") == 204
    return customer, invoice, jonas


@pytest.mark.rule("I8")
async def test_several_invoices_are_paid_at_once(billing: BillingHarness) -> None:
    customer, [first, second], jonas = await two_invoices(billing)

    begun = await billing.pay(jonas, first, second)
    assert begun.status_code == 201, begun.text
    await billing.press(begun.json()["pay_url"])

    assert begun.json()["amount_minor"] == first["total_minor"] + second["total_minor"]
    assert [each["status"] for each in await billing.invoices(customer)] == ["paid", "paid"]
    [event] = await billing.events("payment_succeeded", customer)
    assert [each["number"] for each in event["invoices"]] == [first["number"], second["number"]]
    [attempt] = await attempts(jonas, second)
    assert (attempt["amount_minor"], attempt["paid_minor"]) == (begun.json()["amount_minor"], second["total_minor"])
    assert await billing.verify() == []


@pytest.mark.rule("I8", "O12")
async def test_a_part_of_an_invoice_can_be_paid(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)

    await billing.press((await billing.pay(jonas, invoice, amount=50_000)).json()["pay_url"])

    [part] = await billing.invoices(customer)
    assert (part["status"], part["paid_minor"]) == ("partially_paid", 50_000)
    [event] = await billing.events("invoice_partly_paid", customer)
    assert (event["paid_minor"], event["outstanding_minor"]) == (50_000, 70_000)
    for status, count in (("open", 1), ("partially_paid", 1), ("paid", 0)):
        listed = await jonas.http.get("/api/billing/invoices", params={"status": status})
        assert len(listed.json()["items"]) == count
    [group] = (await jonas.http.get("/api/billing/bill-groups")).json()
    assert group["outstanding_minor"] == 70_000
    assert await billing.events("invoice_paid", customer) == []
    more = await billing.pay(jonas, invoice, amount=70_001)
    assert (more.status_code, more.json()["errors"][0]["code"]) == (422, "too_large")

    await billing.press((await billing.pay(jonas, invoice)).json()["pay_url"])

    assert (await billing.invoices(customer))[0]["status"] == "paid"
    assert len(await billing.events("invoice_paid", customer)) == 1
    assert await billing.verify() == []


async def test_invoices_of_two_groups_or_one_twice_are_refused(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    await billing.bill_group(customer, "USD")
    await billing.subscribed(customer, await billing.plan(1_000, currency="USD"))
    await billing.run_jobs()
    [euros, dollars] = await billing.invoices(customer)

    mixed, twice = await billing.pay(jonas, euros, dollars), await billing.pay(jonas, invoice, invoice)

    assert (mixed.status_code, twice.status_code) == (422, 422)
    assert mixed.json()["errors"][0]["pointer"] == "/invoices/1/invoice_id"


async def test_another_selection_waits_for_the_attempt_that_is_under_way(billing: BillingHarness) -> None:
    _, [first, second], jonas = await two_invoices(billing)
    begun = (await billing.pay(jonas, first)).json()

    both, part = await billing.pay(jonas, first, second), await billing.pay(jonas, first, amount=1)
    same = await billing.pay(jonas, first)

    assert [answer.json()["type"] for answer in (both, part)] == ["/problems/payment-under-way"] * 2
    assert same.json()["id"] == begun["id"]


async def test_another_amount_than_was_asked_for_is_recorded_as_it_came(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    payment = (await billing.pay(jonas, invoice)).json()

    assert await tell(billing, customer, payment, "payment_succeeded", amount=100_000) == 204

    assert (await billing.invoices(customer))[0]["status"] == "partially_paid"
    assert (await money(billing, customer))["received"] == 100_000
    assert await billing.verify() == []


async def test_credit_pays_the_next_invoice(billing: BillingHarness) -> None:
    customer, _, jonas = await overpaid(billing)
    [group] = (await jonas.http.get("/api/billing/bill-groups")).json()
    assert group["credit_minor"] == 120_000

    await billing.day_by_day(31)
    await work(billing)

    assert [each["status"] for each in await billing.invoices(customer)] == ["paid", "paid"]
    [applied] = await billing.events("credit_applied", customer)
    assert (applied["amount_minor"], applied["balance_minor"]) == (120_000, 0)
    assert len(await billing.events("credit_added", customer)) == 1
    assert await billing.verify() == []


async def test_credit_pays_at_once_what_is_open(billing: BillingHarness) -> None:
    customer, [first, second], jonas = await two_invoices(billing)
    payment = (await billing.pay(jonas, first)).json()

    await tell(billing, customer, payment, "payment_succeeded", amount=first["total_minor"] + 500)

    statuses = [(each["status"], each["paid_minor"]) for each in await billing.invoices(customer)]
    assert statuses == [("paid", first["total_minor"]), ("partially_paid", 500)]
    assert second["paid_minor"] == 0
    assert await billing.verify() == []


async def test_staff_pay_credit_back_once(billing: BillingHarness) -> None:
    customer, invoice, _jonas = await overpaid(billing)
    group, same = invoice["bill_group_id"], key()

    too_much = await refund(billing, customer, group, 120_001)
    answers = await asyncio.gather(*(refund(billing, customer, group, 100_000, **same) for _ in range(5)))
    others = await asyncio.gather(*(refund(billing, customer, group, 15_000) for _ in range(5)))
    await work(billing)

    assert too_much.json()["type"] == "/problems/not-that-much-credit"
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.status_code for answer in others) == [201, 409, 409, 409, 409]
    assert await money(billing, customer) == {
        "received": 240_000, "uncovered": 0, "paid": 120_000, "credit": 5_000, "refunded": 115_000,
    }  # fmt: skip
    page = (await credit_page(billing.provider, customer, group)).json()
    assert (page["credit_minor"], [each["state"] for each in page["refunds"]]) == (5_000, ["done", "done"])
    assert {entry["kind"] for entry in page["entries"]} == {"surplus", "refund"}
    [started, _] = await billing.events("credit_refund_started", customer)
    assert started["actor"]["user_id"] == str(billing.provider.user_id)
    assert (started["actor"]["via"], started["parent_workspace_id"]) == ("parent", str(PROVIDER))
    assert len(await billing.events("credit_refund_ended", customer)) == 2
    assert await billing.verify() == []


async def test_only_the_providers_admins_pay_back_and_only_their_customers(billing: BillingHarness) -> None:
    customer, invoice, jonas = await overpaid(billing)
    group = invoice["bill_group_id"]
    regular = await billing.running.caller("regular", workspace_id=PROVIDER, kind="provider")

    assert (await credit_page(jonas, customer, group)).status_code == 403
    assert (await credit_page(regular, customer, group)).status_code == 403
    assert (await credit_page(billing.provider, uuid4(), group)).status_code == 404
    assert (await credit_page(billing.provider, customer, uuid4())).status_code == 404
    assert (await refund(billing, uuid4(), group, 1)).status_code == 404


@pytest.mark.parametrize("answer", [port.Declined("expired"), port.Processing("r"), port.Unknown("silence")])
async def test_a_refund_that_is_not_sent_is_credit_again_or_sent_again(
    billing: BillingHarness, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, invoice, _ = await overpaid(billing)
    keys: list[str] = []

    async def answers(self: SimulatedGateway, of: port.Refund, *, key: str) -> Any:
        keys.append(key)
        return answer if len(keys) == 1 else port.Approved("r")

    monkeypatch.setattr(SimulatedGateway, "refund", answers)
    await refund(billing, customer, invoice["bill_group_id"], 1_000)
    await work(billing)
    await later(billing)
    await work(billing)

    [row] = await billing.rows("SELECT state FROM refunds")
    states = {port.Declined: "failed", port.Processing: "processing", port.Unknown: "done"}
    assert row["state"] == states[type(answer)]
    assert len(set(keys)) == 1
    assert (await money(billing, customer))["credit"] == (120_000 if row["state"] == "failed" else 119_000)
    assert await billing.verify() == []


async def test_a_lost_dispute_takes_the_money_back_wherever_it_went(billing: BillingHarness) -> None:
    customer, invoice, jonas = await overpaid(billing)
    await billing.day_by_day(31)
    await work(billing)  # the credit has paid the second invoice

    received = [each for each in await attempts(jonas, invoice) if each["paid_minor"] == 0]
    for told in ("dispute_opened", "dispute_lost"):
        assert await tell(billing, customer, received[0], told) == 204

    assert [each["status"] for each in await billing.invoices(customer)] == ["paid", "open"]
    assert [event["status"] for event in await billing.events("payment_disputed", customer)] == ["open", "lost"]
    assert await money(billing, customer) == {
        "received": 120_000, "uncovered": 0, "paid": 120_000, "credit": 0, "refunded": 0,
    }  # fmt: skip
    assert await billing.verify() == []


async def test_what_was_paid_back_and_is_then_taken_back_is_the_sellers_loss_and_known(billing: BillingHarness) -> None:
    customer, invoice, jonas = await overpaid(billing)
    await refund(billing, customer, invoice["bill_group_id"], 120_000)
    await work(billing)
    received = [each for each in await attempts(jonas, invoice) if each["paid_minor"] == 0]

    await tell(billing, customer, received[0], "payment_returned", reason="fraud")

    found = await money(billing, customer)
    assert found["received"] + found["uncovered"] == found["paid"] + found["credit"] + found["refunded"]
    assert await billing.verify() == []


async def test_a_refund_in_the_gateways_dashboard_reopens_the_invoice(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    payment = (await billing.pay(jonas, invoice)).json()
    await tell(billing, customer, payment, "payment_succeeded")

    assert await tell(billing, customer, payment, "refund_done", amount=20_000) == 204

    [part] = await billing.invoices(customer)
    assert (part["status"], part["paid_minor"]) == ("partially_paid", 100_000)
    [attempt] = await attempts(jonas, invoice)
    assert (attempt["paid_minor"], attempt["refunded_minor"]) == (100_000, 20_000)
    assert await billing.verify() == []


async def test_a_return_that_is_told_before_the_money_leaves_nothing(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    payment = (await billing.pay(await billing.admin(customer), invoice)).json()

    told = [await tell(billing, customer, payment, what) for what in ("payment_returned", "payment_succeeded")]

    assert told == [204, 204]
    assert (await billing.invoices(customer))[0]["status"] == "open"
    assert await billing.verify() == []


async def test_what_the_simulator_tells_twice_late_or_out_of_order_counts_once(billing: BillingHarness) -> None:
    for outcome in ("twice", "out_of_order", "late"):
        customer, invoice = await billing.invoiced()
        await billing.press(
            (await billing.pay(await billing.admin(customer), invoice)).json()["pay_url"], outcome=outcome
        )
        await days_pass(billing, 2)
        assert [each["status"] for each in await billing.invoices(customer)] == ["paid"]
        assert (await money(billing, customer))["received"] == 120_000
    assert await billing.verify() == []
