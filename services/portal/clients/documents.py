"""Billing: PDFs that the provider keeps with an account, such as contracts."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api, Page
from services.portal.clients.sending import Streamed

Nothing = type(None)
DocumentKind = Literal["contract", "statement", "other"]


class Document(Answer):
    id: UUID
    title: str
    kind: DocumentKind
    bill_group_id: UUID | None
    """None: it is about the whole account."""
    size: int
    added_at: datetime


@dataclass(frozen=True)
class KeepingDocuments:
    api: Api

    async def documents(self, *, cursor: str = "", limit: int = 50) -> Page[Document]:
        return await self.api.get("/documents", Page[Document], cursor=cursor, limit=limit)

    def document_file(self, document_id: UUID, archive: UUID | None = None) -> AbstractAsyncContextManager[Streamed]:
        """``archive``: for which archive, if not for itself."""
        return self.api.stream(f"/documents/{document_id}/file", archive=archive)

    async def customer_documents(self, customer_id: UUID, *, cursor: str = "", limit: int = 50) -> Page[Document]:
        return await self.api.get(f"/documents/of-customers/{customer_id}", Page[Document], cursor=cursor, limit=limit)

    async def customer_document(self, customer_id: UUID, document_id: UUID) -> Document:
        return await self.api.get(f"/documents/of-customers/{customer_id}/{document_id}", Document)

    async def add_document(
        self, customer_id: UUID, document_id: UUID, content: bytes, *, title: str, kind: DocumentKind,
        bill_group_id: UUID | None = None,
    ) -> Document:  # fmt: skip
        path = f"/documents/of-customers/{customer_id}/{document_id}"
        query = {"title": title, "kind": kind, "bill_group_id": bill_group_id}
        return await self.api.put_bytes(path, Document, content, **query)

    async def remove_document(self, customer_id: UUID, document_id: UUID) -> None:
        await self.api.delete(f"/documents/of-customers/{customer_id}/{document_id}")
