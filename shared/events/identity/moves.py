"""A customer that goes from one seller to another: what is proposed to it, and what becomes of that."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events.identity.base import IdentityEvent
from shared.events.identity.workspaces import WorkspaceEvent


class MoveEvent(IdentityEvent):
    """``workspace_id`` is the customer, which stays what it is: only who is above it would be another company. Of the
    companies its log tells the names alone."""

    move_id: UUID
    """The proposal."""
    display_name: str
    """The customer's name for people."""
    from_company: str
    """The name of the company that sells to it until it consents, when the move was proposed."""
    to_company: str
    """The name of the company that would sell to it then, when the move was proposed."""
    proposed_by: UUID
    """The person of the provider's staff who proposed it."""


class MoveProposed(MoveEvent):
    """The provider proposed that another company sells to the customer. Notifies the customer's admins, who consent or
    decline."""

    subject_type: ClassVar[str] = "move"
    subject_field: ClassVar[str] = "move_id"
    company: str
    """The name of the provider."""
    reason: str
    """Why, in words for the customer's admins."""
    expires_at: datetime
    """When the proposal ends by itself, in real time."""


class MoveWithdrawn(MoveEvent):
    """The provider's staff took a proposed move back. Notifies the customer's admins."""

    subject_type: ClassVar[str] = "move"
    subject_field: ClassVar[str] = "move_id"


class MoveDeclined(MoveEvent):
    """An admin of the customer declined a proposed move. Notifies who proposed it."""

    subject_type: ClassVar[str] = "move"
    subject_field: ClassVar[str] = "move_id"
    reason: str
    """Why, in words for the provider's staff."""


class MoveExpired(MoveEvent):
    """Nobody of the customer answered a proposed move in time. Notifies who proposed it."""

    subject_type: ClassVar[str] = "move"
    subject_field: ClassVar[str] = "move_id"


class WorkspaceMoved(WorkspaceEvent):
    """An admin of a customer consented to a proposed move: ``parent_workspace_id`` is above it from now on.
    Notifies the customer's admins and who proposed it."""

    version: ClassVar[int] = 3
    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    move_id: UUID
    """The proposal."""
    from_company: str
    """The name of the company that sold to it before."""
    to_company: str
    """The name of the company that sells to it now."""
    proposed_by: UUID
    """The person of the provider's staff who proposed it."""


class CustomerLeft(IdentityEvent):
    """A customer has another seller now: ``workspace_id`` sells to it no more, and sees nothing of it. Notifies its
    admins."""

    subject_type: ClassVar[str] = "customer"
    subject_field: ClassVar[str] = "customer_id"
    customer_id: UUID
    """The customer."""
    customer_name: str
    """Its name for people."""
    account_number: str
    """Its number."""


class CustomerJoined(IdentityEvent):
    """A customer of somebody else came to ``workspace_id``, which sells to it from now on. Notifies its admins."""

    subject_type: ClassVar[str] = "customer"
    subject_field: ClassVar[str] = "customer_id"
    customer_id: UUID
    """The customer."""
    customer_name: str
    """Its name for people."""
    account_number: str
    """Its number."""
