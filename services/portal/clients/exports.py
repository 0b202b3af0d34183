"""Exports of a service's lists."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api, Page
from services.portal.clients.sending import Streamed

ExportFormat = Literal["csv", "jsonl"]
Exporter = Literal["billing", "provisioning", "identity", "audit"]
EXPORTERS: tuple[Exporter, ...] = ("billing", "provisioning", "identity", "audit")
"""The services that have lists, in the order of an archive's folders."""


class Export(Answer):
    id: UUID
    list: str
    format: str
    state: str
    rows: int
    requested_at: datetime
    expires_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.state in ("done", "failed")


class ArchiveColumn(Answer):
    path: str
    title: str
    is_amount: bool


class ArchiveFile(Answer):
    """A list in a service's part of an archive, as JSON Lines."""

    id: UUID
    name: str
    meaning: str
    """In the language that the archive was asked for in."""
    state: str
    rows: int
    expires_at: datetime | None
    columns: list[ArchiveColumn]


class ArchivePart(Answer):
    batch_id: UUID
    requested_at: datetime
    files: list[ArchiveFile]


@dataclass(frozen=True)
class Exporting:
    """What every client of a service with lists can do."""

    api: Api

    async def exports(self) -> Page[Export]:
        """The person's own ones of the last day."""
        return await self.api.get("/exports", Page[Export])

    async def export(
        self, list_name: str, format_: ExportFormat, filters: dict[str, str], locale: str, key: str
    ) -> Export:
        body = {"list": list_name, "format": format_, "filters": filters, "locale": locale}
        return await self.api.post("/exports", Export, body, key=key)

    def export_file(self, export_id: UUID) -> AbstractAsyncContextManager[Streamed]:
        return self.api.stream(f"/exports/{export_id}/file")

    async def archive_parts(self) -> Page[ArchivePart]:
        """The service's part of the person's archives of the last day, the newest first."""
        return await self.api.get("/exports/batches", Page[ArchivePart])

    async def prepare_archive(self, batch_id: UUID, locale: str, key: str) -> ArchivePart:
        body = {"batch_id": str(batch_id), "locale": locale}
        return await self.api.post("/exports/batches", ArchivePart, body, key=key)
