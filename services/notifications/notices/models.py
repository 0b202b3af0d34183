from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base, Document
from services.notifications.messages.models import Message
from shared.tables import Kind, rows


class Notice(Base):
    """A message as a user sees it in the portal, until it is over or forgotten. Its text is made when it is read."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_newest", "user_id", "created_at", "id"),
        Index("ix_notices_unread", "user_id", "created_at", "id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notices_thing_id", "thing_id", postgresql_where=text("thing_id IS NOT NULL")),
        Index("ix_notices_created_at", "created_at"),
        rows(Kind.person, api="select update", worker="select insert delete", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), primary_key=True)
    """That of the message."""
    user_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    """The workspace that it is about."""
    seen_from: Mapped[UUID | None]
    """The workspace whose users are told, if that is another one."""
    topic: Mapped[str]
    thing_id: Mapped[UUID | None]
    """What it is about, if what happens to that can end it."""
    facts: Mapped[Document]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    read_at: Mapped[datetime | None]


class EndedTopic(Base):
    """What a notice would ask for was done. Kept for a day, for a message whose event arrives after the one that ends
    it: events of different kinds have no common order."""

    __tablename__ = "ended_topics"
    __table_args__ = (
        Index("ix_ended_topics_workspace_id", "workspace_id"),
        Index("ix_ended_topics_ended_at", "ended_at"),
        rows(Kind.workspace, worker="select insert delete"),
    )

    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    ended_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
