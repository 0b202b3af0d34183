"""The list of payments: a hot read, without the ORM."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.billing.payments.schemas import AttemptsQuery
from shared.pages import decode_cursor, first_rows, page_of
from shared.reads import ScopedReads

_ATTEMPTS = """
SELECT p.id::text, a.invoice_id::text, p.state, p.amount_minor, a.asked_minor, a.paid_minor, p.refunded_minor,
       p.currency, p.method, p.payment_method_id IS NOT NULL AS automatic, p.dispute, p.failure_reason,
       p.begun_by::text, p.begun_by_address, p.begun_via, p.begun_at, p.settled_at
FROM payment_allocations a JOIN payments p ON p.id = a.payment_id AND p.workspace_id = $1
WHERE a.workspace_id = $1 AND (p.begun_at, p.id) <= ($2, $3) AND (p.begun_at, p.id, a.invoice_id) < ($2, $3, $4)"""
_OF_INVOICE = " AND a.invoice_id = $6"
_NEWEST = " ORDER BY p.begun_at DESC, p.id DESC, a.invoice_id DESC"
PAGES = {
    False: first_rows(_ATTEMPTS + _NEWEST, "$5"),
    True: first_rows(_ATTEMPTS + _OF_INVOICE + _NEWEST, "$5"),
}
"""By whether an invoice is asked for."""
LAST = UUID(int=2**128 - 1)
FIRST_PAGE = (datetime.max.replace(tzinfo=UTC), LAST, LAST)


async def list_payments(read: ScopedReads, query: AttemptsQuery) -> dict[str, Any]:
    """A page of `AttemptRead`, the newest first."""
    before = decode_cursor(query.cursor, tuple[datetime, UUID, UUID]) if query.cursor else FIRST_PAGE
    asked = [read.access.workspace_id, *before, query.limit + 1]
    found = query.invoice_id is not None
    rows = await read.fetch(PAGES[found], *(asked if not found else [*asked, query.invoice_id]))
    return page_of(rows, query.limit, ("begun_at", "id", "invoice_id"))
