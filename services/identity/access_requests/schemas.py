from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from services.identity.access_requests.models import AccessRequestState
from services.identity.access_requests.names import WorkspaceName
from services.identity.workspaces.schemas import WorkspaceRead
from shared.lists import ListQuery
from shared.schemas import Body, Read
from shared.texts import one_line

Message = Annotated[str, Field(max_length=300), BeforeValidator(one_line)]
Reason = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(one_line)]


class AccessAsk(Body):
    workspace: WorkspaceName
    """The workspace's URL, the name in it, or its GUID."""
    message: Message = ""
    """A line to those who decide."""


class AskedRead(Read):
    """One's own request, as one entered it."""

    id: UUID
    name: str
    """The name in URLs or the GUID that was entered."""
    state: AccessRequestState
    """``pending`` also where there is no such workspace: nobody learns which exist."""
    reason: str | None
    """Why it was denied, where it was."""
    asked_at: datetime
    expires_at: datetime


class AskOutcome(Read):
    """What came of asking: either of the two."""

    asked: AskedRead | None
    """The request, which waits for an admin."""
    joined: WorkspaceRead | None
    """The workspace that the caller had an invitation to. It is accepted, and they are a user now."""


class AccessRequestsQuery(ListQuery):
    state: AccessRequestState | None = None


class AccessRequestRead(Read):
    """A request as shown to those who decide."""

    id: UUID
    user_id: UUID
    address: str
    display_name: str
    message: str
    state: AccessRequestState
    asked_at: datetime
    expires_at: datetime
    decider: str | None
    """Who approved or denied it."""
    reason: str | None


class AccessDenial(Body):
    reason: Reason
    """It is told to the person who asked."""
