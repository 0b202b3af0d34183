"""Issuing: hundreds of drafts get their numbers, their documents and their events in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.standing import note_debts
from services.billing.brands.service import looks_for
from services.billing.invoices.document import template_data
from services.billing.invoices.drafts import Draft
from services.billing.invoices.files import ask_for_files
from services.billing.invoices.models import NumberSeries
from services.billing.invoices.parties import Seller
from services.billing.invoices.sending import ask_for_documents
from services.billing.invoices.statement import statement
from shared.db import run_sql
from shared.events.billing import InvoiceIssued
from shared.outbox import Cause, emit_all

VERSION = 1
"""Of an invoice that is issued: only its payment and reminders change it afterwards (D21)."""

# Rows are sent as arrays, one per column: row security allows no COPY.
_DRAFTS = """
INSERT INTO invoices (id, workspace_id, bill_group_id, status, currency, net_minor, tax_minor, total_minor, paid_minor,
                      seller, buyer, version)
SELECT id, workspace_id, bill_group_id, 'draft', currency, net, tax, net + tax, 0, seller, buyer, 0
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::jsonb[], $8::jsonb[])
     AS t (id, workspace_id, bill_group_id, currency, net, tax, seller, buyer)
"""
_LINES = """
INSERT INTO invoice_lines (id, workspace_id, bill_group_id, invoice_id, position, kind, subscription_id, service_id,
    service_kind, description, product_name, period_from, period_to, quantity, currency, interval_months, days,
    whole_days, unit_minor, net_minor, tax_percent, tax_minor, terms, pending_line_id)
SELECT gen_random_uuid(), ($2::uuid[])[u.of], ($3::uuid[])[u.of], ($1::uuid[])[u.of], u.position, u.kind,
       u.subscription_id, u.service_id, u.service_kind, u.description, u.product_name, u.period_from, u.period_to,
       u.quantity, u.currency, u.interval_months, u.days, u.whole_days, u.unit_minor, u.net_minor, u.tax_percent,
       u.tax_minor, u.terms, u.pending_line_id
FROM unnest($4::integer[], $5::integer[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[],
            $12::date[], $13::date[], $14::integer[], $15::text[], $16::integer[], $17::integer[], $18::integer[],
            $19::bigint[], $20::bigint[], $21::numeric[], $22::bigint[], $23::integer[], $24::uuid[])
     AS u (of, position, kind, subscription_id, service_id, service_kind, description, product_name, period_from,
           period_to, quantity, currency, interval_months, days, whole_days, unit_minor, net_minor, tax_percent,
           tax_minor, terms, pending_line_id)
"""
_ISSUE = """
UPDATE invoices i SET status = CASE i.total_minor WHEN 0 THEN 'paid' ELSE 'open' END, version = $8,
       series = $5, series_year = $6, issued_on = $7, issued_at = $9,
       number = t.number, sequence = t.sequence, due_on = t.due_on, document = t.document
FROM (SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::jsonb[], $10::integer[])
      AS u (id, number, due_on, document, sequence)) AS t
WHERE i.id = t.id
"""


@dataclass(slots=True)
class Issue:
    """A draft to be issued, with what caused it and when it is to be paid."""

    draft: Draft
    terms_days: int
    cause: Cause


async def issue(session: AsyncSession, issues: Sequence[Issue], seller: Seller, *, now: datetime, today: date) -> None:
    """Store and issue the drafts, in their order, and publish `InvoiceIssued` of each (D21).

    The number series is locked from the moment when the numbers are taken until the commit, and that is done last:
    other transactions wait as briefly as possible. A rollback frees all numbers of the block, and leaves no gap.
    """
    if not issues:
        return
    looks = await looks_for(session, {each.draft.workspace_id for each in issues})
    for each in issues:
        each.draft.seller = seller.details | looks[each.draft.workspace_id]
        each.draft.issued_at = now
        each.draft.issued_on, each.draft.due_on = today, today + timedelta(days=each.terms_days)
    drafts = [each.draft for each in issues]
    await _store(session, drafts)
    last = await _take_numbers(session, seller.series, today.year, len(issues))
    numbers = range(last - len(issues) + 1, last + 1)
    for draft, number in zip(drafts, numbers, strict=True):
        draft.number = f"{seller.series}-{today.year}-{number:06d}"
    await run_sql(
        session, _ISSUE, [draft.id for draft in drafts], [draft.number for draft in drafts],
        [draft.due_on for draft in drafts], [_json(template_data(draft)) for draft in drafts], seller.series,
        today.year, today, VERSION, now, list(numbers),
    )  # fmt: skip
    events = await emit_all(session, [(each.cause, _issued(each.draft)) for each in issues])
    causes = [each.cause for each in issues]
    await ask_for_files(session, list(zip(drafts, causes, strict=True)))
    await ask_for_documents(session, list(zip(events, causes, strict=True)))
    await note_debts(
        session, {draft.bill_group_id: cause for draft, cause in zip(drafts, causes, strict=True) if draft.total_minor}
    )


async def _store(session: AsyncSession, drafts: Sequence[Draft]) -> None:
    ids = [draft.id for draft in drafts]
    workspaces = [draft.workspace_id for draft in drafts]
    groups = [draft.bill_group_id for draft in drafts]
    await run_sql(
        session, _DRAFTS, ids, workspaces, groups, [draft.currency for draft in drafts],
        [draft.net_minor for draft in drafts], [draft.tax_minor for draft in drafts],
        [_json(draft.seller) for draft in drafts], [_json(draft.buyer) for draft in drafts],
    )  # fmt: skip
    rows = [
        (of, line.position, line.kind, line.subscription_id, line.service_id, line.service_kind, line.description,
         line.product_name, line.period_from, line.period_to, line.quantity, line.currency, line.interval_months,
         line.days, line.whole_days, line.unit_minor, line.net_minor, line.tax_percent, line.tax_minor,
         line.terms, line.pending_line_id)
        for of, draft in enumerate(drafts, start=1) for line in draft.lines
    ]  # fmt: skip
    await run_sql(session, _LINES, ids, workspaces, groups, *map(list, zip(*rows, strict=True)))


async def _take_numbers(session: AsyncSession, series: str, year: int, count: int) -> int:
    """Take a block of the next numbers. Returns the last of them."""
    first = insert(NumberSeries).values(series=series, year=year, last_number=count)
    following = first.on_conflict_do_update(
        index_elements=["series", "year"], set_={"last_number": NumberSeries.last_number + count}
    )
    return (await session.execute(following.returning(NumberSeries.last_number))).scalar_one()


def _issued(draft: Draft) -> InvoiceIssued:
    return InvoiceIssued(
        subject_version=VERSION,
        issued_on=draft.issued_on,
        due_on=draft.due_on,
        **statement(draft, draft.lines, len(draft.lines)),
    )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
