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
    batch_id: UUID | None
    """The archive that it is a part of; null: it was asked for alone."""
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


class BatchCreate(Body):
    """The service's part of an archive."""

    batch_id: UUID
    """Chosen by the caller, the same for the parts of an archive in all services. Asked for again, nothing is added."""
    locale: Locale = DEFAULT_TAG
    """The language of what describes the files."""


class ColumnRead(Read):
    """A member of the objects in a file."""

    path: str
    """Its name; with dots where it is within others, such as ``product.display_name``."""
    title: str
    """What it is."""
    is_amount: bool
    """Whether it is an amount, in minor units of its currency."""


class BatchFileRead(ExportRead):
    """A list in an archive, as JSON Lines."""

    name: str
    """Of the file in the archive: that of the list, or of the part of it that it has."""
    meaning: str
    """What it has, in the language of the archive."""
    columns: list[ColumnRead]
    """The members that have a title, in the language of the archive."""


class BatchRead(Read):
    """A service's part of an archive: all lists that the person may see."""

    batch_id: UUID
    requested_at: datetime
    """In real time."""
    files: list[BatchFileRead]
