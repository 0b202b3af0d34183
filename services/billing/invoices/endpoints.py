from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from services.billing.invoices import listing
from services.billing.invoices.downloading import InvoiceBeingPrinted, InvoiceNotPrinted, open_document
from services.billing.invoices.files import store_of
from services.billing.invoices.schemas import InvoiceDetailRead, InvoiceRead, InvoicesQuery
from services.billing.settings import CurrentSettings, Today
from shared.auth import Router, allow
from shared.exports.archives import OnlyInOwnName
from shared.exports.endpoints import OfArchive
from shared.pages import CountedPage, json_response
from shared.reads import Reader

router = Router("billing", "invoices")


PDF: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document", "content": {"application/pdf": {"schema": {"type": "string"}}}}
}


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


@router.get(
    "/{invoice_id}/pdf",
    guard=allow("money.view"),
    problems=(InvoiceBeingPrinted, InvoiceNotPrinted, OnlyInOwnName),
    response_class=Response,
    responses=PDF,
)
async def download_invoice(
    invoice_id: UUID, request: Request, read: Reader, settings: CurrentSettings, archive: OfArchive
) -> StreamingResponse:
    """The invoice as PDF/A-3b, the same bytes each time: it is printed once, within seconds after its issue."""
    # (O5, O28)
    runtime, files = request.app.state.runtime, store_of(settings)
    opened = await open_document(read, files, lambda: runtime.request_transaction(request), invoice_id, archive)
    headers = {
        "Content-Disposition": f'attachment; filename="{opened.number}.pdf"',
        "Content-Length": str(opened.size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(opened.pieces, media_type="application/pdf", headers=headers)
