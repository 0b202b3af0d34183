from datetime import datetime
from uuid import UUID

from services.notifications.own_mails.models import OwnMailState
from services.notifications.topics import Topic
from shared.schemas import Read


class OwnMailRead(Read):
    """A mail to the caller, and what became of it."""

    id: UUID
    topic: Topic
    title: str
    """What it is about, in the language that was asked for."""
    about: str | None
    """Of which thing it tells, such as the name of a service."""
    workspace_name: str | None
    """The workspace that it is about, as far as it is known."""
    at: datetime
    """When the caller was to be told."""
    state: OwnMailState
    why: str | None
    """Why it is deferred, failed or suppressed: ``switched_off``, ``same_address``, ``removed``, ``bounced`` (it came
    back, or was not sent since others had), or as of undelivered mails. Null while it waits, and once it is sent."""
    ended_at: datetime | None
    """When it was sent, failed or was suppressed."""
    may_be_sent_again: bool
    """Whether the caller can have it mailed again now."""


class AskedAgainRead(Read):
    id: UUID
    """The mail that is sent again, as a new one."""
