"""What is to pay and what ends soon, in all workspaces of a person (I1, I6, I8)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.own_accounts import MOST
from tests.billing.harness import PROVIDER, TODAY, BillingHarness
from tests.harness.services import Caller

ROLES = ("admin", "regular", "member", "additional", "read_only", "support", "billing")
SEE_MONEY = {"admin", "regular", "member", "additional", "read_only"}
PAY = {"admin", "regular"}


async def accounts(caller: Caller) -> dict[UUID, dict[str, Any]]:
    answer = await caller.http.get("/api/billing/own-accounts")
    assert answer.status_code == 200, answer.text
    return {UUID(each["workspace_id"]): each for each in answer.json()}


@pytest.mark.rule("I1", "I8", "D5", "D20")
async def test_each_account_says_what_is_to_pay_as_far_as_the_role_there_sees_it(billing: BillingHarness) -> None:
    northwind, invoice = await billing.invoiced(100_000)
    fjord, of_fjord = await billing.invoiced(50_000)
    dollars = await billing.bill_group(fjord, "USD")
    await billing.subscribed(fjord, await billing.plan(1_000, currency="USD"), bill_group_id=dollars)
    await billing.run_jobs()
    halcyon, _ = await billing.invoiced(70_000)
    ana = await billing.admin(northwind)
    await billing.running.let_in(ana, fjord, "billing", source="access_rule", bill_group_id=of_fjord["bill_group_id"])
    await billing.running.let_in(ana, halcyon, "support")

    fresh = await accounts(ana)
    billing.move_to(TODAY + timedelta(days=40))
    late = await accounts(ana)

    assert set(fresh) == {northwind, fjord}
    assert [each["currency"] for each in fresh[fjord]["owed"]] == ["EUR"], "the other bill group is somebody else's"
    [owed] = fresh[northwind]["owed"]
    assert (owed["open_minor"], owed["overdue_minor"]) == (invoice["total_minor"], 0)
    assert owed["next_due_on"] == invoice["due_on"].isoformat()
    assert late[northwind]["owed"][0]["overdue_minor"] == invoice["total_minor"]
    assert (fresh[northwind]["may_pay"], fresh[fjord]["may_pay"]) == (True, True)


@pytest.mark.rule("I1", "I24")
async def test_what_ends_within_60_days_is_told_with_what_happens_then(billing: BillingHarness) -> None:
    customer = await billing.customer()
    soon = await billing.subscribed(customer, await billing.plan(term_months=1, at_term_end="end"))
    await billing.subscribed(customer, await billing.plan(term_months=12))
    await billing.run_jobs()
    reader = await billing.running.caller("read_only", workspace_id=customer)

    [account] = (await accounts(reader)).values()

    assert [(each["service_id"], each["then"]) for each in account["ending"]] == [(str(soon.service_id), "end")]
    assert (account["more_ending"], account["may_pay"]) == (False, False)


@pytest.mark.rule("I1", "P26")
async def test_who_works_on_behalf_has_no_accounts_there(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    tom = await billing.running.caller("admin", workspace_id=customer, via="on_behalf", parent_workspace_id=PROVIDER)
    own, _ = await billing.invoiced()
    await billing.running.let_in(tom, own, "admin")

    assert await accounts(tom) == {}


async def test_the_list_is_bounded(billing: BillingHarness) -> None:
    customer, _ = await billing.invoiced()
    person = await billing.admin(customer)
    for _ in range(MOST + 1):
        await billing.running.let_in(person, await billing.customer(), "admin")

    assert len(await accounts(person)) == MOST


@pytest.mark.rule("I1", "P21", "D5")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(roles=st.lists(st.sampled_from(ROLES), min_size=1, max_size=4))
async def test_whatever_roles_a_person_has_an_account_is_listed_where_one_of_them_sees_money(
    billing: BillingHarness, roles: list[str]
) -> None:
    person = await billing.running.caller("support")
    expected: dict[UUID, bool] = {}
    for role in roles:
        customer = await billing.customer()
        await billing.running.let_in(person, customer, role)
        if role in SEE_MONEY:
            expected[customer] = role in PAY

    found = await accounts(person)

    assert {id_: each["may_pay"] for id_, each in found.items()} == expected
