from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.provisioning.releases.models import FileState, ReleaseState
from services.provisioning.releases.names import MOST_NAME, is_file_name
from shared.schemas import Body, Name, Read

MOST_NOTES = 10_000


def _file_name(name: str) -> str:
    if not is_file_name(name):
        raise PydanticCustomError("wrong_form", "must be letters, digits and . _ + ~ - only, without two dots together")
    return name


FileName = Annotated[str, Field(max_length=MOST_NAME), AfterValidator(_file_name)]
Version = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[A-Za-z0-9][A-Za-z0-9._+~-]*$")]


class ReleaseUpdate(Body):
    version: Version
    """What customers call it, such as ``2.4.1``: letters, digits and ``. _ + ~ -``. Unique among the releases of its
    product."""
    released_on: date
    """The day that decides which licences entitle to it: those whose maintenance had not ended before."""
    notes: str = Field("", max_length=MOST_NOTES)
    """What is new, as plain text with line breaks."""


class ReleaseCreate(ReleaseUpdate):
    product_id: UUID


class ReleaseWithdrawal(Body):
    reason: Annotated[Name, Field(max_length=300)]
    """Why it is offered no more, for the staff and the log."""


class PlacedFileChoice(Body):
    name: FileName
    """The name of a file that `GET /releases/placed-files` lists."""


class PlacedFileRead(Read):
    """A file that the operator has put into the store, below ``incoming/``."""

    name: str
    size: int
    """In bytes."""


class PlacedFilesRead(Read):
    """Which files a draft can have."""

    items: list[PlacedFileRead]
    """By name, at most 200."""
    upload_bytes: int
    """The size of the largest file that can be uploaded."""


class ReleaseFileRead(Read):
    id: UUID
    name: str
    state: FileState
    """``receiving``: it is being uploaded, or its upload broke off; ``checking``: its checksum is being computed;
    ``ready``; ``failed``: it could not be read from the store."""
    size: int | None
    """In bytes. Null until it is known."""
    sha256: str | None
    """In hexadecimal. Null until it is known."""
    downloads: int
    """How many downloads of it were begun, at most 1,000."""


class ReleaseSummaryRead(Read):
    id: UUID
    version: str
    released_on: date
    state: ReleaseState
    published_at: datetime | None
    """In business time, as ``withdrawn_at``."""
    withdrawn_at: datetime | None
    downloads: int
    """How many downloads of its files were begun, at most 1,000."""
    revision: int


class ReleaseRead(ReleaseSummaryRead):
    product_id: UUID
    notes: str
    withdrawn_for: str | None
    """Why it was withdrawn."""
    files: list[ReleaseFileRead]
    """By name."""


class ReleaseChanged(Read):
    """A release after a change."""

    id: UUID
    product_id: UUID
    version: str
    state: ReleaseState
    revision: int


class ReleaseFileAdded(Read):
    id: UUID
    name: str
    state: FileState
    size: int | None
    """In bytes. Null until it is known."""
    sha256: str | None
    """In hexadecimal. Null until it is known."""
