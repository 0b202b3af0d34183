"""What the events of all services say about an export."""

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
