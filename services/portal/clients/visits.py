"""Visits: work on behalf, as it goes on (identity), and as the log tells of it when it is over (audit)."""

from datetime import datetime
from uuid import UUID

from services.portal.clients.http import Answer
from services.portal.clients.page_context import User, Workspace


class OpenVisit(Answer):
    """Somebody's work on behalf that goes on now."""

    id: UUID
    user: User
    role: str
    started_at: datetime
    reason: str | None = None


class OpenVisitBelow(OpenVisit):
    workspace: Workspace
    """For whom they work."""


class Visitor(Answer):
    id: UUID
    address: str | None
    display_name: str | None


class Deed(Answer):
    """What was done during a visit: an event's name, and how often."""

    action: str
    times: int


class PastVisit(Answer):
    """Work on behalf that is over."""

    id: UUID
    user: Visitor
    role: str
    started_at: datetime | None
    ended_at: datetime
    end: str
    reason: str | None
    deeds: list[Deed] | None
    """None where it is not known when the visit began."""
    more: bool
