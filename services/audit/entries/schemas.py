from datetime import datetime
from typing import Any
from uuid import UUID

from shared.schemas import Read


class ActorRead(Read):
    """Who did it, and whether on behalf. The address is null where the system acted or the person was erased."""

    id: UUID | None
    address: str | None
    display_name: str | None
    """The person's name as it is now, where it is known."""
    via: str


class SubjectRead(Read):
    type: str
    id: UUID


class PlaceRead(Read):
    """From where the browser session was opened in which the actor did it."""

    ip: str | None
    browser: str | None
    """Which browser it is, in English, such as ``Firefox on Linux``; null: unknown."""
    browser_name: str | None
    """The browser alone, such as ``Firefox``, for words in other languages; null: unknown, as of older sessions."""
    operating_system: str | None
    """What the browser runs on, such as ``Linux``; null: unknown, as of older sessions."""


class EntryRead(Read):
    """One entry of the log. ``seq`` is its position in the workspace's sealed chain, null until it is sealed."""

    id: UUID
    seq: int | None
    at: datetime
    action: str
    title: str
    actor: ActorRead
    place: PlaceRead | None
    """Only of people of this workspace, and only for those who belong to it; null where it is not known."""
    subject: SubjectRead
    names: dict[str, str]
    """The names of what the entry is about, by the ids in it: numbers of invoices, names of services and people. Those
    without a known name are left out."""
    correlation_id: UUID
    """The same for all entries that follow from one request."""
    details: dict[str, Any] | None
    """What the event said; null if what is stored cannot be read."""
    hidden: list[str]
    """The names of details that are left out: money that the caller's role does not see, and from where people of
    another workspace came."""
