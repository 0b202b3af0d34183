"""What is paid of invoices. Nothing else changes an issued invoice's status.

Everything that moves money locks in one order: the bill group, its invoices by id, payments by id.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.models import OWED, Invoice, InvoiceStatus
from services.billing.invoices.sending import ask_for_document
from services.billing.invoices.statement import identity_of, statement_of
from shared.events.billing import InvoicePaid, InvoicePartlyPaid, InvoiceReopened, PaymentMethod
from shared.outbox import emit


async def lock_invoices(session: AsyncSession, invoice_ids: Iterable[UUID]) -> dict[UUID, Invoice]:
    """Issued invoices by id, locked, after their group."""
    wanted = (Invoice.id.in_(list(invoice_ids)), Invoice.status != InvoiceStatus.draft)
    query = select(Invoice).where(*wanted).order_by(Invoice.id).with_for_update()
    found = await session.scalars(query.execution_options(populate_existing=True))
    return {invoice.id: invoice for invoice in found}


async def owed_invoices(session: AsyncSession, bill_group_id: UUID) -> list[Invoice]:
    """What a locked group owes, the longest due first, locked."""
    mine = (Invoice.bill_group_id == bill_group_id, Invoice.status.in_(OWED))
    found = await lock_invoices(session, await session.scalars(select(Invoice.id).where(*mine)))
    return sorted(found.values(), key=lambda invoice: (invoice.due_on, invoice.number))


async def pay_invoice(
    session: AsyncSession, invoice: Invoice, minor: int, *, paid_by: UUID | None, method: PaymentMethod | None
) -> None:
    """Note that so much of a locked invoice was paid, at most what it owes, and tell of it. Whoever pays notes then
    what that means for the group (`refresh_standing`), once for all its invoices."""
    invoice.paid_minor += minor
    invoice.status = _status(invoice)
    invoice.version += 1
    await session.flush()
    version = invoice.version
    if invoice.status == InvoiceStatus.paid:
        about = await statement_of(session, invoice)
        paid = InvoicePaid(subject_version=version, paid_by=paid_by, method=method, **about)
        await ask_for_document(session, await emit(session, paid))
        return
    left = {"paid_minor": minor, "outstanding_minor": invoice.outstanding.minor, "paid_by": paid_by}
    await emit(session, InvoicePartlyPaid(subject_version=version, **identity_of(invoice), **left))


async def unpay_invoice(session: AsyncSession, invoice: Invoice, minor: int) -> None:
    """Note that so much of what was paid of a locked invoice is gone again, and tell of it. As after `pay_invoice`, the
    caller notes what that means for the group."""
    invoice.paid_minor -= minor
    invoice.status = _status(invoice)
    invoice.version += 1
    await session.flush()
    owed = invoice.outstanding.minor
    await emit(
        session, InvoiceReopened(subject_version=invoice.version, outstanding_minor=owed, **identity_of(invoice))
    )


def _status(invoice: Invoice) -> InvoiceStatus:
    if invoice.paid_minor == invoice.total_minor:
        return InvoiceStatus.paid
    return InvoiceStatus.partially_paid if invoice.paid_minor else InvoiceStatus.open
