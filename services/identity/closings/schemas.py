from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.identity.people.schemas import PersonRead
from shared.schemas import Body, Read


class ClosingCreate(Body):
    """To confirm that this account is meant."""

    account_number: Annotated[str, Field(min_length=1, max_length=40)]
    """The account number of the workspace, typed by the holder."""


class ClosingRead(Read):
    """That the account of a workspace is being closed, or is closed. Times are real time."""

    asked_at: datetime
    asked_by: PersonRead
    """The holder who asked for it."""
    closes_at: datetime
    """When it is closed, unless a holder keeps it before."""
    closed_at: datetime | None
    """Since when it is closed, for good; null: it is not yet."""


class OwnClosingRead(Read):
    """Whether the account of the caller's workspace is being closed, and what closing it means."""

    closing: ClosingRead | None
    """Null: nobody wants that."""
    would_close_at: datetime
    """When it would be closed if it was asked for now."""
    account_number: str
    losing_access: int
    """How many people have access to the workspace, or to a part of it, and lose it: all but its holders, with those of
    its seller who are linked to it."""
    invitations: int
    """How many invitations are pending, which end."""
    has_customers: bool
    """Whether it is a partner with customers, which have to be removed, moved or closed first."""
    signed_in_lately: bool
    """Whether the caller has proven their mailbox within 15 minutes, as it is needed to ask for it."""


class ClosingBelowRead(Read):
    """A workspace below the caller's, and whether its account is being closed."""

    workspace_id: UUID
    display_name: str
    kind: Literal["partner", "customer"]
    closing: ClosingRead | None
    """Null: its holders do not want that."""
