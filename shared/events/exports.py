"""What the events of all services say about an export, and about their part of an archive."""

from typing import ClassVar
from uuid import UUID

from shared.events.base import Event


class ExportEvent(Event):
    subject_field: ClassVar[str] = "export_id"
    export_id: UUID
    """The export."""
    list: str
    """The list's name, as in the API."""
    format: str
    """``csv`` or ``jsonl``."""
    rows: int
    """The number of rows in the file."""


class ArchiveEvent(Event):
    subject_field: ClassVar[str] = "batch_id"
    batch_id: UUID
    """The archive, whose parts in other services have the same id."""
    lists: tuple[str, ...]
    """The names of the lists in it, as in the API."""
