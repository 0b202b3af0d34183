"""Staff see the groups that the billing run left out, and have them billed again."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.billing.harness import PROVIDER, BillingHarness, key

PARKED = "/api/billing/billing-runs/parked"


async def parked_group(billing: BillingHarness) -> tuple[UUID, str]:
    """A customer whose group is left out, as its terms are an error."""
    customer = await billing.customer()
    await billing.subscribed(customer, await billing.plan(1_000))
    await _terms(billing, customer, 2_000_000_000)
    await billing.run_jobs()
    [row] = await billing.rows("SELECT bill_group_id FROM parked_groups")
    return customer, str(row["bill_group_id"])


async def _terms(billing: BillingHarness, customer: UUID, days: int) -> None:
    async with billing.running.database.owner.begin() as session:
        values = {"w": customer, "days": days}
        await session.execute(text("UPDATE bill_groups SET terms_days = :days WHERE workspace_id = :w"), values)


async def test_staff_see_what_is_left_out_and_have_it_billed_when_it_is_right(billing: BillingHarness) -> None:
    customer, group = await parked_group(billing)

    [shown] = (await billing.provider.http.get(PARKED)).json()["items"]
    assert (shown["id"], shown["workspace_id"], shown["customer_name"]) == (group, str(customer), "Northwind Logistics")
    assert (shown["reason"], shown["detail"], shown["billing_on"]) == ("failed", "OverflowError", "2027-01-10")

    await _terms(billing, customer, 14)
    await billing.run_jobs()
    assert await billing.invoices(customer) == [], "it waits until it is tried again"
    answer = await billing.provider.http.post(f"{PARKED}/{group}/retry", headers=key())
    await billing.run_jobs()

    assert answer.status_code == 204
    assert len(await billing.invoices(customer)) == 1
    assert (await billing.provider.http.get(PARKED)).json()["items"] == []
    again = await billing.provider.http.post(f"{PARKED}/{group}/retry", headers=key())
    assert again.status_code == 404


@pytest.mark.rule("K14")
async def test_who_had_a_group_billed_again_is_in_the_customers_log_once(billing: BillingHarness) -> None:
    customer, group = await parked_group(billing)

    for _ in range(2):
        await billing.provider.http.post(f"{PARKED}/{group}/retry", headers=key())

    [event] = await billing.events("bill_group_retried", customer)
    assert (event["bill_group_id"], event["billing_on"]) == (group, "2027-01-10")
    assert event["parent_workspace_id"] == str(PROVIDER)
    assert (event["actor"]["user_id"], event["actor"]["via"]) == (str(billing.provider.user_id), "parent")
    assert event["subject"]["type"] == "bill_group"


async def test_one_that_is_still_wrong_is_left_out_again(billing: BillingHarness) -> None:
    customer, group = await parked_group(billing)

    await billing.provider.http.post(f"{PARKED}/{group}/retry", headers=key())
    await billing.run_jobs()

    assert len((await billing.provider.http.get(PARKED)).json()["items"]) == 1
    assert await billing.invoices(customer) == []


async def test_nobody_else_sees_or_tries_them(billing: BillingHarness) -> None:
    customer, group = await parked_group(billing)

    for caller in (await billing.admin(customer), await billing.running.caller("admin", workspace_id=uuid4())):
        assert (await caller.http.get(PARKED)).status_code == 403
        assert (await caller.http.post(f"{PARKED}/{group}/retry", headers=key())).status_code == 403
    assert len(await billing.rows("SELECT 1 FROM parked_groups")) == 1
