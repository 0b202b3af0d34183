"""The files of an archive, one after the other, while they are sent: no process holds more than a piece of one."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request

from services.portal.archive.parts import Archive
from services.portal.archive.readme import MISSING, MOST_PDFS, Readme
from services.portal.clients import Refused
from services.portal.clients.exports import ArchiveFile, Exporter
from services.portal.clients.sending import Streamed
from services.portal.runtime import begin_deadline, runtime_of
from services.portal.viewer import Viewer, find_viewer
from services.portal.zipping import Member, pieces_of

RENEWED_AFTER = timedelta(seconds=20)
"""A token lasts a minute, an archive takes longer."""
PDFS = ("invoices", "documents")
"""The lists of billing whose rows have a PDF."""
NOT_THERE = (404, 409, 410)
"""Of a PDF that could not be printed, or was removed since the list was made."""
LONGEST_NAME = 100
_UNSAFE = re.compile(r"[^\w. -]+")


class AccessLost(Exception):
    """The person works elsewhere now, or as somebody else. Nothing more is sent."""


@dataclass
class Packing:
    request: Request
    viewer: Viewer
    archive: Archive
    readme: Readme
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in PDFS})
    """The rows that have a PDF, as far as it is in the archive: id, number or title, and time."""
    missing: list[str] = field(default_factory=list)
    renewed_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.renewed_at = runtime_of(self.request).clock.real_now()

    async def members(self) -> AsyncGenerator[Member, None]:
        """Raises where something cannot be read: the file then ends in its midst, and cannot be taken for whole."""
        yield "README.txt", pieces_of([self.readme.text])
        for exporter, file in self.archive.files:
            services = (await self._renewed()).services
            async with services.exporting(exporter).export_file(file.id) as streamed:
                yield f"{exporter}/{file.name}.jsonl", self._content(exporter, file, streamed)
        for name in PDFS:
            async for member in self._pdfs(name):
                yield member
        if self.missing:
            yield MISSING, pieces_of([self.readme.missing, *(f"{path}\n" for path in self.missing)])

    def _content(self, exporter: Exporter, file: ArchiveFile, streamed: Streamed) -> AsyncIterator[bytes]:
        has_pdfs = exporter == "billing" and file.name in PDFS
        return self._noting(file.name, streamed.pieces) if has_pdfs else streamed.pieces

    async def _noting(self, name: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The pieces of a file, whose first rows say which PDFs there are."""
        rows, rest = self.rows[name], b""
        async for piece in pieces:
            if len(rows) < MOST_PDFS:
                *lines, rest = (rest + piece).split(b"\n")
                rows += [orjson.loads(line) for line in lines[: MOST_PDFS - len(rows)]]
            yield piece

    async def _pdfs(self, name: str) -> AsyncGenerator[Member, None]:
        taken: set[str] = set()
        for row in self.rows[name]:
            path = f"billing/{name}/{unlike(name_of(row), taken)}.pdf"
            try:
                async with self._pdf(await self._renewed(), name, UUID(row["id"])) as streamed:
                    yield path, streamed.pieces
            except Refused as refusal:
                if refusal.status not in NOT_THERE:
                    raise
                self.missing.append(path)

    def _pdf(self, viewer: Viewer, name: str, id_: UUID) -> AbstractAsyncContextManager[Streamed]:
        billing, archive = viewer.services.billing, self.archive.batch_id
        return billing.invoice_pdf(id_, archive) if name == "invoices" else billing.document_file(id_, archive)

    async def _renewed(self) -> Viewer:
        """The viewer, with a token that is new enough. Raises `AccessLost`, and what `find_viewer` does."""
        now = runtime_of(self.request).clock.real_now()
        if now - self.renewed_at >= RENEWED_AFTER:
            begin_deadline(self.request)
            anew = await find_viewer(self.request)
            if (anew.workspace.id, anew.user.id) != (self.viewer.workspace.id, self.viewer.user.id):
                raise AccessLost
            self.viewer, self.renewed_at = anew, now
        return self.viewer


def name_of(row: dict[str, Any]) -> str:
    """Of a PDF, without characters that mean something to a file system. It begins with a letter or a digit."""
    said = row["number"] if "number" in row else f"{row['added_at'][:10]} {row['title']}"
    return _UNSAFE.sub("-", said)[:LONGEST_NAME].strip(" .-") or "-"


def unlike(name: str, taken: set[str]) -> str:
    """The name, with a number if another file has it, in any case."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name} ({number})"
    taken.add(found.casefold())
    return found
