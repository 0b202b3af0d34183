"""The PDFs of invoices: each is printed once, after its issue, and kept with its SHA-256.

A row is made with the invoice, in its transaction. A job prints it in the printing process, outside of any transaction.
A file that is lost, or that is not what was printed, is printed again from the invoice's stored document.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.brands.service import logo_of
from services.billing.invoices.document import template_data
from services.billing.invoices.drafts import Draft
from services.billing.invoices.models import Invoice, InvoiceDocument, InvoiceFile
from services.billing.invoices.service import find_invoice
from services.billing.printing import NotPrinted, printer_with
from services.billing.settings import Settings
from shared.db import run_sql
from shared.files import Files, Folder, NoSuchFile
from shared.jobs import JobContext
from shared.leases import Claim, GivenUp, Retry, claim
from shared.origin import Origin
from shared.outbox import Cause
from shared.scope import begin_in
from shared.waking import wake

log = structlog.get_logger()

RETRY = Retry(tries=4, pauses=(timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10)))
BATCH = 8
LEASE = timedelta(minutes=5)
"""Longer than the printing process may take for a batch."""

# Invoices that were issued before their files were kept, or by a process of the version before.
_WITHOUT_ROW = text("""
INSERT INTO invoice_files (id, invoice_id, workspace_id, bill_group_id, number, issued_at, correlation_id, begun_via,
                           tries, due_at)
SELECT gen_random_uuid(), i.id, i.workspace_id, i.bill_group_id, i.number, i.issued_at, gen_random_uuid(), 'system', 0,
       clock_timestamp()
  FROM invoices i
 WHERE i.status <> 'draft' AND NOT EXISTS (SELECT FROM invoice_files f WHERE f.invoice_id = i.id)
 ORDER BY i.issued_at DESC LIMIT 500
ON CONFLICT (invoice_id) DO NOTHING RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Stored:
    """A document that was printed and is in the store."""

    key: str
    sha256: str
    size: int
    missing: tuple[str, ...]


def store_of(settings: Settings) -> Files:
    return Folder(settings.files_dir / "billing")


_ASK = """
INSERT INTO invoice_files (id, invoice_id, workspace_id, bill_group_id, number, issued_at, tries, correlation_id,
                           begun_by, begun_by_address, begun_via, causation_id, parent_workspace_id, traceparent)
SELECT gen_random_uuid(), invoice_id, workspace_id, bill_group_id, number, issued_at, 0, correlation_id, begun_by,
       begun_by_address, begun_via, causation_id, parent_workspace_id, traceparent
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::text[],
            $9::text[], $10::uuid[], $11::uuid[], $12::text[])
     AS t (invoice_id, workspace_id, bill_group_id, number, issued_at, correlation_id, begun_by, begun_by_address,
           begun_via, causation_id, parent_workspace_id, traceparent)
"""


async def ask_for_files(session: AsyncSession, issued: Sequence[tuple[Draft | Invoice, Cause]]) -> None:
    """Have invoices that are issued printed when the transaction commits, each with what caused it."""
    rows = []
    for invoice, cause in issued:
        of = Origin.of(cause)
        rows.append((
            invoice.id, invoice.workspace_id, invoice.bill_group_id, invoice.number, invoice.issued_at,
            of.correlation_id, of.begun_by, of.begun_by_address, str(of.begun_via), of.causation_id,
            of.parent_workspace_id, of.traceparent,
        ))  # fmt: skip
    await run_sql(session, _ASK, *map(list, zip(*rows, strict=True)))
    await wake(session, InvoiceFile.__tablename__)


async def add_missing_rows(session: AsyncSession) -> int:
    """Have the newest invoices without a row printed. Returns how many."""
    return len((await session.execute(_WITHOUT_ROW)).all())


async def claim_files(job: JobContext, session: AsyncSession) -> Sequence[Claim[InvoiceFile]]:
    """The next invoices to print."""
    return await claim(session, InvoiceFile, RETRY, now=job.real_now, lease=LEASE, limit=BATCH)


async def print_file(job: JobContext, row: InvoiceFile) -> Stored | NotPrinted:
    """Print a claimed invoice and put it into the store. No connection is held meanwhile."""
    async with begin_in(job.sessions, row.workspace_id) as session:
        invoice = await find_invoice(session, row.workspace_id, row.invoice_id)
        document = invoice.document or template_data(invoice)
        logo = await logo_of(session, document["logo"]) if document.get("logo") else None
    if document.get("logo") and logo is None:
        return NotPrinted("no_logo", document["logo"])
    return await print_and_store(job, document, row.issued_at, logo, number=row.number, at=f"invoices/{row.invoice_id}")


async def print_and_store(
    job: JobContext, document: dict[str, Any], stamp: datetime, logo: bytes | None, *, number: str, at: str
) -> Stored | NotPrinted:
    """Print a document, and put it into the store in the folder ``at``. ``stamp`` is what the PDF names as its
    making."""
    files, printer = store_of(job.settings), printer_with(job.settings.font_path, job.settings.print_memory_mib)
    made = await printer.print(document, int(stamp.timestamp()), logo)
    if isinstance(made, NotPrinted):
        log.warning("document.not_printed", number=number, reason=made.reason, detail=made.detail)
        return made
    digest = await asyncio.to_thread(lambda: hashlib.sha256(made.content).hexdigest())
    key = f"{at}/{digest}.pdf"
    try:
        await files.put(key, _whole(made.content))
    except OSError as error:
        log.exception("document.not_stored", number=number)
        return NotPrinted("not_stored", type(error).__name__)
    return Stored(key, digest, len(made.content), made.missing)


async def record_file(
    job: JobContext, session: AsyncSession, row: InvoiceFile, outcome: Stored | NotPrinted | GivenUp
) -> None:
    """In the transaction that gives the lease back. Whoever waits for the document to send it goes on, with or without
    it."""
    row.due_at = RETRY.next_try(row, job.real_now) if isinstance(outcome, NotPrinted) else None
    if row.due_at is not None:
        return
    if isinstance(outcome, Stored):
        _keep(row, outcome)
        row.printed_at = job.real_now
    else:
        row.failure, row.failed_at = outcome.reason if isinstance(outcome, NotPrinted) else "died", job.real_now
        log.error("invoice.given_up", number=row.number, reason=row.failure)
    waiting = update(InvoiceDocument).where(InvoiceDocument.invoice_id == row.invoice_id)
    await session.execute(waiting.where(InvoiceDocument.due_at.is_(None)).values(due_at=job.real_now))


def _keep(row: InvoiceFile, stored: Stored) -> None:
    if row.sha256 not in (None, stored.sha256):
        log.warning("invoice.printed_differently", number=row.number, before=row.sha256, now=stored.sha256)
        row.earlier = [*row.earlier, str(row.sha256)]
    row.key, row.sha256, row.size = stored.key, stored.sha256, stored.size
    row.missing = list(stored.missing)
    row.failure, row.failed_at, row.tries = None, None, 0


async def lock_file(session: AsyncSession, invoice_id: Any) -> InvoiceFile | None:
    """The row of an invoice, so that it is not printed meanwhile."""
    return await session.scalar(select(InvoiceFile).where(InvoiceFile.invoice_id == invoice_id).with_for_update())


async def content_of(files: Files, key: str, sha256: str) -> bytes | None:
    """What was printed. None if it is lost, or is not that any more."""
    try:
        content = b"".join([piece async for piece in await files.open(key)])
    except NoSuchFile:
        return None
    return content if await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest()) == sha256 else None


async def is_intact(files: Files, key: str, sha256: str) -> bool:
    """Whether the store has what was printed. Reads it piece by piece."""
    digest = hashlib.sha256()
    try:
        async for piece in await files.open(key):
            await asyncio.to_thread(digest.update, piece)
    except NoSuchFile:
        return False
    return digest.hexdigest() == sha256


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
