import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from services.billing import jobs
from services.billing.payments.gateway import Checkout, GatewayEvent
from services.billing.payments.simulator import SIGNATURE_HEADER, SimulatedGateway
from tests.billing.books import RETURN_URL, Books, key
from tests.harness.metrics import sample

GATEWAY = SimulatedGateway("only-for-tests", "https://portal.larkspur.example")


async def call_back(books: Books, body: bytes, signature: str) -> httpx.Response:
    headers = {SIGNATURE_HEADER: signature}
    return await books.running.http().post("/api/billing/gateway-events", content=body, headers=headers)


def checkout(payment: dict[str, Any], workspace_id: Any, **changes: Any) -> Checkout:
    found = {
        "payment_id": UUID(payment["id"]), "workspace_id": workspace_id, "invoice_number": "INV",
        "return_url": RETURN_URL, "amount_minor": payment["amount_minor"], "currency": payment["currency"],
        "expires_at": datetime.now(UTC),
    }  # fmt: skip
    return Checkout(**(found | changes))


async def state_of(books: Books, customer: Any) -> tuple[str, int]:
    [invoice] = await books.invoices(customer)
    return invoice["status"], invoice["paid_minor"]


@pytest.mark.rule("L15")
async def test_an_invoice_is_paid_on_the_gateways_page(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)

    told = sample("portico_gateway_callbacks_total", outcome="succeeded")
    begun = (await books.pay(jonas, invoice)).json()
    browser = books.running.http()
    page = await browser.get(books.page(begun["pay_url"]))
    back = await browser.post(books.page(begun["pay_url"]) + "/pay")

    assert "EUR 1,200.00" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert (back.status_code, back.headers["location"]) == (303, RETURN_URL)
    assert (await jonas.http.get(f"/api/billing/payments/{begun['id']}")).json()["state"] == "succeeded"
    assert await state_of(books, customer) == ("paid", 120_000)
    [paid] = await books.events("invoice_paid", customer)
    [succeeded] = await books.events("payment_succeeded", customer)
    assert paid["subject"]["version"] == 2
    assert succeeded["actor"]["user_id"] == str(jonas.user_id)
    assert sample("portico_gateway_callbacks_total", outcome="succeeded") == told + 1
    assert await books.verify() == []


async def test_a_payment_page_closed_half_way_leaves_the_invoice_open_and_goes_on(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)
    first = (await books.pay(jonas, invoice)).json()

    again = await books.pay(jonas, invoice)

    assert again.status_code == 201
    assert again.json()["id"] == first["id"]
    assert await state_of(books, customer) == ("open", 0)
    assert (await books.running.http().post(books.page(again.json()["pay_url"]) + "/pay")).status_code == 303
    assert await state_of(books, customer) == ("paid", 120_000)


async def test_a_declined_payment_leaves_the_invoice_open_for_another_attempt(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)
    first = (await books.pay(jonas, invoice)).json()

    await books.running.http().post(books.page(first["pay_url"]) + "/decline")
    second = (await books.pay(jonas, invoice)).json()

    [failed] = await books.events("payment_failed", customer)
    assert failed["reason"] == "declined"
    assert second["id"] != first["id"]
    assert await state_of(books, customer) == ("open", 0)


async def test_pay_pressed_on_the_page_of_a_declined_attempt_takes_no_money(books: Books) -> None:
    customer, invoice = await books.invoiced()
    page = books.page((await books.pay(await books.admin(customer), invoice)).json()["pay_url"])
    await books.running.http().post(page + "/decline")

    late = await books.running.http().post(page + "/pay")

    assert late.status_code == 303
    assert await state_of(books, customer) == ("open", 0)


async def test_paying_at_once_from_many_places_pays_once(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)

    begun = await asyncio.gather(*(books.pay(jonas, invoice) for _ in range(20)))
    pages = [books.page(answer.json()["pay_url"]) for answer in begun]
    await asyncio.gather(*(books.running.http().post(page + "/pay") for page in pages))

    assert len({answer.json()["id"] for answer in begun}) == 1
    assert await state_of(books, customer) == ("paid", 120_000)
    assert len(await books.events("payment_succeeded", customer)) == 1
    assert len(await books.events("invoice_paid", customer)) == 1
    assert await books.verify() == []


async def test_a_paid_invoice_is_not_paid_again(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)
    begun = (await books.pay(jonas, invoice)).json()
    await books.running.http().post(books.page(begun["pay_url"]) + "/pay")

    again = await books.pay(jonas, invoice)

    assert again.status_code == 409
    assert again.json()["type"] == "/problems/invoice-not-open"
    assert again.json()["state"] == "paid"


@pytest.mark.rule("D22")
async def test_the_same_key_gets_the_same_answer_and_another_body_under_it_is_refused(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)
    same = key()

    first, second = await books.pay(jonas, invoice, **same), await books.pay(jonas, invoice, **same)
    other = await books.pay(jonas, {"id": uuid4()}, **same)
    body = {"invoice_id": str(invoice["id"]), "return_url": RETURN_URL}
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
async def test_people_are_sent_back_to_this_portal_only(books: Books, return_url: str) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)
    body = {"invoice_id": str(invoice["id"]), "return_url": return_url}

    refused = await jonas.http.post("/api/billing/payments", json=body, headers=key())

    # Blanks around it are not part of what was sent, so that the last one is our own page.
    assert refused.status_code == (201 if return_url.endswith("\t") else 422)


async def test_a_callback_that_is_unsigned_old_replayed_or_of_another_tenant_changes_nothing(books: Books) -> None:
    customer, invoice = await books.invoiced()
    stranger, _ = await books.invoiced()
    payment = (await books.pay(await books.admin(customer), invoice)).json()
    now = datetime.now(UTC)
    body, signature = GATEWAY.write_event(checkout(payment, customer), "succeeded", now=now)
    forged = SimulatedGateway("another-secret", "").sign(body, now)
    stale = GATEWAY.sign(body, now - timedelta(minutes=6))
    elsewhere = GATEWAY.write_event(checkout(payment, stranger), "succeeded", now=now)
    cheaper = GATEWAY.write_event(checkout(payment, customer, amount_minor=1), "succeeded", now=now)
    nonsense = b'{"a": 1}', GATEWAY.sign(b'{"a": 1}', now)

    wrong = [(body, ""), (body, "t=x,v1=y"), (body, forged), (body, stale), elsewhere, cheaper, nonsense]
    answers = [await call_back(books, *message) for message in wrong]

    assert [answer.status_code for answer in answers] == [400] * len(wrong)
    assert await state_of(books, customer) == ("open", 0)

    right = [await call_back(books, body, signature) for _ in range(2)]

    assert [answer.status_code for answer in right] == [204, 400]
    assert await state_of(books, customer) == ("paid", 120_000)
    assert len(await books.events("payment_succeeded", customer)) == 1


async def test_the_gateways_own_second_try_is_answered_like_the_first(books: Books) -> None:
    customer, invoice = await books.invoiced()
    payment = (await books.pay(await books.admin(customer), invoice)).json()
    now = datetime.now(UTC)
    body, first = GATEWAY.write_event(checkout(payment, customer), "succeeded", now=now)
    second = GATEWAY.sign(body, now + timedelta(seconds=3))

    answers = [await call_back(books, body, signature) for signature in (first, second)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert await state_of(books, customer) == ("paid", 120_000)


async def test_a_tampered_or_expired_payment_page_is_over(books: Books) -> None:
    customer, invoice = await books.invoiced()
    payment = (await books.pay(await books.admin(customer), invoice)).json()
    expired = GATEWAY.page_url(checkout(payment, customer))

    answers = [
        await books.running.http().post(books.page(url) + "/pay") for url in (payment["pay_url"][:-3] + "abc", expired)
    ]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert await state_of(books, customer) == ("open", 0)


async def test_an_attempt_that_nobody_finished_is_given_up_in_real_time(books: Books) -> None:
    customer, invoice = await books.invoiced()
    await books.pay(await books.admin(customer), invoice)
    books.move_to(books.now + timedelta(days=2))
    assert await jobs.give_up_stale_payments(books.job) == 0

    async with books.running.database.owner.begin() as session:
        await session.execute(text("UPDATE payments SET expires_at = now() - interval '11 minutes'"))
    assert await jobs.give_up_stale_payments(books.job) == 1

    [failed] = await books.events("payment_failed", customer)
    assert failed["reason"] == "expired"
    assert (await books.pay(await books.admin(customer), invoice)).status_code == 201


@pytest.mark.rule("L15")
async def test_without_a_gateway_the_answer_says_so(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)
    books.running.runtime.settings.demo = False

    answer = await books.pay(jonas, invoice)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/payments-not-set-up")


def test_an_event_says_the_same_id_each_time() -> None:
    asked = Checkout(uuid4(), uuid4(), "INV", 1, "EUR", RETURN_URL, datetime.now(UTC))

    ids = {
        GatewayEvent.model_validate_json(GATEWAY.write_event(asked, "succeeded", now=datetime.now(UTC))[0]).event_id
        for _ in range(3)
    }

    assert len(ids) == 1
