"""Audit: the workspace's log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.http import Answer, Api, Page


class Actor(Answer):
    id: UUID | None
    address: str | None
    via: str


class Entry(Answer):
    id: UUID
    at: datetime
    action: str
    title: str
    actor: Actor
    subject: dict[str, Any]
    details: dict[str, Any] | None
    """None where what is stored cannot be read."""
    hidden: list[str]
    """The details that the role may not see."""


@dataclass(frozen=True)
class Audit:
    api: Api

    async def entries(
        self,
        *,
        action: str = "",
        actor_id: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str = "",
        limit: int = 50,
    ) -> Page[Entry]:
        period = {"from": since and since.isoformat(), "to": until and until.isoformat()}
        query = {"action": action, "actor_id": actor_id, "cursor": cursor, "limit": limit} | period
        return await self.api.get("/entries", Page[Entry], **query)
