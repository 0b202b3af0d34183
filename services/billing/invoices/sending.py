"""Sends invoices' documents to notifications, for the mails that tell of an invoice: it has no other way to get them.

A row is made with the event, in its transaction. A job prints the document outside of any transaction and sends it as a
command.
"""

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.models import InvoiceDocument
from services.billing.invoices.pdf import print_invoice
from services.billing.invoices.service import find_invoice
from shared.db import run_sql
from shared.events.billing import InvoiceIssued, InvoicePaid
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, Retry, claim
from shared.origin import Origin
from shared.outbox import Cause, cause_of, commands_exchange, send
from shared.scope import begin_in

log = structlog.get_logger()

EXCHANGE, QUEUE = commands_exchange("billing"), "notifications.on.invoice_document"
LIFETIME = timedelta(days=3)
"""As long as notifications tries to deliver a mail."""
LARGEST = 1_500_000
"""Bytes of a document that goes into a mail."""

RETRY = Retry(tries=5, pauses=(timedelta(minutes=1),))
LEASE = timedelta(minutes=2)
BATCH = 10
MOST_WAITING = 200
"""Messages in the outbox beyond which documents wait: the relay holds a batch in memory."""


async def ask_for_document(session: AsyncSession, event: InvoiceIssued | InvoicePaid) -> None:
    """Have the document of an event's invoice sent when the transaction commits."""
    await ask_for_documents(session, [(event, cause_of(session))])


_ASK = """
INSERT INTO invoice_documents (id, workspace_id, bill_group_id, invoice_id, number, tries, correlation_id, begun_by,
                               begun_by_address, begun_via, causation_id, parent_workspace_id, traceparent)
SELECT id, workspace_id, bill_group_id, invoice_id, number, 0, correlation_id, begun_by, begun_by_address, begun_via,
       causation_id, parent_workspace_id, traceparent
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[],
            $10::uuid[], $11::uuid[], $12::text[])
     AS t (id, workspace_id, bill_group_id, invoice_id, number, correlation_id, begun_by, begun_by_address, begun_via,
           causation_id, parent_workspace_id, traceparent)
"""


async def ask_for_documents(session: AsyncSession, about: Sequence[tuple[InvoiceIssued | InvoicePaid, Cause]]) -> None:
    """The same for many events, each with what caused it, in one statement."""
    rows = []
    for event, cause in about:
        of = Origin.of(cause)
        rows.append((
            event.event_id, event.workspace_id, event.bill_group_id, event.invoice_id, event.number, of.correlation_id,
            of.begun_by, of.begun_by_address, str(of.begun_via), of.causation_id, of.parent_workspace_id,
            of.traceparent,
        ))  # fmt: skip
    await run_sql(session, _ASK, *map(list, zip(*rows, strict=True)))


async def claim_documents(job: JobContext, session: AsyncSession) -> Sequence[Claim[InvoiceDocument]]:
    """The next documents to send; none while the outbox is long."""
    waiting = "SELECT EXISTS (SELECT FROM outbox WHERE published_at IS NULL OFFSET :most)"
    if await session.scalar(text(waiting), {"most": MOST_WAITING}):
        return []
    return await claim(session, InvoiceDocument, RETRY, now=job.real_now, lease=LEASE, limit=BATCH)


async def print_document(job: JobContext, row: InvoiceDocument) -> bytes:
    """The document of a claimed row."""
    async with begin_in(job.sessions, row.workspace_id) as session:
        invoice = await find_invoice(session, row.workspace_id, row.invoice_id)
    return await print_invoice(invoice, job.settings.font_path)


async def send_document(
    job: JobContext, session: AsyncSession, row: InvoiceDocument, document: bytes | GivenUp
) -> None:
    """Send the document, and forget the row. A mail goes without one that is too large or cannot be printed."""
    content = document if isinstance(document, bytes) and len(document) <= LARGEST else None
    if content is None:
        log.error("invoice.without_document", invoice_id=str(row.invoice_id))
    body: dict[str, Any] = {
        "event_id": str(row.id),
        "workspace_id": str(row.workspace_id),
        "invoice_id": str(row.invoice_id),
        "filename": f"{row.number}.pdf",
        "content": None if content is None else base64.b64encode(content).decode(),
    }
    await send(session, EXCHANGE, QUEUE, body, workspace_id=row.workspace_id, ttl=LIFETIME)
    await session.execute(delete(InvoiceDocument).where(InvoiceDocument.id == row.id))
