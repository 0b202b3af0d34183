from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.identity.workspaces.schemas import Slug, WorkspaceRead
from shared.schemas import Body, Read

SessionSecret = Annotated[str, Field(min_length=20, max_length=200)]


class SessionRef(Body):
    """A session, identified by the secret from signing in."""

    session: SessionSecret


class Destination(Body):
    """A workspace, identified by its URL name."""

    workspace: Slug


class SessionRead(Read):
    """A browser in which the caller is signed in."""

    id: UUID
    browser: str | None
    """Which browser it is, in English, such as ``Firefox on Linux``; null: unknown."""
    browser_name: str | None
    """The browser alone, such as ``Firefox``, for words in other languages; null: unknown."""
    operating_system: str | None
    """What the browser runs on, such as ``Linux``; null: unknown."""
    ip: str | None
    """The address from which it signed in."""
    signed_in_at: datetime
    last_seen_at: datetime
    """When somebody last opened a page in it."""
    is_current: bool
    """Whether it is the session of this request."""


class ActingRead(Read):
    """The workspace in which the session acts now."""

    workspace: WorkspaceRead
