from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.billing.invoices import listing, service
from services.billing.invoices.pdf import print_invoice
from services.billing.invoices.schemas import InvoiceDetailRead, InvoiceRead, InvoicesQuery
from services.billing.settings import CurrentSettings, Today
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("billing", "invoices")


class Pdf(Response):
    media_type = "application/pdf"


@router.get("", guard=allow("money.view"), response_model=CountedPage[InvoiceRead])
async def list_invoices(read: Reader, today: Today, query: Annotated[InvoicesQuery, Query()]) -> Response:
    """All invoices. A visitor of a bill group sees the invoices of that bill group. ``q`` is the beginning of a number,
    in any case. Without it, overdue invoices are sorted by the due date alone, and those of some days of issue by the
    day of issue."""  # (O26, O27, D5)
    return json_response(await listing.list_invoices(read, query, today=today))


@router.get("/{invoice_id}", guard=allow("money.view"), response_model=InvoiceDetailRead)
async def get_invoice(invoice_id: UUID, read: Reader, today: Today) -> Response:
    """One invoice, with its lines and with seller and buyer as they were at issue."""
    found = await listing.read_invoice(read, invoice_id, today=today)
    return json_response(found)


@router.get("/{invoice_id}/pdf", guard=allow("money.view"), response_class=Pdf)
async def download_invoice(invoice_id: UUID, session: Session, access: CurrentAccess, settings: CurrentSettings) -> Pdf:
    """The invoice as PDF/A-3b, the same bytes each time."""  # (O5, O28)
    invoice = await service.download_invoice(session, access.workspace_id, invoice_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{invoice.number}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Pdf(await print_invoice(invoice, settings.font_path), headers=headers)
