"""Asking for access to a workspace."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.base import IdentityEvent


class AccessRequestEvent(IdentityEvent):
    subject_field: ClassVar[str] = "access_request_id"
    access_request_id: UUID
    """The request."""
    user_id: UUID
    """The person who asked."""


class AccessRequested(AccessRequestEvent):
    """A person who has an account asked for access to ``workspace_id``. Notifies its admins."""

    subject_type: ClassVar[str] = "access_request"


class AccessRequestApproved(AccessRequestEvent):
    """An admin let the person in. Notifies the person. What they may do says ``identity.access_granted``."""

    subject_type: ClassVar[str] = "access_request"


class AccessRequestDenied(AccessRequestEvent):
    """An admin refused access. Notifies the person."""

    subject_type: ClassVar[str] = "access_request"
    reason: str
    """Why, in the admin's words to the person."""


class AccessRequestWithdrawn(AccessRequestEvent):
    """The person took the request back, or joined in another way meanwhile."""

    subject_type: ClassVar[str] = "access_request"
    reason: Literal["withdrawn", "joined"] = "withdrawn"
    """Why it ended."""


class AccessRequestExpired(AccessRequestEvent):
    """Nobody answered the request in 30 days."""

    subject_type: ClassVar[str] = "access_request"
