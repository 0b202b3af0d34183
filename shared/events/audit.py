"""The events of audit, which are entries of the log that it keeps."""

from typing import ClassVar

from shared.events.attempts import AttemptEvent
from shared.events.exports import ArchiveEvent, ExportEvent


class ExportMade(ExportEvent):
    """A list was exported to a file, for the person who is the actor."""

    publisher: ClassVar[str] = "audit"
    subject_type: ClassVar[str] = "export"


class ExportDownloaded(ExportEvent):
    """The file of an export was downloaded by the person who had asked for it."""

    publisher: ClassVar[str] = "audit"
    subject_type: ClassVar[str] = "export"


class ArchiveRequested(ArchiveEvent):
    """An archive of all data of the workspace was asked for. This is the part of it that audit has."""

    publisher: ClassVar[str] = "audit"
    subject_type: ClassVar[str] = "archive"


class ArchiveDownloaded(ArchiveEvent):
    """The archive was downloaded by the person who had asked for it: this part of it. Told once an hour,
    however many files are read."""

    publisher: ClassVar[str] = "audit"
    subject_type: ClassVar[str] = "archive"


class AttemptRefused(AttemptEvent):
    """A signed-in person tried what their role does not allow."""

    publisher: ClassVar[str] = "audit"
    subject_type: ClassVar[str] = "user"
