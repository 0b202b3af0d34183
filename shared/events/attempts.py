"""What the events of all services say about attempts that were refused."""

from typing import ClassVar
from uuid import UUID

from shared.events.base import Event


class AttemptEvent(Event):
    """Belongs to the workspace in which the person tried it. At most one per person, operation and hour."""

    subject_field: ClassVar[str] = "user_id"
    user_id: UUID
    """Who tried it."""
    permission: str
    """The permission that the person's role does not include, or only for requests, such as ``service.order``."""
    operation: str
    """The method and the path of the API, such as ``POST /api/provisioning/orders``."""
    count: int
    """How often it was tried and refused since the last such event."""
