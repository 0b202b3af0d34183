"""Minimum terms: they end, are renewed, and are told of before."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.billing import jobs
from shared.events.provisioning import CancellationOrdered, OrderPlaced
from tests.billing.harness import TODAY, BillingHarness, key


async def with_term(billing: BillingHarness, **terms: Any) -> OrderPlaced:
    """A service of a customer that is billed since 10 January 2027 for a year."""
    plan = await billing.plan(31_000, **{"term_months": 12, **terms})
    order = await billing.subscribed(await billing.customer(), plan)
    await billing.run_jobs()
    return order


async def shown(billing: BillingHarness, order: OrderPlaced) -> dict[str, Any]:
    admin = await billing.admin(order.workspace_id)
    [found] = (await admin.http.get(f"/api/billing/subscriptions?service_id={order.service_id}")).json()["items"]
    return dict(found)


async def until(billing: BillingHarness, day: date) -> None:
    """Run what is due on the first of each month until a day, and on it."""
    while billing.now.date() < day:
        billing.move_to(
            min(billing.now + timedelta(days=15), TODAY.replace(year=day.year, month=day.month, day=day.day))
        )
        while await jobs.end_terms(billing.job) + await jobs.issue_due_invoices(billing.job):
            pass


@pytest.mark.rule("K2")
@pytest.mark.parametrize(
    ("at_term_end", "clock", "ends_on", "reasons"),
    [
        ("renew", "started", "2029-01-10", []),
        ("continue", "started", None, []),
        ("end", "ended", "2028-01-10", ["expired"]),
    ],
)
async def test_a_term_ends_as_its_plan_says(
    billing: BillingHarness, at_term_end: str, clock: str, ends_on: str | None, reasons: list[str]
) -> None:
    order = await with_term(billing, at_term_end=at_term_end)
    assert (await shown(billing, order))["term_ends_on"] == "2028-01-10"

    await until(billing, date(2028, 1, 10))

    after = await shown(billing, order)
    assert (after["clock"], after["term_ends_on"]) == (clock, ends_on)
    assert [event["reason"] for event in await billing.events("subscription_ended", order.workspace_id)] == reasons
    renewed = await billing.events("subscription_renewed", order.workspace_id)
    assert [(event["by_itself"], event["actor"]["kind"]) for event in renewed] == (
        [(True, "system")] if at_term_end == "renew" else []
    )
    assert len(await billing.invoices(order.workspace_id)) == (12 if at_term_end == "end" else 13)
    assert await billing.verify() == []


@pytest.mark.rule("I12")
async def test_the_end_of_a_term_is_told_of_60_30_and_7_days_before_each_once(billing: BillingHarness) -> None:
    order = await with_term(billing)

    for days in (61, 60, 59, 30, 29, 8, 7, 1):
        billing.move_to(TODAY.replace(year=2028) - timedelta(days=days))
        await jobs.end_terms(billing.job)
        await jobs.end_terms(billing.job)

    told = await billing.events("subscription_expiring", order.workspace_id)
    assert [(event["days_left"], event["term_ends_on"]) for event in told] == [
        (60, "2028-01-10"), (30, "2028-01-10"), (7, "2028-01-10")
    ]  # fmt: skip


async def test_of_several_notices_that_are_due_the_newest_alone_is_sent(billing: BillingHarness) -> None:
    order = await with_term(billing, term_months=3)

    billing.move_to(TODAY.replace(month=4, day=5))
    await jobs.end_terms(billing.job)

    [told] = await billing.events("subscription_expiring", order.workspace_id)
    assert told["days_left"] == 7


@pytest.mark.rule("K2", "I24")
async def test_a_term_is_renewed_and_extended_by_whole_terms_and_at_most_60_months_ahead(
    billing: BillingHarness,
) -> None:
    order = await with_term(billing)
    subscription, admin = await shown(billing, order), await billing.admin(order.workspace_id)
    path, once = f"/api/billing/subscriptions/{subscription['id']}", key()

    first, second, third = ({"term_ends_on": f"{year}-01-10"} for year in (2028, 2029, 2031))
    renewed = await admin.http.post(f"{path}/renew", json=first, headers=once)
    again = await admin.http.post(f"{path}/renew", json=first, headers=once)
    extended = await admin.http.post(f"{path}/extend", json=second | {"months": 24}, headers=key())
    odd = await admin.http.post(f"{path}/extend", json=third | {"months": 7}, headers=key())
    too_long = await admin.http.post(f"{path}/extend", json=third | {"months": 24}, headers=key())

    assert renewed.json()["term_ends_on"] == again.json()["term_ends_on"] == "2029-01-10"
    assert extended.json()["term_ends_on"] == "2031-01-10"
    assert (odd.status_code, too_long.status_code) == (422, 409)
    assert too_long.json()["type"] == "/problems/term-too-long"
    assert len(await billing.events("subscription_renewed", order.workspace_id)) == 2


@pytest.mark.rule("K2")
async def test_what_others_have_renewed_meanwhile_is_not_renewed_again(billing: BillingHarness) -> None:
    order = await with_term(billing)
    subscription, admin = await shown(billing, order), await billing.admin(order.workspace_id)
    path, seen = f"/api/billing/subscriptions/{subscription['id']}", {"term_ends_on": "2028-01-10"}

    both = await asyncio.gather(*(admin.http.post(f"{path}/renew", json=seen, headers=key()) for _ in range(2)))
    later = await admin.http.post(f"{path}/extend", json=seen | {"months": 12}, headers=key())

    assert 200 in {answer.status_code for answer in both}
    assert later.json()["type"] == "/problems/term-changed"
    assert (await shown(billing, order))["term_ends_on"] == "2029-01-10"
    assert len(await billing.events("subscription_renewed", order.workspace_id)) == 1


@pytest.mark.rule("K2")
async def test_whether_it_renews_by_itself_can_be_chosen(billing: BillingHarness) -> None:
    order = await with_term(billing)
    admin, subscription = await billing.admin(order.workspace_id), await shown(billing, order)
    path = f"/api/billing/subscriptions/{subscription['id']}/at-term-end"

    off = await admin.http.put(path, json={"at_term_end": "end"})
    await until(billing, date(2028, 1, 10))

    assert off.json()["at_term_end"] == "end"
    [changed] = await billing.events("subscription_renewal_changed", order.workspace_id)
    assert changed["renews"] is False
    assert (await shown(billing, order))["status"] == "ended"
    assert await billing.verify() == []


@pytest.mark.rule("K2")
async def test_cancelled_for_the_end_it_lasts_until_its_term_and_is_not_renewed(billing: BillingHarness) -> None:
    order = await with_term(billing)
    await billing.hear(billing.state_of(order, CancellationOrdered))
    subscription, admin = await shown(billing, order), await billing.admin(order.workspace_id)
    assert (subscription["ends_on"], subscription["may_renew"]) == ("2028-01-10", False)
    path = f"/api/billing/subscriptions/{subscription['id']}/renew"
    assert (await admin.http.post(path, json={"term_ends_on": None}, headers=key())).json()[
        "type"
    ] == "/problems/not-renewable"

    await until(billing, date(2028, 1, 20))

    [ended] = await billing.events("subscription_ended", order.workspace_id)
    assert ended["reason"] == "cancelled"
    lines = await billing.rows("SELECT max(period_to) AS last FROM invoice_lines")
    assert lines[0]["last"] == date(2028, 1, 9)
    assert await billing.verify() == []
