from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base, Document, PrimaryKey
from services.notifications.topics import Recipient, RecipientKind
from shared.db import Kind
from shared.origin import Originated


class Message(Base):
    """One fact for one recipient, who is told of it once (D23). It holds no address and no secret."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("topic", "fact_id", "recipient_kind", "recipient_id", name="uq_messages_one_a_fact"),
        Index("ix_messages_workspace_id", "workspace_id"),
        {"info": {"kind": Kind.workspace}},
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[UUID]
    """Where the cause happened; the message is filed in that workspace's log."""
    topic: Mapped[str]
    fact_id: Mapped[UUID]
    """The event it tells of, or the challenge or invitation whose secret it carries."""
    recipient_kind: Mapped[str]
    recipient_id: Mapped[UUID]
    facts: Mapped[Document]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    @property
    def recipient(self) -> Recipient:
        return Recipient(RecipientKind(self.recipient_kind), self.recipient_id)


class Announcement(Originated, Base):
    """A fact that all who hear of it in a parent workspace are told. It is kept for a day, for contacts that were added
    before it happened and whose event comes after it."""

    __tablename__ = "announcements"
    __table_args__ = (
        Index("ix_announcements_audience_workspace_id", "audience_workspace_id"),
        Index("ix_announcements_workspace_id", "workspace_id"),
        {"info": {"kind": Kind.workspace}},
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    audience_workspace_id: Mapped[UUID]
    topic: Mapped[str]
    facts: Mapped[Document]
    occurred_at: Mapped[datetime]
    kept_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
