"""Payment methods: saved at the gateway, the default one, removed."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.billing.harness import BillingHarness, key
from tests.billing.paying import auto_pay, methods, save_method, work


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
