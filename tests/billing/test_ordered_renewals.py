"""Renewals that provisioning orders, for people who have to ask (D2)."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events.provisioning import CancellationOrdered, OrderPlaced, RenewalOrdered
from tests.billing.harness import BillingHarness, key
from tests.billing.test_terms import shown, with_term

FIRST, NEXT = date(2028, 1, 10), date(2029, 1, 10)


def renewal(order: OrderPlaced, **said: Any) -> RenewalOrdered:
    fields = order.model_dump(exclude={"event_id", "correlation_id", "causation_id", "asked_by", "ordered_by"})
    more = {"order_id": uuid4(), "ordered_by": uuid4(), "months": None, "term_ends_on": FIRST}
    return RenewalOrdered(**fields | more | said)


async def refused(billing: BillingHarness, order: OrderPlaced) -> list[str]:
    return [event["reason"] for event in await billing.events("subscription_renewal_refused", order.workspace_id)]


@pytest.mark.rule("K2", "D2")
@pytest.mark.parametrize(("months", "ends_on"), [(None, "2029-01-10"), (12, "2029-01-10"), (36, "2031-01-10")])
async def test_an_ordered_renewal_is_done_and_names_its_order(
    billing: BillingHarness, months: int | None, ends_on: str
) -> None:
    order = await with_term(billing)
    wanted = renewal(order, months=months)

    await billing.hear(wanted)

    assert (await shown(billing, order))["term_ends_on"] == ends_on
    [told] = await billing.events("subscription_renewed", order.workspace_id)
    assert (told["order_id"], told["by_itself"], told["term_ends_on"]) == (str(wanted.order_id), False, ends_on)
    assert await refused(billing, order) == []


@pytest.mark.rule("K2", "D2")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"months": 13}, "not_a_multiple"),
        ({"months": 60}, "too_long"),
        ({"term_ends_on": date(2027, 6, 1)}, "term_changed"),
        ({"term_ends_on": None}, "term_changed"),
        ({"plan_version_id": uuid4()}, "term_changed"),
    ],
)
async def test_what_is_not_possible_changes_nothing_and_says_why(
    billing: BillingHarness, said: dict[str, Any], reason: str
) -> None:
    order = await with_term(billing)
    wanted = renewal(order, **said)

    await billing.hear(wanted)

    assert (await shown(billing, order))["term_ends_on"] == "2028-01-10"
    [told] = await billing.events("subscription_renewal_refused", order.workspace_id)
    assert (told["reason"], told["order_id"], told["ordered_by"]) == (
        reason, str(wanted.order_id), str(wanted.ordered_by),
    )  # fmt: skip
    assert await billing.events("subscription_renewed", order.workspace_id) == []


@pytest.mark.rule("K2", "D2")
async def test_what_was_cancelled_meanwhile_is_not_renewed(billing: BillingHarness) -> None:
    order = await with_term(billing)
    await billing.hear(billing.state_of(order, CancellationOrdered))

    await billing.hear(renewal(order))

    assert await refused(billing, order) == ["not_renewable"]


@pytest.mark.rule("K2", "D2")
async def test_a_renewal_here_and_an_ordered_one_at_once_never_renew_twice(billing: BillingHarness) -> None:
    order = await with_term(billing)
    admin = await billing.admin(order.workspace_id)
    id_ = (await shown(billing, order))["id"]

    await asyncio.gather(
        admin.http.post(f"/api/billing/subscriptions/{id_}/renew", json={"term_ends_on": str(FIRST)}, headers=key()),
        billing.hear(renewal(order)),
        billing.hear(renewal(order)),
        return_exceptions=True,
    )
    for _ in range(2):
        await billing.hear(renewal(order))

    assert (await shown(billing, order))["term_ends_on"] == "2029-01-10"
    assert len(await billing.events("subscription_renewed", order.workspace_id)) == 1


@pytest.mark.rule("K2", "D2")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_whatever_is_ordered_the_term_ends_as_was_shown_or_not_at_all_later(
    billing: BillingHarness, data: st.DataObject
) -> None:
    order = await with_term(billing)
    for _ in range(data.draw(st.integers(1, 4))):
        before = date.fromisoformat((await shown(billing, order))["term_ends_on"])
        base = data.draw(st.sampled_from([before, FIRST, NEXT, None]))
        months = data.draw(st.one_of(st.none(), st.sampled_from([1, 6, 12, 13, 24, 48, 60])))

        await billing.hear(renewal(order, months=months, term_ends_on=base))

        after = date.fromisoformat((await shown(billing, order))["term_ends_on"])
        possible = base == before and (months or 12) % 12 == 0
        later = before.replace(year=before.year + (months or 12) // 12)
        assert after == (later if possible and later <= date(billing.now.year + 5, 1, 10) else before)
