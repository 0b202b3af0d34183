"""Documents of an account: contracts, statements, and what else the provider's staff put there as a PDF."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.bill_groups.service import find_group
from services.billing.documents.models import Document
from services.billing.documents.schemas import DocumentsQuery
from services.billing.settings import Settings
from shared.auth import Access
from shared.db import Sessions
from shared.errors import Conflict, Gone, Invalid, NotFound, Problem
from shared.events.billing import DocumentAdded, DocumentDownloaded, DocumentRemoved
from shared.exports.archives import Telling
from shared.files import Files, Folder, NoSuchFile
from shared.one_at_a_time import one_at_a_time
from shared.outbox import emit
from shared.pages import decode_cursor, page_of
from shared.reads import ScopedReads
from shared.sellers import acting_for

log = structlog.get_logger()

MOST = 1_000
"""Per account."""
BYTES = 8 * 1024 * 1024
KEPT = timedelta(hours=1)
"""For how long the file of a removed document stays, in real time: somebody may be downloading it."""
AT_ONCE = 200

PAGE = """
SELECT id::text, title, kind, bill_group_id::text, size, added_at FROM documents
WHERE workspace_id = $1 AND removed_at IS NULL{after} ORDER BY added_at DESC, id DESC LIMIT $2
"""
FIND = """
SELECT id::text, title, kind, bill_group_id::text, size, added_at FROM documents
WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL
"""
AFTER = " AND (added_at, id) < ($3, $4)"


Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""Begins a transaction in the scope of the request."""


class NotAPdf(Invalid):
    """A document is a PDF of at most 8 MB."""

    title = "Not a PDF"


class TooManyDocuments(Conflict):
    """An account has at most 1,000 documents. Remove some that nobody needs."""

    title = "Too many documents"


class OtherDocument(Conflict):
    """Another document was added with this id. A new one needs an id of its own."""

    title = "There is another document with this id"


class DocumentLost(Gone):
    """The file of the document is no longer in the store. The provider can add it again."""

    title = "The document is lost"


@dataclass(frozen=True, slots=True)
class Opened:
    title: str
    size: int
    pieces: AsyncIterator[bytes]


def store_of(settings: Settings) -> Files:
    return Folder(settings.files_dir / "billing")


async def check_pdf(content: bytes) -> str:
    """The SHA-256 of a PDF. Raises `NotAPdf`."""
    if not content.startswith(b"%PDF-") or len(content) > BYTES:
        raise NotAPdf("Send a PDF of at most 8 MB.")
    return await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())


async def list_documents(read: ScopedReads, query: DocumentsQuery) -> dict[str, Any]:
    """The newest first."""
    values: list[Any] = [read.access.workspace_id, query.limit + 1]
    if query.cursor:
        values += decode_cursor(query.cursor, tuple[datetime, UUID])
    page = PAGE.format(after=AFTER if query.cursor else "")
    return page_of(await read.fetch(page, *values), query.limit, ("added_at", "id"))


async def read_document(read: ScopedReads, document_id: UUID) -> dict[str, Any]:
    """Raises `NotFound`."""
    row = await read.fetchrow(FIND, read.access.workspace_id, document_id)
    if row is None:
        raise NotFound("There is no such document.")
    return dict(row.items())


async def add_document(
    files: Files, begin: Begin, access: Access, document: Document, content: bytes
) -> Document:  # fmt: skip
    """Keep a document, once. Its file is in the store before anybody sees its row. Raises `NotFound`, `OtherDocument`
    or `TooManyDocuments`."""
    await files.put(document.key, _whole(content))
    try:
        async with begin() as session, acting_for(session, access, document.workspace_id):
            return await _add(session, document)
    except Problem:
        await files.delete(document.key)  # nobody refers to it: the id of another document has another key
        raise


async def _add(session: AsyncSession, document: Document) -> Document:
    await one_at_a_time(session, f"documents of {document.workspace_id}")
    if document.bill_group_id is not None:
        await find_group(session, document.workspace_id, document.bill_group_id)
    if (found := await session.get(Document, document.id)) is not None:
        if identity_of(found) | {"sha256": found.sha256} != identity_of(document) | {"sha256": document.sha256}:
            raise OtherDocument("This id is that of another document.")
        return found
    there = select(func.count()).select_from(Document).where(Document.workspace_id == document.workspace_id)
    if (await session.scalar(there.where(Document.removed_at.is_(None))) or 0) >= MOST:
        raise TooManyDocuments(f"There are {MOST:,} documents already.")
    session.add(document)
    await emit(session, DocumentAdded(subject_version=1, **identity_of(document)))
    return document


async def remove_document(
    session: AsyncSession, access: Access, workspace_id: UUID, document_id: UUID, *, real_now: datetime
) -> None:
    """Take a document away; its file is deleted within hours. Raises `NotFound`."""
    async with acting_for(session, access, workspace_id):
        document = await session.get(Document, document_id, with_for_update=True)
        if document is None or document.removed_at is not None or document.workspace_id != workspace_id:
            raise NotFound("There is no such document.")
        document.removed_at = real_now
        await emit(session, DocumentRemoved(subject_version=2, **identity_of(document)))


async def open_document(
    read: ScopedReads, files: Files, begin: Begin, document_id: UUID, of_archive: Telling | None = None
) -> Opened:
    """The file of a document, whose download is logged, or that of the archive that it is for. No connection is held
    while the file is read. Raises `NotFound` and `DocumentLost`."""
    await read_document(read, document_id)
    async with begin() as session:
        document = await session.get_one(Document, document_id)
        opened = Opened(document.title, document.size, await _pieces(files, document.key))
        if of_archive:
            await of_archive(session)
        else:
            await emit(session, DocumentDownloaded(subject_version=1, **identity_of(document)))
    return opened


async def _pieces(files: Files, key: str) -> AsyncIterator[bytes]:
    try:
        return await files.open(key)
    except NoSuchFile:
        log.error("document.lost", key=key)
        raise DocumentLost("Ask your provider to add it again.") from None


async def forget_removed(files: Files, sessions: Sessions, real_now: datetime) -> int:
    """Delete the files of documents that were removed, and their rows, at most `AT_ONCE`. A file goes before its row:
    after a crash it is tried again."""
    async with sessions.begin() as session:
        gone = select(Document).where(Document.removed_at < real_now - KEPT).order_by(Document.removed_at)
        found = list(await session.scalars(gone.limit(AT_ONCE)))
    for document in found:
        await files.delete(document.key)
    async with sessions.begin() as session:
        await session.execute(delete(Document).where(Document.id.in_([each.id for each in found])))
    return len(found)


def identity_of(document: Document) -> dict[str, Any]:
    return {
        "workspace_id": document.workspace_id, "document_id": document.id, "kind": document.kind,
        "title": document.title, "bill_group_id": document.bill_group_id,
    }  # fmt: skip


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
