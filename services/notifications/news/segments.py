"""Who a campaign is for. The function ``people_of_segment`` of the database is the only place that says it: it answers
to the pages of the job that makes messages, to each mail before it goes, and to the count that staff see."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.permissions import ROLES
from shared.db import run_sql

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
PEOPLE = (
    "SELECT user_id, workspace_id, parent_workspace_id, tag FROM people_of_segment($1, $2, $3, $4, $5, $6, $7) LIMIT $8"
)
COUNT = "SELECT people, switched_off FROM count_of_segment($1, $2, $3, $4, $5, $6)"


class Segment(BaseModel):
    """Who a campaign is for, as it is stored."""

    model_config = ConfigDict(frozen=True)

    kinds: tuple[Literal["customer", "partner"], ...]
    sellers: Literal["direct", "all", "partner"]
    partner_id: UUID | None = None
    roles: tuple[str, ...] = ()
    language: str | None = None

    @property
    def values(self) -> tuple[Any, ...]:
        """The parameters of the function. No role is chosen: all are meant."""
        return list(self.kinds), self.sellers, self.partner_id, list(self.roles or ROLES), self.language


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a segment, with the first of the workspaces by which they belong to it."""

    user_id: UUID
    workspace_id: UUID
    parent_workspace_id: UUID | None
    tag: str
    """Their language, with a region."""


async def people_of(session: AsyncSession, segment: Segment, after: UUID | None, limit: int) -> list[Member]:
    """The next people of a segment in the order of their ids, each once."""
    first = FIRST if after is None else UUID(int=after.int + 1)
    found = await run_sql(session, PEOPLE, *segment.values, first, LAST, limit)
    return [Member(**row) for row in found.mappings()]


async def belongs(session: AsyncSession, segment: Segment, user_id: UUID) -> bool:
    """Whether a person belongs to a segment now."""
    found = await run_sql(session, PEOPLE, *segment.values, user_id, user_id, 1)
    return found.first() is not None


async def count(session: AsyncSession, topic: str, segment: Segment) -> tuple[int, int]:
    """How many people belong to a segment now, and how many of them have switched the mails of a topic off. For the
    provider alone."""
    found = (await run_sql(session, COUNT, topic, *segment.values)).one()
    return found.people or 0, found.switched_off or 0
