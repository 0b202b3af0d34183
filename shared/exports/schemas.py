from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from shared.exports.formats import ExportFormat
from shared.exports.models import ExportState
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.schemas import Body, Read


class ExportCreate(Body):
    list: Annotated[str, Field(min_length=1, max_length=50)]
    """The list's name: the last part of its path in the API."""
    format: ExportFormat
    filters: Annotated[dict[str, Any], Field(default_factory=dict, max_length=20)]
    """As in the query of the list."""
    locale: Locale = DEFAULT_TAG
    """The language of the titles in a CSV file."""


class ExportRead(Read):
    id: UUID
    list: str
    format: ExportFormat
    state: ExportState
    rows: int
    """Rows written so far."""
    size: int | None
    """Of the file, in bytes; null until it is done."""
    requested_at: datetime
    """In real time, like the times below."""
    finished_at: datetime | None
    expires_at: datetime | None
    """When the file can no longer be downloaded; null until it is done or has failed."""
