from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.db import Base
from services.notifications.messages.models import Message
from shared.tables import Kind, rows


class OwnMailState(StrEnum):
    waiting = "waiting"
    """To be sent."""
    deferred = "deferred"
    """To be tried again."""
    sent = "sent"
    failed = "failed"
    suppressed = "suppressed"


class OwnMail(Base):
    """What became of a mail to a user, for that user: messages and deliveries are closed to requests. It has no text,
    and mails with secrets have no row."""

    __tablename__ = "own_mails"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'deferred', 'sent', 'failed', 'suppressed')", name="state"),
        Index("ix_own_mails_newest", "user_id", "created_at", "id"),
        Index("ix_own_mails_created_at", "created_at"),
        rows(Kind.person, api="select update", worker="select insert update delete", worker_writes_across=True),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), primary_key=True)
    """That of the message."""
    user_id: Mapped[UUID]
    workspace_id: Mapped[UUID]
    """The workspace that it is about."""
    seen_from: Mapped[UUID | None]
    """The workspace whose users are told, if that is another one."""
    topic: Mapped[str]
    about: Mapped[str | None]
    """What it is about, such as the name of a service."""
    state: Mapped[str] = mapped_column(default=OwnMailState.waiting)
    why: Mapped[str | None]
    """Why it is deferred, failed or suppressed, as a code."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ended_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]
