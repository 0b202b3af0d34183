"""A database that was in use goes on after an upgrade."""

from tests.billing.books import PROVIDER, Books

ORIGINS = "SELECT begun_by, correlation_id, begun_by_address, begun_via, parent_workspace_id FROM {}"


async def test_subscriptions_and_payments_keep_who_began_them(books: Books) -> None:
    customer, invoice = await books.invoiced()
    jonas = await books.admin(customer)
    begun = (await books.pay(jonas, invoice)).json()
    [subscription] = await books.rows(ORIGINS.format("subscriptions"))
    [payment] = await books.rows(ORIGINS.format("payments"))

    await books.running.database.downgrade("billing_0001")
    [before] = await books.rows("SELECT ordered_by, correlation_id FROM subscriptions")
    await books.running.database.migrate()

    assert list(before.values()) == [subscription["begun_by"], subscription["correlation_id"]]
    unknown = {"begun_by_address": None, "begun_via": "system", "parent_workspace_id": PROVIDER}
    assert await books.rows(ORIGINS.format("subscriptions")) == [subscription | unknown]
    assert await books.rows(ORIGINS.format("payments")) == [payment | unknown]
    paid = await books.running.http().post(books.page(begun["pay_url"]) + "/pay")
    assert paid.status_code == 303
    [succeeded] = await books.events("payment_succeeded", customer)
    assert succeeded["actor"]["user_id"] == str(jonas.user_id)
    assert succeeded["correlation_id"] == str(payment["correlation_id"])
