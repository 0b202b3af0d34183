"""Company contacts."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.base import IdentityEvent


class ContactEvent(IdentityEvent):
    subject_field: ClassVar[str] = "contact_id"
    contact_id: UUID
    """The contact."""
    kind: Literal["admin", "technical", "billing"]
    """What the contact is written to about."""


class ContactAdded(ContactEvent):
    """A company contact, who is not a user, was added to ``workspace_id``. Updates the recipient book."""  # (P29)

    subject_type: ClassVar[str] = "contact"
    address: str
    """The e-mail address."""
    display_name: str
    """The name of who is written to."""
    wants_service_mail: bool
    """Whether this admin contact receives mail when a service is provisioned."""  # (P27)
    wants_deletion_mail: bool | None = None
    """Whether it receives mail when a service is deleted. Null: as `wants_service_mail` says."""  # (P27)
    wants_reminder_mail: bool | None = None
    """Whether it receives mail, as a contact of the provider, when an invoice is open after all reminders. Null: as
    `wants_service_mail` says."""


class ContactChanged(ContactAdded):
    """A company contact changed. Updates the recipient book."""

    subject_type: ClassVar[str] = "contact"


class ContactRemoved(ContactEvent):
    """A company contact was removed. Updates the recipient book."""

    subject_type: ClassVar[str] = "contact"
