from datetime import date
from uuid import UUID

from fastapi import Response

from services.billing.invoices import service
from services.billing.invoices.pdf import print_invoice
from services.billing.invoices.schemas import InvoiceDetailRead, InvoiceRead, StatusFilter
from services.billing.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.pages import Cursor, Limit, Page, decode_cursor, page_response
from shared.reads import Reader

router = Router("billing", "invoices")

# A hot read: one index serves both the filter and the order, however many invoices there are.
INVOICE_PAGE = """
SELECT id::text, bill_group_id::text, number, status, status = 'open' AND due_on < $4 AS overdue,
       issued_on, due_on, currency, total_minor, paid_minor
FROM invoices
WHERE workspace_id = $1 AND (issued_on, number) < ($2, $3)
  AND ($5::uuid IS NULL OR bill_group_id = $5)
  AND ($6::text IS NULL OR status = $6 OR ($6 = 'overdue' AND status = 'open' AND due_on < $4))
ORDER BY issued_on DESC, number DESC LIMIT $7
"""
NEWEST = (date.max, "")


class Pdf(Response):
    media_type = "application/pdf"


@router.get("", guard=allow("money.view"), response_model=Page[InvoiceRead])
async def list_invoices(
    read: Reader,
    now: Now,
    bill_group_id: UUID | None = None,
    status: StatusFilter | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """All invoices, newest first. A visitor of a bill group sees the invoices of that bill group."""  # (O26, O27, D5)
    before = decode_cursor(cursor, tuple[date, str]) if cursor else NEWEST
    scope = read.access.workspace_id
    rows = await read.fetch(INVOICE_PAGE, scope, *before, now.date(), bill_group_id, status, limit + 1)
    return page_response(rows, limit, ("issued_on", "number"))


@router.get("/{invoice_id}", guard=allow("money.view"))
async def get_invoice(invoice_id: UUID, session: Session, access: CurrentAccess, now: Now) -> InvoiceDetailRead:
    """One invoice, with its lines and with seller and buyer as they were at issue."""
    return await service.get_invoice(session, access.workspace_id, invoice_id, today=now.date())


@router.get("/{invoice_id}/pdf", guard=allow("money.view"), response_class=Pdf)
async def download_invoice(invoice_id: UUID, session: Session, access: CurrentAccess, settings: CurrentSettings) -> Pdf:
    """The invoice as PDF/A-3b, the same bytes each time."""  # (O5, O28)
    invoice = await service.download_invoice(session, access.workspace_id, invoice_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{invoice.number}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Pdf(await print_invoice(invoice, settings.font_path), headers=headers)
