"""What all events of identity have."""

from typing import ClassVar
from uuid import UUID

from shared.events.base import Event


class IdentityEvent(Event):
    publisher: ClassVar[str] = "identity"


class PersonEvent(IdentityEvent):
    user_id: UUID
    """The person."""
    subject_field: ClassVar[str] = "user_id"
