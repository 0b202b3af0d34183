from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.provisioning.db import Base
from shared.tables import Kind, rows


class SealedCredentials(Base):
    """The new credentials of a service, from when they were made until they are shown, or an hour has passed. The row
    stays without them, and says what became of them."""

    __tablename__ = "sealed_credentials"
    __table_args__ = (
        CheckConstraint("sealed IS NULL OR shown_at IS NULL", name="shown_once"),
        Index("ix_sealed_credentials_made_at", "made_at", postgresql_where=text("sealed IS NOT NULL")),
        rows(Kind.workspace, api="select update", worker="select insert update", worker_writes_across=True),
    )

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id"), primary_key=True)
    workspace_id: Mapped[UUID]
    sealed: Mapped[bytes | None]
    """Null: they were shown, or are over, or the operation did not succeed."""
    made_at: Mapped[datetime]
    """Real time, as is ``shown_at``."""
    shown_at: Mapped[datetime | None]
