"""Sends invoices' documents to notifications, for the mails that tell of an invoice: it has no other way to get them.

A row is made with the event, in its transaction, and is due when the invoice is printed (files.py) or given up. A job
reads the file outside of any transaction and sends it as a command.
"""

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.files import content_of, store_of
from services.billing.invoices.models import InvoiceDocument, InvoiceFile
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


# Due at once where nothing is left to wait for. The files' rows are locked: if one is printed meanwhile, the new row
# would be forgotten.
_ASK = """
WITH files AS MATERIALIZED (SELECT f.invoice_id, f.due_at FROM invoice_files f WHERE f.invoice_id = ANY($4) FOR UPDATE)
INSERT INTO invoice_documents (id, workspace_id, bill_group_id, invoice_id, number, tries, due_at, correlation_id,
                               begun_by, begun_by_address, begun_via, causation_id, parent_workspace_id, traceparent)
SELECT id, workspace_id, bill_group_id, invoice_id, number, 0,
       CASE WHEN files.invoice_id IS NOT NULL AND files.due_at IS NULL THEN clock_timestamp() END, correlation_id,
       begun_by, begun_by_address, begun_via, causation_id, parent_workspace_id, traceparent
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[],
            $10::uuid[], $11::uuid[], $12::text[])
     AS t (id, workspace_id, bill_group_id, invoice_id, number, correlation_id, begun_by, begun_by_address, begun_via,
           causation_id, parent_workspace_id, traceparent)
     LEFT JOIN files USING (invoice_id)
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


async def read_document(job: JobContext, row: InvoiceDocument) -> bytes | None:
    """The document of a claimed row. None if it was given up, is too large for a mail, or is lost, which the next
    download notices."""
    async with begin_in(job.sessions, row.workspace_id) as session:
        found = select(InvoiceFile.key, InvoiceFile.sha256, InvoiceFile.size)
        file = (await session.execute(found.where(InvoiceFile.invoice_id == row.invoice_id))).one_or_none()
    if file is None or file.key is None or (file.size or 0) > LARGEST:
        return None
    return await content_of(store_of(job.settings), file.key, file.sha256)


async def send_document(
    job: JobContext, session: AsyncSession, row: InvoiceDocument, document: bytes | GivenUp | None
) -> None:
    """Send the document, and forget the row. A mail goes without one that is too large or cannot be printed."""
    content = document if isinstance(document, bytes) else None
    if content is None:
        log.warning("invoice.without_document", invoice_id=str(row.invoice_id))
    body: dict[str, Any] = {
        "event_id": str(row.id),
        "workspace_id": str(row.workspace_id),
        "invoice_id": str(row.invoice_id),
        "filename": f"{row.number}.pdf",
        "content": None if content is None else base64.b64encode(content).decode(),
    }
    await send(session, EXCHANGE, QUEUE, body, workspace_id=row.workspace_id, ttl=LIFETIME)
    await session.execute(delete(InvoiceDocument).where(InvoiceDocument.id == row.id))
