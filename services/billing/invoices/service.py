"""Finding issued invoices."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload, undefer

from services.billing.invoices.models import Invoice, InvoiceStatus
from shared.errors import NotFound


async def find_invoice(session: AsyncSession, workspace_id: UUID, invoice_id: UUID, *, lock: bool = False) -> Invoice:
    """An issued invoice of the workspace, locked, or else with all that it says. Raises `NotFound` for a draft and for
    another workspace's invoice."""
    query = select(Invoice).where(
        Invoice.id == invoice_id, Invoice.workspace_id == workspace_id, Invoice.status != InvoiceStatus.draft
    )
    whole = (selectinload(Invoice.lines), undefer(Invoice.document))
    query = query.with_for_update() if lock else query.options(*whole)
    invoice = await session.scalar(query.execution_options(populate_existing=True))
    if invoice is None:
        raise NotFound("There is no such invoice.")
    return invoice
