from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows

ContactKind = Literal["admin", "technical", "billing"]


class Contact(Base):
    """A mail contact of a company. A contact has no access, and a user is not a contact (P29)."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("uq_contacts_one_on_file", "workspace_id", unique=True, postgresql_where=text("is_on_file")),
        # One for each combination of what the list can be asked (contacts/listing.py), names in the collation `names`.
        Index("ix_contacts_listed", "workspace_id", "display_name", "id", postgresql_where=text("version <> -1")),
        Index("ix_contacts_of_kind", "workspace_id", "kind", "display_name", "id",
              postgresql_where=text("version <> -2")),
        rows(Kind.workspace, api="select insert update delete", worker="select insert update"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    kind: Mapped[str]
    address: Mapped[str]
    display_name: Mapped[str]
    wants_service_mail: Mapped[bool]
    """An admin contact's switch for mails about services that are provisioned (P27)."""
    wants_deletion_mail: Mapped[bool | None]
    """The one about services that are deleted (P27). Null: as that of provisioned ones."""
    wants_reminder_mail: Mapped[bool | None]
    """The one about invoices that are open after all reminders, for contacts of the provider. Null: as that of
    provisioned services."""
    is_on_file: Mapped[bool] = mapped_column(default=False)
    """The contact that the parent keeps on file and invites (L10)."""
    mail_returned_at: Mapped[datetime | None]
    """Since when mails to the address come back, so that none are sent. None: they are sent."""
    version: Mapped[int] = mapped_column(default=1)


class ContactWord(Base):
    """The name or address of a contact from one of its words on, without case, accents and signs: what a search finds.
    Kept by a trigger."""

    __tablename__ = "contact_words"
    __table_args__ = (
        Index("ix_contact_words", "workspace_id", "word", "contact_id", postgresql_include=["shared"]),
        rows(Kind.workspace, api="select insert delete", worker="select insert delete"),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    shared: Mapped[int]
    """How many characters begin the word before it of the same contact in the same way."""
    workspace_id: Mapped[UUID]
