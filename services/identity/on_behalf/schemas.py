from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.identity.people.schemas import PersonRead
from services.identity.sessions.schemas import Destination
from services.identity.workspaces.schemas import WorkspaceRead
from shared.schemas import Line, Read

Reason = Annotated[Line, Field(max_length=200)]


class Entry(Destination):
    """The workspace to work on behalf of, and why."""

    reason: Reason | None = None
    """What the person is there for, in one line. The workspace's log and its list of visits say it. Needed where the
    provider or the person's own workspace asks for it."""


class VisitRead(Read):
    """Somebody's work on behalf of this workspace, which goes on now."""

    id: UUID
    user: PersonRead
    role: str
    started_at: datetime
    """In business time."""
    reason: str | None
    """What they are there for, in their words; null: they did not say it."""


class VisitBelowRead(VisitRead):
    """Work on behalf by somebody of this workspace."""

    workspace: WorkspaceRead
    """The customer or partner for whom they work."""
