"""Finding and downloading issued invoices."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload, undefer

from services.billing.invoices.models import Invoice, InvoiceStatus
from services.billing.invoices.statement import identity_of
from shared.errors import NotFound
from shared.events.billing import InvoiceDownloaded
from shared.outbox import emit


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


async def download_invoice(session: AsyncSession, workspace_id: UUID, invoice_id: UUID) -> Invoice:
    """The invoice with its lines. Publishes `InvoiceDownloaded`, for the audit log."""
    invoice = await find_invoice(session, workspace_id, invoice_id)
    await emit(session, InvoiceDownloaded(subject_version=invoice.version, **identity_of(invoice)))
    return invoice
