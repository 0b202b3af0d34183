"""The lists of invoices and subscriptions compared with a simple model, on generated rows: all pages together are what
was asked for, in its order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.invoices.listing import list_invoices
from services.billing.invoices.schemas import InvoicesQuery, StatusFilter
from services.billing.subscriptions.listing import CLOCKS, list_subscriptions
from services.billing.subscriptions.models import Clock
from services.billing.subscriptions.schemas import SubscriptionsQuery, SubscriptionStatus
from shared.errors import Invalid
from shared.reads import ScopedReads
from shared.scope import EVERYWHERE, Scope, Within
from tests.billing.harness import BillingHarness
from tests.harness.explaining import visiting
from tests.harness.lists import often, walk

WORKSPACE, ELSEWHERE = UUID(int=1), UUID(int=2)
GROUPS = (UUID(int=11), UUID(int=12), UUID(int=13))
TODAY = date(2027, 3, 10)
DAYS = [TODAY + timedelta(days=n) for n in (-40, -20, -1, 0, 1)]
INVOICE = """
INSERT INTO invoices (id, workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor, paid_minor,
  number, issued_on, due_on, series, series_year, sequence, issued_at, seller, buyer, version)
SELECT $1, $2, $3, $4, 'EUR', $5, 0, $5, CASE $4::text WHEN 'paid' THEN $5::bigint ELSE 0 END,
  $6::text, $7::date, $8::date, left($6, 3), 2026, right($6, 6)::integer,
  $7, s, s, 0
FROM (SELECT CASE WHEN $6::text IS NOT NULL THEN '{}'::jsonb END AS s) s
"""
SUBSCRIPTION = """
INSERT INTO subscriptions (id, workspace_id, bill_group_id, service_id, service_version, service_kind, description,
  plan_version_id, quantity, currency, recurring_minor, one_off_minor, interval_months, ordered_at, clock, version,
  billing_starts_at, billing_started_at, unbilled_from, begun_via, correlation_id)
VALUES ($1, $2, $3, $1, 0, 'port', 'Port', gen_random_uuid(), 1, 'EUR', 1, 1, 1, $4, $5, 0, $4, $4, current_date,
  'self', gen_random_uuid())
"""


@dataclass(frozen=True)
class Row:
    """An invoice, or a subscription."""

    status: str
    clock: Clock
    issued: date
    due: date
    total: int
    group: UUID
    workspace: UUID
    series: str
    id: UUID = field(default_factory=uuid4)

    @property
    def overdue(self) -> bool:
        return self.status == "open" and self.due < TODAY

    @property
    def ordered_at(self) -> datetime:
        return datetime(self.due.year, self.due.month, self.due.day, tzinfo=UTC)


ROWS = st.lists(
    st.builds(
        Row, st.sampled_from(["open", "open", "paid", "draft"]), st.sampled_from(Clock), st.sampled_from(DAYS),
        st.sampled_from(DAYS), st.sampled_from([1, 2, 900]), st.sampled_from(GROUPS),
        st.sampled_from([WORKSPACE, WORKSPACE, WORKSPACE, ELSEWHERE]), st.sampled_from(["INV-2026-", "INV-2027-"]),
    ),
    max_size=12,
)  # fmt: skip
SCOPES = st.sampled_from([EVERYWHERE, EVERYWHERE, Within(frozenset(GROUPS[:1])), Within(frozenset(GROUPS[:2]))])
LIMITS, ASKED_GROUPS = st.integers(1, 4), st.sampled_from([None, None, *GROUPS[:2]])
INVOICES_QUERIES = st.fixed_dictionaries({
    "q": st.sampled_from([None, None, "", "inv", "Inv-2027", "INV-2026-00000", "2027", "%"]),
    "status": st.sampled_from([None, *StatusFilter]), "bill_group_id": ASKED_GROUPS,
    "from": st.sampled_from([None, None, DAYS[1]]), "to": st.sampled_from([None, None, DAYS[3]]),
    "sort": st.sampled_from([None, "issued_on", "due_on", "total"]),
    "descending": st.sampled_from([None, True, False]), "limit": LIMITS, "count": st.just(True),
}).map(InvoicesQuery.model_validate)  # fmt: skip
SUBSCRIPTIONS_QUERIES = st.builds(
    SubscriptionsQuery, status=st.sampled_from([None, *SubscriptionStatus]), bill_group_id=ASKED_GROUPS,
    limit=LIMITS, count=st.just(True),
)  # fmt: skip
KEYS: dict[str, Callable[[Row], date | int]] = {
    "issued_on": lambda row: row.issued,
    "due_on": lambda row: row.due,
    "total": lambda row: row.total,
}


def reads(billing: BillingHarness, scope: Scope) -> ScopedReads:
    return ScopedReads(billing.running.runtime.pool, visiting(WORKSPACE, scope))


async def replace(billing: BillingHarness, rows: list[Row]) -> dict[UUID, str]:
    """Instead of what is there. Returns the invoices' numbers."""
    connection = await asyncpg.connect(billing.running.database.owner_url)
    await connection.execute("SET session_replication_role = replica; DELETE FROM invoices; DELETE FROM subscriptions")
    numbers = {row.id: f"{row.series}{n:06}" for n, row in enumerate(rows)}
    for row in rows:
        issued = (None, None, None) if row.status == "draft" else (numbers[row.id], row.issued, row.due)
        await connection.execute(INVOICE, row.id, row.workspace, row.group, row.status, row.total, *issued)
        await connection.execute(SUBSCRIPTION, row.id, row.workspace, row.group, row.ordered_at, row.clock)
    await connection.close()
    return numbers


def visible(row: Row, scope: Scope, group: UUID | None) -> bool:
    seen = not isinstance(scope, Within) or row.group in scope.bill_groups
    return row.workspace == WORKSPACE and seen and group in (None, row.group)


def ids(pages: list[dict[str, Any]]) -> list[UUID]:
    return [UUID(item["id"]) for page in pages for item in page["items"]]


def fits(query: InvoicesQuery) -> bool:
    """Whether the order goes with the filters."""
    days = query.issued_from or query.issued_to
    if query.status == StatusFilter.overdue and query.sort in ("issued_on", "total"):
        return bool(query.q)
    return bool(query.q) or not days or query.sorted_by == "issued_on"


def asked_for(row: Row, query: InvoicesQuery, number: str) -> bool:
    status = {None: row.status != "draft", "overdue": row.overdue}.get(query.status, row.status == query.status)
    since, until = query.issued_from or date.min, query.issued_to or date.max
    return status and since <= row.issued <= until and number.startswith((query.q or "").upper())


@pytest.mark.rule("O26", "D5")
@often
@given(rows=ROWS, query=INVOICES_QUERIES, scope=SCOPES)
async def test_all_pages_of_invoices_are_those_asked_for_in_their_order(
    billing: BillingHarness, rows: list[Row], query: InvoicesQuery, scope: Scope
) -> None:
    numbers = await replace(billing, rows)
    read = reads(billing, scope)

    async def ask(cursor: str | None) -> dict[str, Any]:
        return await list_invoices(read, query.model_copy(update={"cursor": cursor}), today=TODAY)

    if not fits(query):
        with pytest.raises(Invalid) as refusal:
            await ask(None)
        assert [(each["pointer"], each["code"]) for each in refusal.value.extra["errors"]] == [
            ("/sort", "does_not_fit")
        ]
        return
    pages = await walk(ask, query.limit)

    expected = [
        row for row in rows
        if visible(row, scope, query.bill_group_id) and asked_for(row, query, numbers[row.id])
    ]  # fmt: skip
    key = KEYS[query.sorted_by]
    expected.sort(key=lambda row: (key(row), numbers[row.id]), reverse=query.descending is not False)
    assert ids(pages) == [row.id for row in expected]
    assert [item["overdue"] for page in pages for item in page["items"]] == [row.overdue for row in expected]
    assert pages[0]["count"] == len(expected)


@pytest.mark.rule("D5")
@often
@given(rows=ROWS, query=SUBSCRIPTIONS_QUERIES, scope=SCOPES)
async def test_all_pages_of_subscriptions_are_those_asked_for_newest_first(
    billing: BillingHarness, rows: list[Row], query: SubscriptionsQuery, scope: Scope
) -> None:
    await replace(billing, rows)
    read = reads(billing, scope)

    async def ask(cursor: str | None) -> dict[str, Any]:
        return await list_subscriptions(read, query.model_copy(update={"cursor": cursor}))

    pages = await walk(ask, query.limit)

    expected = [
        row for row in rows
        if visible(row, scope, query.bill_group_id) and (query.status is None or row.clock in CLOCKS[query.status])
    ]  # fmt: skip
    expected.sort(key=lambda row: (row.ordered_at, row.id), reverse=True)
    assert ids(pages) == [row.id for row in expected]
    assert pages[0]["count"] == len(expected)


@pytest.mark.parametrize("asked", ["from=yesterday", "to=2027-02-30", "sort=number", "status=draft", "descending=down"])
async def test_what_the_list_of_invoices_does_not_know_is_refused_with_the_field(
    billing: BillingHarness, asked: str
) -> None:
    admin = await billing.admin(uuid4())

    answer = await admin.http.get(f"/api/billing/invoices?{asked}")

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{asked.partition('=')[0]}"]
