from datetime import datetime
from typing import Literal
from uuid import UUID

from services.audit.entries.schemas import EntryRead
from shared.schemas import Read


class VisitorRead(Read):
    """Who worked on behalf. The address is null where the person was erased, or is not known."""

    id: UUID
    address: str | None
    display_name: str | None


class DeedRead(Read):
    """What was done during a visit, and how often."""

    action: str
    """An event's name."""
    times: int


class VisitRead(Read):
    """Work on behalf of the workspace that is over."""

    id: UUID
    """Of the entry that says that it ended."""
    user: VisitorRead
    role: str
    started_at: datetime | None
    """In business time; null: the log does not say it, as of visits of before."""
    ended_at: datetime
    end: Literal["ended", "replaced", "expired", "revoked"]
    """``revoked``: somebody else ended it."""
    reason: str | None
    """What they were there for, in their words; null: they did not say it."""
    deeds: list[DeedRead] | None
    """What they did, in the order in which it began; null where it is not known when the visit began."""
    more: bool
    """Whether they did more than is counted, which is up to 200."""


class VisitDetailRead(VisitRead):
    entries: list[EntryRead]
    """What they did, newest first, up to 200."""
