"""A payment that its provider declined, and that it reports as received later all the same."""

from tests.billing.harness import BillingHarness
from tests.billing.paying import days_pass, money


async def test_a_declined_payment_that_is_received_after_all_is_credit_if_another_has_paid(
    billing: BillingHarness,
) -> None:
    customer, invoice = await billing.invoiced()
    person = await billing.admin(customer)
    await billing.press((await billing.pay(person, invoice)).json()["pay_url"], outcome="declined_late")
    await billing.press((await billing.pay(person, invoice)).json()["pay_url"], outcome="approved")

    await days_pass(billing, 1)

    assert [each["status"] for each in await billing.invoices(customer)] == ["paid"]
    found = await money(billing, customer)
    assert (found["received"], found["paid"], found["credit"]) == (240_000, 120_000, 120_000)
    assert await billing.verify() == []
