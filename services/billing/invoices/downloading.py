"""Downloads of invoices. What is sent is the file that was printed, after a look whether it still is that."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.files import ask_for_files, is_intact, lock_file
from services.billing.invoices.models import STATE, Invoice, InvoiceFile
from services.billing.invoices.service import find_invoice
from services.billing.invoices.statement import identity_of
from shared.errors import WAIT, Conflict, NotFound
from shared.events.billing import InvoiceDownloaded
from shared.exports.archives import Telling
from shared.files import Files
from shared.outbox import cause_of, emit
from shared.reads import ScopedReads
from shared.waking import wake

log = structlog.get_logger()

RETRY_AFTER = 2
Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""Begins a transaction in the scope of the request."""

_FILE = f"""
SELECT t.number, f.key, f.sha256, f.size, {STATE} AS state
  FROM invoices t LEFT JOIN invoice_files f ON f.invoice_id = t.id
 WHERE t.workspace_id = $1 AND t.id = $2 AND t.status <> 'draft'"""  # noqa: S608 - constants


class InvoiceBeingPrinted(Conflict):
    """The PDF is made within seconds after the invoice's issue. ``Retry-After`` says when to ask again. A file that was
    lost, and that of an invoice from before files were kept, is made when it is asked for."""

    title = "The PDF is being made"
    members = WAIT


class InvoiceNotPrinted(Conflict):
    """The PDF could not be made, after several tries. The provider's staff see that, and can have it made again."""

    title = "The PDF could not be made"


@dataclass(frozen=True, slots=True)
class Opened:
    number: str
    size: int
    pieces: AsyncIterator[bytes]


async def open_document(
    read: ScopedReads, files: Files, begin: Begin, invoice_id: UUID, of_archive: Telling | None = None
) -> Opened:
    """The PDF of an invoice. No connection is held while the file is read. Publishes `InvoiceDownloaded`, for the audit
    log, or what is published of an archive. Raises `NotFound`, `InvoiceBeingPrinted`, `InvoiceNotPrinted`."""
    workspace_id = read.access.workspace_id
    found = await read.fetchrow(_FILE, workspace_id, invoice_id)
    if found is None:
        raise NotFound("There is no such invoice.")
    if found["state"] == "failed":
        raise InvoiceNotPrinted(f"The PDF of invoice {found['number']} could not be made. The provider knows of it.")
    if found["state"] == "printing" or not await is_intact(files, found["key"], found["sha256"]):
        await _have_printed(begin, workspace_id, invoice_id, found)
        wait = f"The PDF of invoice {found['number']} is being made. Ask again in a moment."
        raise InvoiceBeingPrinted(wait, retry_after=RETRY_AFTER)
    async with begin() as session:
        if of_archive:
            await of_archive(session)
        else:
            invoice = await session.get_one(Invoice, invoice_id)
            await emit(session, InvoiceDownloaded(subject_version=invoice.version, **identity_of(invoice)))
    return Opened(found["number"], found["size"], await files.open(found["key"]))


async def _have_printed(begin: Begin, workspace_id: UUID, invoice_id: UUID, found: Any) -> None:
    """Now: an invoice without a row, one from before files were kept, and one whose file is lost or was changed."""
    lost = found["state"] == "ready"
    if lost:
        log.error("invoice.file_lost", number=found["number"], key=found["key"])
    async with begin() as session:
        row = await lock_file(session, invoice_id)
        if row is None:
            invoice = await find_invoice(session, workspace_id, invoice_id)
            await ask_for_files(session, [(invoice, cause_of(session))])
        elif (lost and row.key == found["key"] and row.due_at is None) or (
            row.due_at is not None and row.tries == 0 and row.lease_id is None
        ):
            now = update(InvoiceFile).where(InvoiceFile.id == row.id)
            await session.execute(now.values(due_at=func.clock_timestamp(), tries=0))
            await wake(session, InvoiceFile.__tablename__)
