"""Exports, what was refused, and operators' commands."""

from typing import ClassVar
from uuid import UUID

from shared.events.attempts import AttemptEvent
from shared.events.exports import ArchiveEvent, ExportEvent
from shared.events.identity.base import IdentityEvent


class ExportMade(ExportEvent):
    """A list was exported to a file, for the person who is the actor."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "export"


class ExportDownloaded(ExportEvent):
    """The file of an export was downloaded by the person who had asked for it."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "export"


class ArchiveRequested(ArchiveEvent):
    """An archive of all data of the workspace was asked for. This is the part of it that identity has."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "archive"


class ArchiveDownloaded(ArchiveEvent):
    """The archive was downloaded by the person who had asked for it: this part of it. Told once an hour,
    however many files are read."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "archive"


class AttemptRefused(AttemptEvent):
    """A signed-in person tried what their role does not allow."""

    publisher: ClassVar[str] = "identity"
    subject_type: ClassVar[str] = "user"


class OperatorCommandRun(IdentityEvent):
    """Somebody who runs the installation changed something with a command on the server. Belongs to the provider's
    workspace. It is told right before the command does it."""

    subject_type: ClassVar[str] = "command"
    subject_field: ClassVar[str] = "command_id"
    command_id: UUID
    """This run of the command."""
    command: str
    """Which one, such as ``dead replay``."""
    arguments: str
    """What it was told, without personal data and secrets, such as ``--service billing``; empty: nothing."""
