from typing import Annotated

from pydantic import Field

from services.identity.workspaces.schemas import Slug, WorkspaceRead
from shared.schemas import Body, Read

SessionSecret = Annotated[str, Field(min_length=20, max_length=200)]


class SessionRef(Body):
    """The session, by the secret that signing in gave."""

    session: SessionSecret


class Destination(Body):
    """A workspace by its name in URLs."""

    workspace: Slug


class ActingRead(Read):
    """Where the session works now."""

    workspace: WorkspaceRead
