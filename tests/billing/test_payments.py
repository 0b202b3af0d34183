import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from services.billing import payment_jobs as jobs
from services.billing.gateways.simulator.adapter import SimulatedGateway
from tests.billing.gateway import GATEWAY, call_back, event, written
from tests.billing.harness import ORIGIN, RETURN_URL, BillingHarness, key
from tests.harness.metrics import sample


async def state_of(billing: BillingHarness, customer: Any) -> tuple[str, int]:
    [invoice] = await billing.invoices(customer)
    return invoice["status"], invoice["paid_minor"]


@pytest.mark.rule("L15")
async def test_an_invoice_is_paid_on_the_gateways_page(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)

    told = sample("portico_gateway_callbacks_total", outcome="payment_succeeded")
    begun = (await billing.pay(jonas, invoice)).json()
    browser = billing.running.http()
    address = await billing.page(begun["pay_url"])
    page = await browser.get(address)
    back = await browser.post(f"{address}/pay")

    assert "€1,200.00" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert (back.status_code, back.headers["location"]) == (303, RETURN_URL)
    assert (await jonas.http.get(f"/api/billing/payments/{begun['id']}")).json()["state"] == "succeeded"
    assert await state_of(billing, customer) == ("paid", 120_000)
    [paid] = await billing.events("invoice_paid", customer)
    [succeeded] = await billing.events("payment_succeeded", customer)
    assert paid["subject"]["version"] == 2
    assert succeeded["actor"]["user_id"] == str(jonas.user_id)
    assert sample("portico_gateway_callbacks_total", outcome="payment_succeeded") == told + 1
    assert await billing.verify() == []


async def test_a_payment_page_closed_half_way_leaves_the_invoice_open_and_goes_on(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()

    again = await billing.pay(jonas, invoice)

    assert again.status_code == 201
    assert again.json()["id"] == first["id"]
    assert await state_of(billing, customer) == ("open", 0)
    assert (await billing.press(again.json()["pay_url"], "pay")).status_code == 303
    assert await state_of(billing, customer) == ("paid", 120_000)


async def test_a_declined_payment_leaves_the_invoice_open_for_another_attempt(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    first = (await billing.pay(jonas, invoice)).json()

    await billing.press(first["pay_url"], "decline")
    second = (await billing.pay(jonas, invoice)).json()

    [failed] = await billing.events("payment_failed", customer)
    assert failed["reason"] == "declined"
    assert second["id"] != first["id"]
    assert await state_of(billing, customer) == ("open", 0)


async def test_pay_pressed_on_the_page_of_a_declined_attempt_takes_no_money(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    page = await billing.page((await billing.pay(await billing.admin(customer), invoice)).json()["pay_url"])
    await billing.running.http().post(page + "/decline")

    late = await billing.running.http().post(page + "/pay")

    assert late.status_code == 303
    assert await state_of(billing, customer) == ("open", 0)


async def test_concurrent_payments_pay_once(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)

    begun = await asyncio.gather(*(billing.pay(jonas, invoice) for _ in range(20)))
    pages = [await billing.page(answer.json()["pay_url"]) for answer in begun]
    await asyncio.gather(*(billing.running.http().post(page + "/pay") for page in pages))

    assert len({answer.json()["id"] for answer in begun}) == 1
    assert await state_of(billing, customer) == ("paid", 120_000)
    assert len(await billing.events("payment_succeeded", customer)) == 1
    assert len(await billing.events("invoice_paid", customer)) == 1
    assert await billing.verify() == []


async def test_a_paid_invoice_is_not_paid_again(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    begun = (await billing.pay(jonas, invoice)).json()
    await billing.press(begun["pay_url"], "pay")

    again = await billing.pay(jonas, invoice)

    assert again.status_code == 409
    assert again.json()["type"] == "/problems/invoice-not-open"
    assert again.json()["state"] == "paid"


@pytest.mark.rule("D22")
async def test_the_same_key_gets_the_same_answer_and_another_body_under_it_is_refused(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    same = key()

    first, second = await billing.pay(jonas, invoice, **same), await billing.pay(jonas, invoice, **same)
    other = await billing.pay(jonas, {"id": uuid4()}, **same)
    body = {"invoices": [{"invoice_id": str(invoice["id"])}], "return_url": RETURN_URL}
    without = await jonas.http.post("/api/billing/payments", json=body)

    assert first.json() == second.json()
    assert (other.status_code, without.status_code) == (422, 422)


@pytest.mark.parametrize(
    "return_url",
    [
        "https://evil.example/", "//evil.example", "https://portal.larkspur.example@evil.example/", "/\\evil.example",
        "https://portal.larkspur.example\\@evil.example", "javascript:alert(1)", "https:portal.larkspur.example",
        "https://portal.larkspur.example.evil.example/", "https://portal.larkspur.example/\t",
    ],
)  # fmt: skip
async def test_people_are_sent_back_to_this_portal_only(billing: BillingHarness, return_url: str) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    body = {"invoices": [{"invoice_id": str(invoice["id"])}], "return_url": return_url}

    refused = await jonas.http.post("/api/billing/payments", json=body, headers=key())

    # Blanks around it are not part of what was sent, so that the last one is our own page.
    assert refused.status_code == (201 if return_url.endswith("\t") else 422)


async def test_a_callback_that_is_unsigned_old_replayed_or_of_another_tenant_changes_nothing(
    billing: BillingHarness,
) -> None:
    customer, invoice = await billing.invoiced()
    stranger, _ = await billing.invoiced()
    payment = (await billing.pay(await billing.admin(customer), invoice)).json()
    now = datetime.now(UTC)
    body, signature = written(payment, customer, "payment_succeeded")
    forged = SimulatedGateway(SecretStr("another-secret"), "").sign(body, now)
    stale = GATEWAY.sign(body, now - timedelta(minutes=6))
    elsewhere = written(payment, stranger, "payment_succeeded")
    foreign = written(payment, customer, "payment_succeeded", currency="USD")
    nonsense = b'{"a": 1}', GATEWAY.sign(b'{"a": 1}', now)

    wrong = [(body, ""), (body, "t=x,v1=y"), (body, forged), (body, stale), elsewhere, foreign, nonsense]
    answers = [await call_back(billing, *message) for message in wrong]

    assert [answer.status_code for answer in answers] == [400] * len(wrong)
    assert await state_of(billing, customer) == ("open", 0)

    right = [await call_back(billing, body, signature) for _ in range(2)]

    assert [answer.status_code for answer in right] == [204, 400]
    assert await state_of(billing, customer) == ("paid", 120_000)
    assert len(await billing.events("payment_succeeded", customer)) == 1


async def test_a_retry_by_the_gateway_is_answered_like_the_first_callback(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    payment = (await billing.pay(await billing.admin(customer), invoice)).json()
    now = datetime.now(UTC)
    body, first = written(payment, customer, "payment_succeeded")
    second = GATEWAY.sign(body, now + timedelta(seconds=3))

    answers = [await call_back(billing, body, signature) for signature in (first, second)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert await state_of(billing, customer) == ("paid", 120_000)


async def test_a_tampered_or_expired_payment_page_is_refused(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    payment = (await billing.pay(await billing.admin(customer), invoice)).json()
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE payments SET expires_at = now()"))
    url = payment["pay_url"].removeprefix(ORIGIN)

    links = [await billing.running.http().get(each) for each in (url[:-3] + "abc", url[:-3] + "%C3%BC%00")]
    pages = [
        await billing.running.http().post(f"/api/billing/simulated-gateway/{secret}/pay")
        for secret in ("abc", "%C3%BC")
    ]

    assert [answer.status_code for answer in (*links, *pages)] == [410] * 4
    assert await state_of(billing, customer) == ("open", 0)


async def test_an_abandoned_attempt_expires_in_real_time(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    await billing.pay(await billing.admin(customer), invoice)
    billing.move_to(billing.now + timedelta(days=2))
    assert await jobs.give_up_stale_payments(billing.job) == 0

    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE payments SET expires_at = now() - interval '11 minutes'"))
    assert await jobs.give_up_stale_payments(billing.job) == 1

    [failed] = await billing.events("payment_failed", customer)
    assert failed["reason"] == "expired"
    assert (await billing.pay(await billing.admin(customer), invoice)).status_code == 201


@pytest.mark.rule("L15")
async def test_without_a_gateway_the_answer_says_so(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    billing.running.runtime.settings.gateway = "none"

    answer = await billing.pay(jonas, invoice)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/payments-not-set-up")


def test_a_gateway_event_keeps_its_id() -> None:
    payment, customer = {"id": uuid4(), "amount_minor": 1, "currency": "EUR"}, uuid4()

    assert len({event(payment, customer, "payment_succeeded").event_id for _ in range(3)}) == 1
