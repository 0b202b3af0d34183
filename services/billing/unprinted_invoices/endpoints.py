from uuid import UUID

from fastapi import Response

from services.billing.unprinted_invoices import service
from services.billing.unprinted_invoices.schemas import PrintedAgainRead, UnprintedInvoiceRead
from services.billing.unprinted_invoices.service import AlreadyBeingPrinted
from shared.auth import CurrentAccess, Router, allow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, page_response
from shared.reads import Reader
from shared.scope import acting_in

router = Router("billing", "unprinted-invoices")


@router.get("", guard=allow("bill_group.view"), response_model=Page[UnprintedInvoiceRead])
async def list_unprinted_invoices(read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The invoices of all workspaces whose PDF could not be made, or lacks characters, for the provider's staff. The
    newest first."""
    rows = await service.list_unprinted(read, cursor=cursor, limit=limit)
    return page_response(rows, limit, ("issued_at", "id"))


@router.post("/{invoice_id}/print", guard=allow("bill_group.manage"), status_code=202, problems=(AlreadyBeingPrinted,))
async def print_invoice_again(
    invoice_id: UUID, session: Session, access: CurrentAccess, once: Once
) -> PrintedAgainRead:
    """Have the PDF of an invoice of the list made again, after what was in the way is mended: more memory, another
    font. It is made from what the invoice said at its issue."""

    async def work() -> PrintedAgainRead:
        workspace_id = await service.workspace_of_unprinted(session, invoice_id)
        async with acting_in(session, workspace_id, access.user_id):
            await service.print_again(session, invoice_id, access)
        return PrintedAgainRead(invoice_id=invoice_id, state="printing")

    return await once(None, PrintedAgainRead, work)
