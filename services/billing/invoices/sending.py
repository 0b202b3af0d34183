"""Sends invoices' documents to notifications, for the mails that tell of an invoice: it has no other way to get them.

A row is made with the event, in its transaction, and is due when the invoice is printed (files.py) or given up. A job
reads the file outside of any transaction and sends it as a command.
"""

import base64
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.files import content_of, lock_file, store_of
from services.billing.invoices.models import InvoiceDocument, InvoiceFile
from shared.events.billing import InvoiceIssued, InvoicePaid
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, Retry, claim
from shared.origin import Origin
from shared.outbox import cause_of, commands_exchange, send
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
    values = {
        "id": event.event_id,
        "workspace_id": event.workspace_id,
        "bill_group_id": event.bill_group_id,
        "invoice_id": event.invoice_id,
        "number": event.number,
        "tries": 0,
        "due_at": func.clock_timestamp() if await _is_settled(session, event.invoice_id) else None,
    }
    await session.execute(insert(InvoiceDocument).values(**values, **asdict(Origin.of(cause_of(session)))))


async def _is_settled(session: AsyncSession, invoice_id: UUID) -> bool:
    """Whether nothing is left to wait for. The row is locked: if it is printed meanwhile, the new row would be
    forgotten."""
    file = await lock_file(session, invoice_id)
    return file is not None and file.due_at is None


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
