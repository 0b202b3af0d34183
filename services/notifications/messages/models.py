from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base, Document, PrimaryKey
from services.notifications.topics import Recipient, RecipientKind
from shared.origin import Originated
from shared.tables import Kind, rows


class Message(Base):
    """One fact for one recipient, sent once (D23). It contains no address and no secret."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("topic", "fact_id", "recipient_kind", "recipient_id", name="uq_messages_one_a_fact"),
        Index("ix_messages_workspace_id", "workspace_id"),
        rows(Kind.workspace, worker="select insert update", worker_writes_many=True),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    """The workspace of the cause, in whose log the message appears."""
    topic: Mapped[str]
    fact_id: Mapped[UUID]
    """The id of the event, or of the challenge or invitation whose secret is sent."""
    recipient_kind: Mapped[str]
    recipient_id: Mapped[UUID]
    facts: Mapped[Document]
    """Empty once its recipient is erased."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    @property
    def recipient(self) -> Recipient:
        return Recipient(RecipientKind(self.recipient_kind), self.recipient_id)


class Announcement(Originated, Base):
    """A fact that is sent to all interested contacts of a workspace. Kept for a day, for contacts that were added
    before it but whose event arrives later."""

    __tablename__ = "announcements"
    __table_args__ = (
        Index("ix_announcements_audience_workspace_id", "audience_workspace_id"),
        Index("ix_announcements_workspace_id", "workspace_id"),
        rows(Kind.workspace, worker="select insert update delete"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    audience_workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str]
    facts: Mapped[Document]
    occurred_at: Mapped[datetime]
    kept_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
