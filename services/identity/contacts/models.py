from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows

ContactKind = Literal["admin", "technical", "billing"]


class Contact(Base):
    """A mail contact of a company. A contact has no access, and a user is not a contact (P29)."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("uq_contacts_one_on_file", "workspace_id", unique=True, postgresql_where=text("is_on_file")),
        rows(Kind.workspace, api="select insert update delete", worker="select insert"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.workspace_id"), index=True)
    kind: Mapped[str]
    address: Mapped[str]
    display_name: Mapped[str]
    wants_service_mail: Mapped[bool]
    """An admin contact's switch for mails about services that customers provision or delete (P27)."""
    is_on_file: Mapped[bool] = mapped_column(default=False)
    """The contact that the parent keeps on file and invites (L10)."""
    version: Mapped[int] = mapped_column(default=1)
