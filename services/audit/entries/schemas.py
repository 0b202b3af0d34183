from datetime import datetime
from typing import Any
from uuid import UUID

from shared.schemas import Read


class ActorRead(Read):
    """Who did it, and whether on behalf. The address is null where the system acted or the person was erased."""

    id: UUID | None
    address: str | None
    via: str


class SubjectRead(Read):
    type: str
    id: UUID


class EntryRead(Read):
    """One entry of the log. ``seq`` is its position in the workspace's sealed chain, null until it is sealed."""

    id: UUID
    seq: int | None
    at: datetime
    action: str
    title: str
    actor: ActorRead
    subject: SubjectRead
    details: dict[str, Any] | None
    """What the event said; null if what is stored cannot be read."""
    hidden: list[str]
    """The names of details that are left out, because the caller's role does not see money."""
