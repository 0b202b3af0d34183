from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator

from services.identity.contacts.models import ContactKind
from services.identity.names import DisplayName
from shared.addresses import Address
from shared.lists import TableQuery
from shared.schemas import Body, Read


class ContactsQuery(TableQuery):
    kind: ContactKind | None = None
    sort: Literal["name"] = "name"


class ContactCreate(Body):
    kind: ContactKind
    address: Address
    display_name: DisplayName
    wants_service_mail: bool = False
    """Whether an admin contact gets mail when a service is provisioned."""
    wants_deletion_mail: bool | None = None
    """Whether it gets mail when a service is deleted. Null: as `wants_service_mail` says."""
    wants_reminder_mail: bool | None = None
    """Whether it gets mail, as a contact of the provider, when an invoice is open after all reminders. Null: as
    `wants_service_mail` says."""

    @model_validator(mode="after")
    def _switch_what_is_not_said(self) -> Self:
        for name in ("wants_deletion_mail", "wants_reminder_mail"):
            if getattr(self, name) is None:
                setattr(self, name, self.wants_service_mail)
        return self


class ContactUpdate(ContactCreate):
    """The whole new data of the contact."""


class ContactRead(Read):
    id: UUID
    kind: ContactKind
    address: str
    display_name: str
    wants_service_mail: bool
    """Whether an admin contact gets mail when a service is provisioned."""
    wants_deletion_mail: bool
    """Whether it gets mail when a service is deleted."""
    wants_reminder_mail: bool
    """Whether it gets mail, as a contact of the provider, when an invoice is open after all reminders."""
    mail_returned_at: datetime | None
    """Since when mails to it come back, so that none are sent. Null: they are sent."""
