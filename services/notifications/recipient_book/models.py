"""Whom we can write to. Filled by events, newest version wins; read when a mail is sent, so that none goes to a stale
address."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from shared.db import Kind


class Person(Base):
    """A user."""

    __tablename__ = "people"
    __table_args__ = ({"info": {"kind": Kind.person}},)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str]
    display_name: Mapped[str]
    version: Mapped[int]


class CompanyContact(Base):
    """Someone to write to in a company; no user (P29). A removed one stays as a version without a person, so that an
    older event that comes late does not bring it back."""

    __tablename__ = "company_contacts"
    __table_args__ = (
        Index("ix_company_contacts_workspace_id_kind", "workspace_id", "kind"),
        {"info": {"kind": Kind.workspace}},
    )

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    kind: Mapped[str]
    address: Mapped[str | None]
    display_name: Mapped[str | None]
    wants_service_mail: Mapped[bool]
    version: Mapped[int]

    @property
    def hears_of_services(self) -> bool:
        """Whether it is an admin contact that asked for mail about its customers' services (P27, P28)."""
        return self.kind == "admin" and self.wants_service_mail and self.address is not None


class BillGroupContact(Base):
    """Who gets a bill group's invoices (``billing``) or goods (``shipping``)."""

    __tablename__ = "bill_group_contacts"
    __table_args__ = (
        Index("ix_bill_group_contacts_workspace_id", "workspace_id"),
        {"info": {"kind": Kind.workspace}},
    )

    bill_group_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    address: Mapped[str]
    display_name: Mapped[str]
    version: Mapped[int]
