"""The recipient book: copies of people and contacts, updated by events, the newest version wins. It is read when a mail
is sent, so that addresses are current."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from services.notifications.topics import Topic
from shared.tables import Kind, rows


class Person(Base):
    """A user."""

    __tablename__ = "people"
    __table_args__ = (rows(Kind.person, worker="select insert update", owner="SELECT"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str | None]
    """Null once the person is erased, as the name."""
    display_name: Mapped[str | None]
    locale: Mapped[str | None]
    time_zone: Mapped[str | None]
    version: Mapped[int]
    """That of the newest event; of an erased person the last one that there is, so that nothing newer can come."""


class CompanyContact(Base):
    """A mail contact of a company, not a user (P29). A removed contact keeps its version, without personal data, so
    that an older event that arrives late does not restore it."""

    __tablename__ = "company_contacts"
    __table_args__ = (
        Index("ix_company_contacts_workspace_id_kind", "workspace_id", "kind"),
        rows(Kind.workspace, worker="select insert update delete"),
    )

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    kind: Mapped[str]
    address: Mapped[str | None]
    display_name: Mapped[str | None]
    wants_service_mail: Mapped[bool]
    wants_deletion_mail: Mapped[bool | None]
    wants_reminder_mail: Mapped[bool | None]
    version: Mapped[int]

    def receives(self, topic: Topic) -> bool:
        """Whether it is an admin contact that has opted in to mail about ``topic`` (P27, P28). A switch that is not
        known is as that of provisioned services."""
        switches = {
            Topic.service_deleted: self.wants_deletion_mail,
            Topic.invoice_long_overdue: self.wants_reminder_mail,
        }
        switched = switches.get(topic)
        wanted = self.wants_service_mail if switched is None else switched
        return self.kind == "admin" and self.address is not None and topic.row.is_wanted(wanted)


class BillGroupContact(Base):
    """The contact for a bill group's invoices (``billing``) or goods (``shipping``)."""

    __tablename__ = "bill_group_contacts"
    __table_args__ = (
        Index("ix_bill_group_contacts_workspace_id", "workspace_id"),
        rows(Kind.workspace, worker="select insert update delete"),
    )

    bill_group_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    address: Mapped[str]
    display_name: Mapped[str]
    version: Mapped[int]
