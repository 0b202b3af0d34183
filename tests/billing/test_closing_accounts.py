"""While an account is being closed, no term is renewed or extended; when it is kept, what was due is done."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.billing import jobs
from shared.events.identity import WorkspaceClosing, WorkspaceKept
from tests.billing.harness import BillingHarness, key
from tests.billing.quoting import line, requested
from tests.billing.test_ordered_renewals import refused, renewal
from tests.billing.test_terms import shown, until, with_term

CLOSING = "/problems/workspace-is-closing"


async def closes(billing: BillingHarness, workspace_id: UUID) -> None:
    about = dict(kind="customer", slug=str(workspace_id), display_name="Northwind", account_number="C-1")
    about |= {"workspace_id": workspace_id, "parent_workspace_id": billing.provider.workspace_id, "connected": True}
    on = datetime.now(UTC) + timedelta(days=30)
    await billing.hear(WorkspaceClosing(**about, closes_at=on, subject_version=2))


async def is_kept(billing: BillingHarness, workspace_id: UUID) -> None:
    about = dict(kind="customer", slug=str(workspace_id), display_name="Northwind", account_number="C-1")
    about |= {"workspace_id": workspace_id, "parent_workspace_id": billing.provider.workspace_id, "connected": True}
    await billing.hear(WorkspaceKept(**about, subject_version=3))


@pytest.mark.rule("D27", "K2")
async def test_a_term_is_not_renewed_by_itself_before_the_account_is_kept(billing: BillingHarness) -> None:
    order = await with_term(billing)
    await closes(billing, order.workspace_id)

    await until(billing, date(2028, 1, 10))
    during = await shown(billing, order)
    told = await billing.events("subscription_expiring", order.workspace_id)
    await is_kept(billing, order.workspace_id)
    await jobs.end_terms(billing.job)

    assert (during["clock"], during["term_ends_on"], told) == ("started", "2028-01-10", [])
    assert (await shown(billing, order))["term_ends_on"] == "2029-01-10"
    assert await billing.verify() == []


@pytest.mark.rule("D27", "K2")
async def test_nobody_renews_or_extends_it_or_accepts_an_offer(billing: BillingHarness) -> None:
    order = await with_term(billing)
    subscription, admin = await shown(billing, order), await billing.admin(order.workspace_id)
    path = f"/api/billing/subscriptions/{subscription['id']}"
    quote = await requested(billing)
    await quote.offer(line(await billing.plan()))
    for workspace_id in (order.workspace_id, quote.customer):
        await closes(billing, workspace_id)

    answers = [
        await admin.http.post(f"{path}/renew", json={"term_ends_on": "2028-01-10"}, headers=key()),
        await admin.http.post(f"{path}/extend", json={"term_ends_on": "2028-01-10", "months": 12}, headers=key()),
        await quote.accept(),
    ]
    await billing.hear(renewal(order))

    assert [(answer.status_code, answer.json()["type"]) for answer in answers] == [(409, CLOSING)] * 3
    assert await refused(billing, order) == ["not_renewable"]
    assert (await shown(billing, order))["term_ends_on"] == "2028-01-10"
    assert await billing.verify() == []
