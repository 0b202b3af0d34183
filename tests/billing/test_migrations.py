"""A database that is in use still works after an upgrade."""

from tests.billing.harness import PROVIDER, BillingHarness

ORIGINS = "SELECT begun_by, correlation_id, begun_by_address, begun_via, parent_workspace_id FROM {}"


async def test_subscriptions_and_payments_keep_who_began_them(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()
    jonas = await billing.admin(customer)
    begun = (await billing.pay(jonas, invoice)).json()
    [subscription] = await billing.rows(ORIGINS.format("subscriptions"))
    [payment] = await billing.rows(ORIGINS.format("payments"))

    await billing.running.database.downgrade("billing_0001")
    [before] = await billing.rows("SELECT ordered_by, correlation_id FROM subscriptions")
    await billing.running.database.migrate()

    assert list(before.values()) == [subscription["begun_by"], subscription["correlation_id"]]
    unknown = {"begun_by_address": None, "begun_via": "system", "parent_workspace_id": PROVIDER}
    assert await billing.rows(ORIGINS.format("subscriptions")) == [subscription | unknown]
    assert await billing.rows(ORIGINS.format("payments")) == [payment | unknown]
    paid = await billing.press(begun["pay_url"], "pay")
    assert paid.status_code == 303
    [succeeded] = await billing.events("payment_succeeded", customer)
    assert succeeded["actor"]["user_id"] == str(jonas.user_id)
    assert succeeded["correlation_id"] == str(payment["correlation_id"])


async def test_totals_are_added_up_from_the_invoices_that_are_there(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced(one_off=7_000)
    begun = (await billing.pay(await billing.admin(customer), invoice)).json()
    await billing.press(begun["pay_url"], "pay")
    await billing.day_by_day(31)
    kept = [await billing.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("open_amounts", "spend")]

    await billing.running.database.downgrade("billing_0003")
    await billing.running.database.migrate()

    assert [len(rows) for rows in kept] == [2, 2]
    assert [await billing.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("open_amounts", "spend")] == kept
    assert await billing.verify() == []
    await billing.day_by_day(31)
    assert await billing.verify() == []


async def test_what_was_ordered_before_services_had_names_is_called_by_its_product(billing: BillingHarness) -> None:
    customer, invoice = await billing.invoiced()

    await billing.running.database.downgrade("billing_0005")
    await billing.running.database.migrate()

    [subscription] = await billing.rows("SELECT description, product_name FROM subscriptions")
    [line] = await billing.rows("SELECT description, product_name, days FROM invoice_lines")
    assert subscription == {"description": "Port 10 Gbps", "product_name": "Port 10 Gbps"}
    assert line == {"description": "Port 10 Gbps", "product_name": "", "days": None}
    answer = await (await billing.admin(customer)).http.get(f"/api/billing/invoices/{invoice['id']}/pdf")
    assert answer.content.startswith(b"%PDF")
    await billing.day_by_day(31)
    assert [each["days"] for each in await billing.rows("SELECT days FROM invoice_lines ORDER BY period_from")] == [
        None,
        28,
    ]
