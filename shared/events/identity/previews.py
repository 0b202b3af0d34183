"""Previews of bill groups: staff of the provider see what a visitor sees."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.access import AccessEvent


class PreviewOpened(AccessEvent):
    """A user of the provider started to see this customer's portal as a visitor of one bill group does, read-only,
    under the derived ``grant``."""

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""
    bill_group_id: UUID
    """The bill group."""
    bill_group_name: str
    """Its name at that moment."""
    expires_at: datetime
    """When it ends by itself, in real time."""


class PreviewEnded(AccessEvent):
    """A preview ended, and with it the derived ``grant``."""

    subject_type: ClassVar[str] = "grants"
    home_workspace_id: UUID
    """The workspace that the person comes from."""
    bill_group_id: UUID
    """The bill group."""
    reason: Literal["ended", "replaced", "expired", "revoked"]
    """Why it is over."""
