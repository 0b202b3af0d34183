from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas import Body, Read

Obstacle = Literal["holder", "last_admin"]


class ErasureCreate(Body):
    """To confirm that the person's own account is meant."""

    address: Annotated[str, Field(min_length=1, max_length=254)]
    """The person's own address, typed by them."""


class ErasureRead(Read):
    """That a person wants their account and their data deleted."""

    id: UUID
    requested_at: datetime
    due_at: datetime
    """When it is done, in real time, unless it is taken back before."""


class LeftWorkspaceRead(Read):
    """A workspace that the person leaves with their account."""

    id: UUID
    slug: str
    display_name: str
    role: str
    obstacle: Obstacle | None
    """Why the account cannot be deleted yet. ``holder``: they hold the account, or can still undo that somebody else
    does. ``last_admin``: nobody else there is an admin."""


class OwnErasureRead(Read):
    """Whether the caller's account is to be deleted, and what would follow."""

    erasure: ErasureRead | None
    """The open request."""
    workspaces: list[LeftWorkspaceRead]
    """At most 200."""
    signed_in_lately: bool
    """Whether the caller has proven their mailbox within 15 minutes, as a request needs it."""
