"""What events say of an invoice."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.drafts import Draft, DraftLine
from services.billing.invoices.models import Invoice, InvoiceLine
from shared.events.billing import LINES_IN_EVENTS, InvoicedLine


async def statement_of(session: AsyncSession, invoice: Invoice) -> dict[str, Any]:
    """The fields of `InvoiceStatement` of an invoice whose lines are not loaded."""
    of_invoice = InvoiceLine.invoice_id == invoice.id
    first = select(InvoiceLine).where(of_invoice).order_by(InvoiceLine.position).limit(LINES_IN_EVENTS)
    lines = (await session.scalars(first)).all()
    count = await session.scalar(select(func.count()).select_from(InvoiceLine).where(of_invoice))
    return statement(invoice, lines, count or 0)


def statement(invoice: Invoice | Draft, lines: Sequence[InvoiceLine | DraftLine], count: int) -> dict[str, Any]:
    """The fields of `InvoiceStatement`, with the first of the lines, of which there are ``count``."""
    shown = tuple(_line(line) for line in lines[:LINES_IN_EVENTS])
    amounts = {"net_minor": invoice.net_minor, "tax_minor": invoice.tax_minor}
    return identity_of(invoice) | amounts | {"lines": shown, "line_count": count}


def identity_of(invoice: Invoice | Draft) -> dict[str, Any]:
    """The fields of `InvoiceEvent`."""
    names = ("workspace_id", "bill_group_id", "number", "total_minor", "currency")
    return {"invoice_id": invoice.id} | {name: getattr(invoice, name) for name in names}


def _line(line: InvoiceLine | DraftLine) -> InvoicedLine:
    what = f"{line.description} ({line.product_name})" if line.product_name else line.description
    names = ("kind", "period_from", "period_to", "quantity", "net_minor")
    return InvoicedLine(description=what, **{name: getattr(line, name) for name in names})
