from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.db import Base
from shared.tables import Kind, rows


class DocumentKind(StrEnum):
    contract = "contract"
    statement = "statement"
    other = "other"


class Document(Base):
    """A PDF that the provider's staff keep with an account or with one of its bill groups, such as a contract. Its file
    is in the store. After it is removed the row stays until its file is deleted."""

    __tablename__ = "documents"
    __table_args__ = (
        ForeignKeyConstraint(["bill_group_id"], ["bill_groups.bill_group_id"]),
        CheckConstraint("kind IN ('contract', 'statement', 'other')", name="kind"),
        CheckConstraint("length(title) BETWEEN 1 AND 120", name="title"),
        CheckConstraint("size > 0", name="size"),
        Index("ix_documents_newest", "workspace_id", "added_at", "id", postgresql_where=text("removed_at IS NULL")),
        Index("ix_documents_removed", "removed_at", postgresql_where=text("removed_at IS NOT NULL")),
        rows(Kind.workspace, api="select insert update", worker="select delete", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Chosen by who adds it, so that it is added once."""
    workspace_id: Mapped[UUID]
    bill_group_id: Mapped[UUID | None]
    """Null: it is about the whole account, and nobody sees it whose access is limited to a bill group."""
    kind: Mapped[str]
    title: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    """Business time."""
    removed_at: Mapped[datetime | None]
    """Real time."""

    @property
    def key(self) -> str:
        """Its name in the store of files."""
        return f"documents/{self.id}/{self.sha256}.pdf"
