"""The lists that a service lets people export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.events.exports import ArchiveEvent, ExportEvent
from shared.exports.lists import ExportList
from shared.files import Files, Folder
from shared.settings import ServiceSettings


@dataclass(frozen=True)
class Exports:
    """The others than ``lists`` are the service's events, which the log has of each export and of each archive."""

    service: str
    lists: Sequence[ExportList[Any]]
    made: type[ExportEvent]
    downloaded: type[ExportEvent]
    archive_requested: type[ArchiveEvent]
    archive_downloaded: type[ArchiveEvent]

    def named(self, name: str) -> ExportList[Any] | None:
        return next((each for each in self.lists if each.name == name), None)

    def files(self, settings: ServiceSettings) -> Files:
        return Folder(settings.files_dir / self.service)
