"""Invoices of all workspaces whose PDF could not be made, or lacks characters, for the provider's staff."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.invoices.models import STATE, TOLD, Invoice, InvoiceFile
from services.billing.invoices.statement import identity_of
from shared.auth import Access
from shared.errors import Conflict, NotFound
from shared.events import Via
from shared.events.billing import InvoicePrintRetried
from shared.outbox import emit
from shared.pages import decode_cursor, first_rows
from shared.reads import ScopedReads
from shared.waking import wake

FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
_SHOWN = f"""
SELECT f.invoice_id::text AS id, f.number, f.workspace_id::text, f.issued_at, f.failure, f.failed_at, f.missing,
       {STATE} AS state,
       (SELECT w.display_name FROM workspace_copies w WHERE w.id = f.workspace_id) AS customer_name
  FROM invoice_files f
 WHERE {TOLD} AND """  # noqa: S608 - constants
PAGE = first_rows(_SHOWN + "(f.issued_at, f.invoice_id) < ($1, $2) ORDER BY f.issued_at DESC, f.invoice_id DESC", "$3")


class AlreadyBeingPrinted(Conflict):
    """Somebody else had the PDF made again."""

    title = "The PDF is being made"


async def list_unprinted(read: ScopedReads, *, cursor: str | None, limit: int) -> list[dict[str, Any]]:
    """A page, the newest invoice first, with one row more than ``limit`` if there is a next page."""
    after = decode_cursor(cursor, tuple[datetime, UUID]) if cursor else FIRST_PAGE
    return [_described(row) for row in await read.fetch(PAGE, *after, limit + 1)]


async def workspace_of_unprinted(session: AsyncSession, invoice_id: UUID) -> UUID:
    """The workspace of an invoice of the list, in the provider's scope. Raises `NotFound`."""
    found = await session.scalar(select(InvoiceFile.workspace_id).where(InvoiceFile.invoice_id == invoice_id))
    if found is None:
        raise NotFound("This invoice is printed, or there is none.")
    return found


async def print_again(session: AsyncSession, invoice_id: UUID, by: Access) -> None:
    """Have it printed again, in the scope of its workspace, in whose log it is filed (K14). Raises
    `AlreadyBeingPrinted`."""
    row = await session.scalar(select(InvoiceFile).where(InvoiceFile.invoice_id == invoice_id).with_for_update())
    if row is None:
        raise NotFound("This invoice is printed, or there is none.")
    if row.due_at is not None:
        raise AlreadyBeingPrinted(f"The PDF of invoice {row.number} is being made.")
    row.due_at, row.tries = func.clock_timestamp(), 0
    await session.flush()
    await wake(session, InvoiceFile.__tablename__)
    invoice = await session.get_one(Invoice, invoice_id)
    elsewhere = by.workspace_id != invoice.workspace_id
    actor = by.actor.model_copy(update={"via": Via.parent}) if elsewhere else by.actor
    await emit(session, InvoicePrintRetried(subject_version=invoice.version, actor=actor, **identity_of(invoice)))


def _described(row: Any) -> dict[str, Any]:
    return dict(row.items()) | {"missing": orjson.loads(row["missing"])}
