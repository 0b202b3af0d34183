"""Audit: the workspace's log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page
from services.portal.clients.own_data import Keeping
from services.portal.clients.places import Place
from services.portal.clients.visits import PastVisit


class Actor(Answer):
    id: UUID | None
    address: str | None
    display_name: str | None
    via: str


class Subject(Answer):
    type: str
    id: UUID


class Entry(Answer):
    id: UUID
    at: datetime
    action: str
    title: str
    actor: Actor
    place: Place | None
    subject: Subject
    names: dict[str, str]
    """By the ids of what the entry is about."""
    correlation_id: UUID
    details: dict[str, Any] | None
    """None where what is stored cannot be read."""
    hidden: list[str]
    """The details that the reader may not see."""


class VisitWithEntries(PastVisit):
    entries: list[Entry]
    """What was done during the visit, newest first."""


@dataclass(frozen=True)
class Audit(Exporting, Keeping):
    async def entries(
        self,
        *,
        action: str = "",
        actor_id: UUID | None = None,
        on_behalf: bool = False,
        subject_id: UUID | None = None,
        correlation_id: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str = "",
        limit: int = 50,
    ) -> Page[Entry]:
        period = {"from": since and since.isoformat(), "to": until and until.isoformat()}
        query = {"action": action, "actor_id": actor_id, "subject_id": subject_id, "correlation_id": correlation_id}
        via = "on_behalf" if on_behalf else None
        return await self.api.get("/entries", Page[Entry], **query, via=via, cursor=cursor, limit=limit, **period)

    async def visits(self, *, cursor: str = "", limit: int = 50) -> Page[PastVisit]:
        """Work on behalf of the workspace that is over, the last one first."""
        return await self.api.get("/visits", Page[PastVisit], cursor=cursor, limit=limit)

    async def visit(self, visit_id: UUID) -> VisitWithEntries:
        return await self.api.get(f"/visits/{visit_id}", VisitWithEntries)

    async def entry(self, entry_id: UUID) -> Entry:
        return await self.api.get(f"/entries/{entry_id}", Entry)
