from typing import Annotated, Literal

from pydantic import Field

from services.identity.workspaces.schemas import WorkspaceRead
from shared.schemas import Read


class DestinationRead(Read):
    """A workspace whose pages the person may open, and how they get there."""

    workspace: WorkspaceRead
    way: Literal["own", "on_behalf"]
    """``own``: they are a user of the workspace and switch to it. ``on_behalf``: they work on behalf of it."""
    home_workspace: WorkspaceRead
    """Where they have to be first: the workspace itself, or the parent on whose behalf they may enter it."""


LinkedSlug = Annotated[str, Field(max_length=63, pattern=r"^[a-z0-9-]*$")]
"""A workspace's name as it stands in a link, which may be that of no workspace."""
