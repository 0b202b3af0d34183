"""An archive of a workspace: its parts in all services that keep lists."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.portal.clients.exports import EXPORTERS, ArchiveFile, ArchivePart, Exporter
from services.portal.viewer import Section, Viewer, section

PERMISSION = "workspace.export"
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Archive:
    """The newest archive of the person."""

    batch_id: UUID
    requested_at: datetime
    parts: Mapping[Exporter, ArchivePart]
    missing: tuple[Exporter, ...]
    """The services that have no part of it, because they did not answer when it was asked for."""
    away: tuple[Exporter, ...]
    """The services that do not answer now."""

    @property
    def files(self) -> list[tuple[Exporter, ArchiveFile]]:
        return [
            (exporter, file) for exporter in EXPORTERS if exporter in self.parts for file in self.parts[exporter].files
        ]

    @property
    def made(self) -> int:
        """How many files are made."""
        return sum(file.state == "done" for _, file in self.files)

    @property
    def running(self) -> bool:
        return any(file.state not in ("done", "failed") for _, file in self.files)

    @property
    def failed(self) -> bool:
        """Whether a file could not be made."""
        return any(file.state == "failed" for _, file in self.files)

    @property
    def until(self) -> datetime:
        return self.requested_at + KEPT

    def ready(self, now: datetime) -> bool:
        """Whether all of it can be downloaded."""
        done = all(file.state == "done" and file.expires_at and file.expires_at > now for _, file in self.files)
        return done and not self.missing and not self.away


async def read_archive(viewer: Viewer) -> Section[Archive | None]:
    """The newest one, or None. Locked for whoever may not have one, on behalf, too."""
    if viewer.on_behalf:
        return Section("locked")
    found = await asyncio.gather(
        *(section(viewer, PERMISSION, viewer.services.exporting(name).archive_parts) for name in EXPORTERS)
    )
    answered = {name: each.value.items for name, each in zip(EXPORTERS, found, strict=True) if each.ready}
    if not answered:
        return Section(found[0].state, reference=found[0].reference)
    newest = max(
        (part for parts in answered.values() for part in parts), key=lambda part: part.requested_at, default=None
    )
    return Section("ready", _archive(newest, answered) if newest else None)


def _archive(newest: ArchivePart, answered: Mapping[Exporter, list[ArchivePart]]) -> Archive:
    parts = {name: part for name, each in answered.items() for part in each if part.batch_id == newest.batch_id}
    missing = tuple(name for name in answered if name not in parts)
    away = tuple(name for name in EXPORTERS if name not in answered)
    requested_at = min(part.requested_at for part in parts.values())
    return Archive(newest.batch_id, requested_at, parts, missing, away)
