from typing import Annotated

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


class ActingRead(Read):
    """The workspace in which the session acts now."""

    workspace: WorkspaceRead
