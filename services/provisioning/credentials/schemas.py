from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.schemas import Body, Read


class CredentialsReset(Body):
    service_id: UUID


class CredentialsState(StrEnum):
    awaited = "awaited"
    """They are being made."""
    ready = "ready"
    """They can be shown, once, to whoever began the reset."""
    shown = "shown"
    over = "over"
    """Nobody looked at them within an hour."""
    failed = "failed"
    """The reset did not succeed, so that there are none."""


class CredentialsRead(Read):
    """What became of the new credentials of a service, without them."""

    state: CredentialsState
    begun_by_you: bool
    """Only whoever began the reset can be shown them."""
    until: datetime | None
    """Until when they can be shown, in real time. Null unless they can."""
    shown_at: datetime | None


class CredentialRead(Read):
    name: str
    """What it is called, in English."""
    code: str | None
    """Names ``name``, for words in other languages. Null if ``name`` is for everybody."""
    value: str


class NewCredentialsRead(Read):
    """The new credentials of a service. They are kept nowhere else."""

    credentials: list[CredentialRead]
